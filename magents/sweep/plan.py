"""What a sweep does: one trial a combination of values and fold, each with a key of its content."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from magents import __version__
from magents.config import Lines, Loaded, Settings, convert, dump
from magents.model.errors import UserError
from magents.sweep.grid import Axis, applied, combinations
from magents.sweep.windows import Fold

_NO_MATTER = ("run", "report")
"""Sections that change how a run runs and not what comes of it."""

Check = Callable[[Loaded], Loaded]
"""Fills in every setting of every pod, or raises."""


class Trial(msgspec.Struct, frozen=True):
    """One run to be made; plain enough to be sent to another process.

    Attributes:
        number: from 0, in the order of the plan. combination: which values it has.
        values: by axis, as the table shows them. settings: all of them, ready for JSON.
        start, end: the days run, ISO, both included; ``None`` is as far as the settings say.
        cut: where the test begins, ISO; ``None`` without walk-forward. fold: its number, or -1.
        stamp: what the data directory looked like. key: a digest of all that matters.
    """

    number: int
    combination: int
    values: dict[str, Any]
    settings: dict[str, Any]
    start: str | None
    end: str | None
    cut: str | None
    fold: int
    stamp: str
    key: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A combination that its own pod does not accept, and what it says."""

    values: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All trials of a sweep.

    Attributes:
        axes: what is varied. folds: the steps of the walk, none without one.
        refused: combinations that cannot be run.
    """

    axes: tuple[Axis, ...]
    folds: tuple[Fold, ...]
    trials: tuple[Trial, ...]
    refused: tuple[Refused, ...]

    @property
    def key(self) -> str:
        """Return the digest by which the same sweep is known again."""
        return _digest([trial.key for trial in self.trials])


def make_plan(
    base: Settings, axes: Sequence[Axis], folds: Sequence[Fold], stamp: str, check: Check
) -> Plan:
    """Lay out a sweep.

    Args:
        base: the settings that are not varied. folds: of a walk-forward, or none.
        stamp: what the data directory looks like now: where it changed, results are not reused.
        check: see :data:`Check`.

    Raises:
        UserError: every combination is refused: the sentence about the first.
    """
    raw = dump(base)
    trials: list[Trial] = []
    refused: list[Refused] = []
    first: UserError | None = None
    for number, values in enumerate(combinations(axes)):
        shown = {axis.name: value for axis, value in zip(axes, values, strict=True)}
        try:
            settings = dump(_settings(applied(raw, axes, values), axes, check))
        except UserError as error:
            refused.append(Refused(shown, str(error)))
            first = first or error
            continue
        for fold in folds or (None,):
            trials.append(_trial(len(trials), number, shown, settings, fold, stamp))
    if first is not None and not trials:
        raise first
    return Plan(tuple(axes), tuple(folds), tuple(trials), tuple(refused))


def loaded_from(settings: Mapping[str, Any]) -> Loaded:
    """Return dumped settings as checked ones again."""
    lines = Lines()
    return Loaded(convert(settings, Settings, "", lines), lines)


def stamp_of(directory: Path) -> str:
    """Return a digest of all files in a directory, names and contents."""
    whole = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(directory)} {content}\n".encode())
    return whole.hexdigest()[:32]


def day(text: str | None) -> date | None:
    """Read a day as trials have it."""
    return None if text is None else date.fromisoformat(text)


def _settings(raw: Mapping[str, Any], axes: Sequence[Axis], check: Check) -> Settings:
    places = {".".join(axis.path): f"--vary {axis.name}" for axis in axes}
    lines = Lines().with_places(places)
    return check(Loaded(convert(raw, Settings, "", lines), lines)).settings


def _trial(
    number: int,
    combination: int,
    values: dict[str, Any],
    settings: dict[str, Any],
    fold: Fold | None,
    stamp: str,
) -> Trial:
    span = [None, None, None] if fold is None else [d.isoformat() for d in fold[1:]]
    start, cut, end = span
    matters = {name: own for name, own in settings.items() if name not in _NO_MATTER}
    key = _digest([__version__, matters, span, stamp, _code(settings["strategies"])])
    which = -1 if fold is None else fold.number
    return Trial(number, combination, values, settings, start, end, cut, which, stamp, key)


def _code(strategies: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return digests of the files of a user's own pods: another pod gives other results."""
    wanted = [own.get("strategy") or key for key, own in strategies.items()]
    files = [Path(name.rpartition(":")[0]) for name in wanted if ".py:" in name]
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
