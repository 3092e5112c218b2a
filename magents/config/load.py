"""A file and flags to settings: flag before file before default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from magents.config.convert import convert, is_struct
from magents.config.names import nearest, shown
from magents.config.settings import Settings
from magents.config.text import Lines, read

_STRATEGIES = "strategies"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Checked settings, and where each came from."""

    settings: Settings
    lines: Lines


def load(path: Path | None, overrides: Mapping[str, Any] | None = None) -> Loaded:
    """Read settings.

    Args:
        path: a YAML or JSON file; ``None`` takes the defaults.
        overrides: dotted key to value, as flags give them.  ``strategies`` takes the names of
            the pods to run: those of the file keep their settings, others get their defaults.
            As a mapping it also takes settings by name, which go before those of the file.

    Raises:
        ConfigError: the file cannot be read, or a setting is unknown, mistyped or impossible.
    """
    raw, lines = read(path) if path else ({}, Lines())
    return _checked(raw, lines, overrides)


def from_plain(
    raw: Mapping[str, Any], source: str, overrides: Mapping[str, Any] | None = None
) -> Loaded:
    """Read settings that :func:`dump` has written; ``source`` is named in errors.

    Raises:
        ConfigError: as :func:`load`.
    """
    return _checked(dict(raw), Lines(source), overrides)


def _checked(raw: dict[str, Any], lines: Lines, overrides: Mapping[str, Any] | None) -> Loaded:
    raw = {name: {} if section is None else section for name, section in raw.items()}
    _in_their_sections(raw, lines)
    _normalise(raw, lines)
    given = overrides or {}
    for key, value in given.items():
        _override(raw, key, value)
    lines = lines.with_places({key: flag(key) for key in given})
    return Loaded(convert(raw, Settings, "", lines), lines)


def dump(settings: Settings) -> dict[str, Any]:
    """Return all settings ready for JSON; loading them again gives the same settings."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    return plain


def flag(key: str) -> str:
    """Return the flag of a setting: ``--max-leverage`` for ``global.max_leverage``."""
    return _FLAGS.get(key, "--" + key.rpartition(".")[2].replace("_", "-"))


_FLAGS = {
    "data.dir": "--data-dir",
    "data.start": "--start-date",
    "data.end": "--end-date",
    "report.dir": "--report-dir",
    "report.generate": "--generate-report",
}


def _normalise(raw: dict[str, Any], lines: Lines) -> None:
    """Let ``strategies`` be a list of names, and its entries be empty."""
    given = raw.get(_STRATEGIES)
    if isinstance(given, list):
        raw[_STRATEGIES] = given = _unnamed(given, lines)
    if isinstance(given, Mapping):
        raw[_STRATEGIES] = {name: {} if own is None else own for name, own in given.items()}


def _unnamed(names: Iterable[Any], lines: Lines) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for name in names:
        if not isinstance(name, str) or not name:
            raise lines.error(_STRATEGIES, "expected names, or a mapping of names to settings")
        if name in built:
            raise lines.error(_STRATEGIES, f"{name} is named twice")
        built[name] = {}
    return built


def _override(raw: dict[str, Any], key: str, value: object) -> None:
    if key == _STRATEGIES:
        raw[key] = _chosen(raw.get(key), value)
        return
    section, _, name = key.partition(".")
    if isinstance(raw.setdefault(section, {}), dict):
        raw[section] = {**raw[section], name: value}


def _chosen(known: object, names: object) -> dict[str, Any]:
    lines = Lines("--strategies")
    if not isinstance(names, Iterable):
        raise lines.error("", "expected names")
    wanted = _unnamed(names, lines)
    settings = known if isinstance(known, Mapping) else {}
    told = names if isinstance(names, Mapping) else {}
    for name, own in told.items():
        if own is not None and not isinstance(own, Mapping):
            raise lines.error("", f"{name}: expected a mapping, got {shown(own)}")
    return {name: _over(settings.get(name), told.get(name)) for name in wanted}


def _over(below: object, above: Mapping[str, Any] | None) -> Any:
    """Return one pod's settings, those below where the others do not say otherwise."""
    if isinstance(below, Mapping):
        return {**below, **(above or {})}
    return above or below or {}


def _in_their_sections(raw: Mapping[str, Any], lines: Lines) -> None:
    """Point a setting that stands in the wrong section to its own."""
    known = _settings()
    for dotted in _keys(raw):
        name = dotted.rpartition(".")[2]
        homes = [home for home in known if home.endswith(f".{name}")]
        if homes and _stranger(dotted, known):
            raise lines.error(dotted, f"unknown key, did you mean {homes[0]}?")


def _keys(raw: Mapping[str, Any]) -> Iterable[str]:
    for name, section in raw.items():
        yield name
        if isinstance(section, Mapping) and name != _STRATEGIES:
            yield from (f"{name}.{key}" for key in section)


def _stranger(dotted: str, known: Iterable[str]) -> bool:
    """Return whether nothing in the setting's own section is like it."""
    section, _, name = dotted.rpartition(".")
    siblings = [home.rpartition(".")[2] for home in known if home.rpartition(".")[0] == section]
    return nearest(name, siblings) is None


def _settings() -> list[str]:
    """Return the dotted keys of all sections and settings."""
    sections = msgspec.structs.fields(Settings)
    inner = [
        f"{section.encode_name}.{field.encode_name}"
        for section in sections
        if is_struct(section.type)
        for field in msgspec.structs.fields(section.type)
    ]
    return [section.encode_name for section in sections] + inner
