"""What is varied: settings by dotted key, each with its values, and all their combinations."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from magents.config.text import read, scalar
from magents.model.errors import ConfigError

MOST = 1_000_000
"""Values of one range; more is a slip of the pen."""

SEED = "seed"


class Axis(NamedTuple):
    """One setting and its values.

    Attributes:
        name: as its column is called. path: the keys down to the setting.
    """

    name: str
    path: tuple[str, ...]
    values: tuple[Any, ...]


def axis_of(key: str, values: Iterable[Any], pods: Sequence[str], said: str) -> Axis:
    """Return an axis.

    Args:
        key: ``ma.fast_window`` of a pod, ``seed``, or any dotted key of a config file.
        values: at least one, each once. pods: the keys of the ``strategies`` section.
        said: what gave it, for errors.

    Raises:
        ConfigError: there are no values, or one is given twice.
    """
    found = tuple(values)
    if not found:
        raise ConfigError(f"{said}: {key} has no values")
    twice = next((each for each in found if _count(found, each) > 1), None)
    if twice is not None:
        raise ConfigError(f"{said}: {key} has the value {twice} twice")
    return Axis(key, _path(key, pods), found)


def parse_axis(text: str, pods: Sequence[str]) -> Axis:
    """Read ``ma.fast_window=5,10,20`` or ``ma.fast_window=5..50:5``.

    Raises:
        ConfigError: it is neither.
    """
    key, equals, values = text.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--vary: expected KEY=VALUES such as ma.fast_window=5,10,20, got {text}")
    return axis_of(key.strip(), parse_values(values, "--vary"), pods, "--vary")


def parse_values(text: str, said: str) -> list[Any]:
    """Read values with commas between them; ``5..50:5`` counts from 5 to 50 in steps of 5.

    Raises:
        ConfigError: a range is none, or a value is missing.
    """
    found: list[Any] = []
    for part in (each.strip() for each in text.split(",")):
        if not part:
            raise ConfigError(f"{said}: a value is missing in {text!r}")
        found += _range(part, said) if ".." in part else [scalar(part)]
    return found


def read_axes(path: Path, pods: Sequence[str]) -> list[Axis]:
    """Read a YAML or JSON file that maps keys to lists of values, or to text as of ``--vary``.

    Raises:
        ConfigError: the file is something else.
    """
    raw, lines = read(path)
    axes = []
    for key, given in raw.items():
        place = lines.at(key)
        values = parse_values(given, place) if isinstance(given, str) else given
        axes.append(axis_of(key, values if isinstance(values, list) else [values], pods, place))
    return axes


def combined(axes: Sequence[Axis]) -> list[Axis]:
    """Return the axes, each once.

    Raises:
        ConfigError: one setting is varied twice.
    """
    seen: dict[tuple[str, ...], str] = {}
    for axis in axes:
        if axis.path in seen:
            raise ConfigError(f"--vary: {axis.name} and {seen[axis.path]} are the same setting")
        seen[axis.path] = axis.name
    return list(axes)


def combinations(axes: Sequence[Axis]) -> Iterable[tuple[Any, ...]]:
    """Yield one value an axis, in every combination; the last axis changes fastest."""
    return itertools.product(*(axis.values for axis in axes))


def applied(raw: Mapping[str, Any], axes: Sequence[Axis], values: Sequence[Any]) -> dict[str, Any]:
    """Return plain settings with some of them replaced; ``raw`` is left as it is."""
    built = dict(raw)
    for axis, value in zip(axes, values, strict=True):
        _put(built, axis.path, value)
    return built


def _put(built: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *sections, last = path
    for section in sections:
        inside = built.get(section)
        built[section] = dict(inside) if isinstance(inside, Mapping) else {}
        built = built[section]
    built[last] = value


def _path(key: str, pods: Sequence[str]) -> tuple[str, ...]:
    """Return the keys down to a setting; a pod's name stands for its section."""
    if key == SEED:
        return ("global", SEED)
    inside = key.removeprefix("strategies.")
    for pod in sorted(pods, key=len, reverse=True):
        for name in (pod, pod.rpartition(":")[2]):
            if inside.startswith(f"{name}."):
                return ("strategies", pod, *inside[len(name) + 1 :].split("."))
    return tuple(key.split("."))


def _range(text: str, said: str) -> list[int | float]:
    bounds, _, step_text = text.partition(":")
    first_text, _, last_text = bounds.partition("..")
    try:
        first, last, step = Decimal(first_text), Decimal(last_text), Decimal(step_text or 1)
    except InvalidOperation:
        raise ConfigError(f"{said}: expected a range such as 5..50:5, got {text}") from None
    if not step > 0 or last < first or (last - first) / step > MOST:
        raise ConfigError(f"{said}: {text} counts up from the first to the last by a step above 0")
    count = int((last - first) / step) + 1
    return [_number(first + n * step) for n in range(count)]


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _count(values: Sequence[Any], wanted: object) -> int:
    return sum(type(each) is type(wanted) and each == wanted for each in values)
