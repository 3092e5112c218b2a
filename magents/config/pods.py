"""The ``strategies`` section: which pods there are, what they run, and their share of capital."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from magents.config.convert import convert
from magents.config.load import Loaded
from magents.model.errors import ConfigError

_OWN = ("strategy", "capital")
HOUSE = "house"
"""The name of the book that belongs to no pod."""


@dataclass(frozen=True, slots=True)
class PodSettings:
    """One pod of the run.

    Attributes:
        name: unique in the run. strategy: the id, alias or ``file.py:Class`` of what it runs.
        capital: fraction of the initial capital; ``None`` is an equal share of what is left.
        options: the strategy's own settings, unchecked.
        where: the dotted key of the entry, for errors.
    """

    name: str
    strategy: str
    capital: float | None
    options: Mapping[str, Any]
    where: str


class _Entry(msgspec.Struct, frozen=True):
    strategy: str | None = None
    capital: Annotated[float, Meta(gt=0, le=1)] | None = None


def pods(loaded: Loaded) -> list[PodSettings]:
    """Return the pods in the order they were given.

    Raises:
        ConfigError: there are none, two have one name, or shares add up to more than 1.
    """
    found = [_pod(key, raw, loaded) for key, raw in loaded.settings.strategies.items()]
    if not found:
        msg = "no strategies: name some with --strategies, or in a file with --config"
        raise ConfigError(msg)
    _distinct(found, loaded)
    _affordable(found, loaded)
    return found


def _pod(key: str, raw: Mapping[str, Any], loaded: Loaded) -> PodSettings:
    where = f"strategies.{key}"
    own = {name: value for name, value in raw.items() if name in _OWN}
    rest = {name: value for name, value in raw.items() if name not in _OWN}
    entry = convert(own, _Entry, where, loaded.lines)
    return PodSettings(_name(key), entry.strategy or key, entry.capital, rest, where)


def _name(key: str) -> str:
    """Return the class name of ``path/to/file.py:Class``, any other key as it is."""
    return key.rpartition(":")[2] if ".py:" in key else key


def _distinct(found: list[PodSettings], loaded: Loaded) -> None:
    seen: set[str] = set()
    for pod in found:
        if pod.name == HOUSE:
            text = f"{HOUSE} is the fund's own book; give the pod another name"
            raise loaded.lines.error(pod.where, text)
        if not pod.name.strip():
            raise loaded.lines.error("strategies", "a pod needs a name")
        if pod.name in seen:
            raise loaded.lines.error(pod.where, f"a pod named {pod.name} is there already")
        seen.add(pod.name)


def _affordable(found: list[PodSettings], loaded: Loaded) -> None:
    taken = sum(pod.capital for pod in found if pod.capital is not None)
    shared = any(pod.capital is None for pod in found)
    if taken > 1 + 1e-9:
        text = f"the pods' capital adds up to {taken:g}, it may not be more than 1"
        raise loaded.lines.error("strategies", text)
    if shared and taken >= 1 - 1e-9:
        text = "nothing is left for the pods without capital"
        raise loaded.lines.error("strategies", text)
