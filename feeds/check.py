"""What is in a data directory and what is wrong with it, for ``magents data check``."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from feeds.badrows import DROP, BadRows
from feeds.facts import FactReader
from feeds.library import Library, Shelf, open_library
from feeds.reading import PanelReading
from feeds.rows import CLOSE, HIGH, LOW, VOLUME, Bars
from feeds.settings import BarSettings
from feeds.survey import Survey
from feeds.values import Mask
from magents.model.bars import Floats, Instants
from magents.model.facts import FactTable
from magents.model.time import DAY, iso

JUMP = 0.4
"""A log return from bar to bar beyond this is suspicious: a split, a wrong price, or a bad day."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class BadCount:
    """Bad rows of one reason: how many, and the sentences about the first of them."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file of bars, as far as one panel reads it.

    Attributes:
        form: ``csv`` or ``parquet``. layout: ``one instrument``, ``by time`` or ``grouped``.
        rows: good ones. first, last: closes of the first and last good bar, ``None`` without.
    """

    path: Path
    form: str
    layout: str
    calendar: str
    bar: str
    instruments: tuple[str, ...]
    rows: int
    first: int | None
    last: int | None
    bad: tuple[BadCount, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """A suspicious move into the bar that closes at ``ts``."""

    ts: int
    log_return: float


@dataclass(frozen=True, slots=True)
class InstrumentCheck:
    """An instrument over all its files.

    Attributes:
        missing: number of sessions without a bar between the first and the last bar.
        gaps: the first of those sessions, ``2014-03-05``.
        jumps: how many suspicious moves. first_jumps: the first of them.
        repeats: how many daily bars hold the very numbers of a later one, volume too: copied by
            mistake, so that they tell the future. first_repeats: the dates of the first of them.
    """

    instrument: str
    panel: str
    rows: int
    first: int
    last: int
    missing: int
    gaps: tuple[str, ...]
    jumps: int
    first_jumps: tuple[Jump, ...]
    repeats: int = 0
    first_repeats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactCheck:
    """A kind of facts: rows, how many instruments, when the first and last became known."""

    kind: str
    rows: int
    instruments: int
    first_known: int | None
    last_known: int | None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that :func:`check_directory` found; ``notices`` are sentences about the whole."""

    directory: Path
    files: tuple[FileCheck, ...]
    instruments: tuple[InstrumentCheck, ...]
    facts: tuple[FactCheck, ...]
    notices: tuple[str, ...]

    @property
    def bad_rows(self) -> int:
        """Return how many rows of bars are bad."""
        return sum(bad.count for file in self.files for bad in file.bad)

    @property
    def clean(self) -> bool:
        """Whether a run would read it all without dropping anything."""
        return not self.bad_rows and not any(" dropped: " in text for text in self.notices)


def check_directory(path: Path, settings: BarSettings | None = None) -> CheckReport:
    """Read everything in a directory, counting bad rows instead of stopping at the first.

    Args:
        settings: how bars are to be read; bad rows are dropped whatever it says.

    Raises:
        DataError: a file as a whole cannot be read, or there are no bars.
    """
    library = open_library(path, None, _dropping(settings or BarSettings()))
    files: list[FileCheck] = []
    instruments: list[InstrumentCheck] = []
    for shelf in library.shelves:
        tally = _read(library, shelf)
        files += tally.files()
        instruments += tally.instruments()
    names = frozenset(instrument.id for instrument in library.instruments)
    reader = FactReader(library.directory, names, DROP)
    facts = tuple(_facts(kind, table) for kind, table in sorted(reader.read().items()))
    notices = tuple(notice.text for notice in (*library.notices, *reader.notices))
    return CheckReport(path, tuple(files), tuple(instruments), facts, notices)


def _dropping(settings: BarSettings) -> BarSettings:
    return BarSettings(
        start=settings.start,
        end=settings.end,
        calendar=settings.calendar,
        bar=settings.bar,
        timestamp=settings.timestamp,
        on_bad_row=DROP,
    )


def _read(library: Library, shelf: Shelf) -> "_Tally":
    reading = PanelReading(library, shelf)
    tally = _Tally(shelf, reading.bad)
    for bars in reading.merged():
        tally.add(bars)
    return tally


@dataclass(slots=True)
class _Count:
    """Rows seen of a file or an instrument."""

    rows: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, ts: Instants) -> None:
        if len(ts):
            self.rows += len(ts)
            self.first = int(ts[0]) if self.first is None else self.first
            self.last = int(ts[-1])


@dataclass(slots=True)
class _Trail(_Count):
    """An instrument's bars so far."""

    close: float = float("nan")
    days: list[Instants] = field(default_factory=list)
    jumps: int = 0
    first_jumps: list[Jump] = field(default_factory=list)
    bars: list[Floats] = field(default_factory=list)

    def walk(self, ts: Instants, days: Instants, close: Floats) -> None:
        self.add(ts)
        self.days.append(np.unique(days))
        moves = np.diff(np.log(np.concatenate([[self.close], close])))
        self.close = float(close[-1])
        for row in np.flatnonzero(np.abs(moves) > JUMP):
            self.jumps += 1
            if len(self.first_jumps) < _SHOWN:
                self.first_jumps.append(Jump(int(ts[row]), float(moves[row])))


class _Tally:
    """Counts a panel's rows, part by part in the order of time."""

    def __init__(self, shelf: Shelf, bad: list[BadRows]) -> None:
        self.shelf = shelf
        self.bad = bad
        self.counts = [_Count() for _ in shelf.surveys]
        self.trails = [_Trail() for _ in shelf.panel.instruments]

    def add(self, bars: Bars) -> None:
        for number, count in enumerate(self.counts):
            count.add(bars.ts[bars.source == number])
        days = self.shelf.schedule.calendar.within(bars.open_ts, bars.ts).day
        order = np.argsort(bars.code, kind="stable")
        code = bars.code[order]
        starts = np.flatnonzero(np.diff(code, prepend=np.int32(-1)))
        for start, stop in zip(starts, [*starts[1:], len(code)], strict=True):
            rows = order[start:stop]
            trail = self.trails[int(code[start])]
            if self.shelf.schedule.length >= DAY:
                trail.bars.append(bars.values[:, rows])
            trail.walk(bars.ts[rows], days[rows], bars.values[CLOSE, rows])

    def files(self) -> list[FileCheck]:
        return [
            self._file(found, count, bad)
            for found, count, bad in zip(self.shelf.surveys, self.counts, self.bad, strict=True)
        ]

    def _file(self, found: Survey, count: _Count, bad: BadRows) -> FileCheck:
        file, panel = found.file, self.shelf.panel
        mine = tuple(sorted(set(panel.instruments) & set(found.instruments)))
        layout = ("by time" if found.ordered else "grouped") if file.long else "one instrument"
        reasons = tuple(
            BadCount(reason, number, tuple(bad.first[reason]))
            for reason, number in sorted(bad.counts.items())
        )
        return FileCheck(
            file.path,
            "parquet" if file.parquet else "csv",
            layout,
            self.shelf.schedule.calendar.code,
            panel.bar,
            mine,
            count.rows,
            count.first,
            count.last,
            reasons,
        )

    def instruments(self) -> list[InstrumentCheck]:
        pairs = zip(self.shelf.panel.instruments, self.trails, strict=True)
        return [self._instrument(name, trail) for name, trail in pairs if trail.rows]

    def _instrument(self, name: str, trail: _Trail) -> InstrumentCheck:
        days = np.unique(np.concatenate(trail.days))
        sessions = self.shelf.schedule.calendar.sessions(int(days[0]), int(days[-1]))
        missing = np.setdiff1d(sessions, days)
        copied = np.concatenate(trail.days)[_copied(trail.bars)] if trail.bars else days[:0]
        return InstrumentCheck(
            name,
            self.shelf.panel.name,
            trail.rows,
            trail.first or 0,
            trail.last or 0,
            len(missing),
            tuple(iso(int(day) * DAY)[:10] for day in missing[:_SHOWN]),
            trail.jumps,
            tuple(trail.first_jumps),
            len(copied),
            tuple(iso(int(day) * DAY)[:10] for day in copied[:_SHOWN]),
        )


def _copied(parts: list[Floats]) -> Mask:
    """Tell which bars, shape [N], have the numbers of a later one; idle bars do not count."""
    bars = np.concatenate(parts, axis=1)
    traded = (bars[VOLUME] > 0) & (bars[HIGH] > bars[LOW])
    _, first, count = np.unique(bars[:, traded], axis=1, return_index=True, return_counts=True)
    copied = np.zeros(bars.shape[1], np.bool_)
    copied[np.flatnonzero(traded)[first[count > 1]]] = True
    return copied


def _facts(kind: str, table: FactTable) -> FactCheck:
    known = table.known_at
    first, last = (int(known[0]), int(known[-1])) if len(known) else (None, None)
    distinct = len({name for name in table.instrument.tolist() if name})
    return FactCheck(kind, len(table), distinct, first, last)
