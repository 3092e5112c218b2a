"""Trades, quotes and order books of a data directory: one panel an instrument and level.

Files whose names begin with ``trades``, ``quotes``, ``depth`` or ``l2``, or that lie in folders
``trades``, ``quotes`` and ``depth``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from feeds.calendars import open_calendar
from feeds.directory import ENDINGS, instrument_of, stem
from feeds.settings import BarSettings
from feeds.ticks_blocks import Ticks, tick_blocks
from feeds.ticks_columns import BEGINNINGS, KINDS, TRADE, TRADES
from feeds.ticks_file import TickFile, open_ticks_file, read_batches
from feeds.ticks_rows import TickRows
from magents.model.bars import Instants, Panel
from magents.model.instruments import Instrument
from magents.model.records import Notice
from magents.model.time import DAY

_MARGIN = 7
_LEVEL = {beginning: level for level, names in BEGINNINGS.items() for beginning in names}
_NAMED = re.compile(rf"({'|'.join(_LEVEL)})(?![a-z])[-_. ]*")
_PRINTED = [word for word, kind in KINDS.items() if kind == TRADE]


@dataclass(slots=True)
class TickSurvey:
    """What a file holds.

    Attributes:
        spans: (level, symbol) to first and last instant.
    """

    file: TickFile
    spans: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def widen(self, level: str, symbol: str, ts: Instants) -> None:
        """Take in instants of an instrument."""
        if not len(ts):
            return
        first, last = int(ts.min()), int(ts.max())
        known = self.spans.get((level, symbol), (first, last))
        self.spans[level, symbol] = (min(known[0], first), max(known[1], last))


@dataclass(frozen=True, slots=True)
class TickShelf:
    """One panel of ticks and where its rows are; ``span`` in nanoseconds, the end excluded."""

    panel: Panel
    files: tuple[TickFile, ...]
    span: tuple[int, int]


def survey_ticks(directory: Path, listed: Mapping[str, object]) -> list[TickSurvey]:
    """Look through the files of ticks: whose they are, and from when to when.

    Raises:
        DataError: a file cannot be read.
    """
    found = []
    for path, level, name in _tick_files(directory):
        file = open_ticks_file(path, level, instrument_of(Path(f"{name}.csv"), listed))
        if file is not None:
            found.append(_survey(file))
    return found


def _tick_files(directory: Path) -> list[tuple[Path, str, str]]:
    """Return the files with their level and what is left of their name, sorted by path."""
    found = []
    for path in sorted(directory.iterdir()):
        named = _NAMED.match(stem(path).lower())
        if named is not None and path.is_file() and _readable(path):
            found.append((path, _LEVEL[named[1]], stem(path)[named.end() :]))
    for level in BEGINNINGS:
        inside = sorted((directory / level).iterdir()) if (directory / level).is_dir() else []
        found += [(path, level, stem(path)) for path in inside if _readable(path)]
    return found


def _readable(path: Path) -> bool:
    return path.name.lower().endswith(ENDINGS)


def _survey(file: TickFile) -> TickSurvey:
    found = TickSurvey(file)
    for batch in read_batches(file, ("ts", "symbol", "kind")):
        ts = batch["ts"]
        symbols = batch.get("symbol", np.full(len(ts), file.symbol, object))
        printed = np.isin(batch.get("kind", np.zeros(len(ts))), _PRINTED)
        for name in sorted(set(symbols.tolist())):
            for level, rows in ((file.level, ~printed), (TRADES, printed)):
                found.widen(level, name, ts[rows & (symbols == name)])
    return found


def tick_shelves(
    surveys: Sequence[TickSurvey], instruments: Sequence[Instrument], settings: BarSettings
) -> tuple[TickShelf, ...]:
    """Lay out the panels of the instruments wanted: coarse levels first, then by name.

    Who keeps one panel an instrument, the last one, keeps the finest.
    """
    wanted = {each.id: each for each in instruments}
    keys = sorted({key for found in surveys for key in found.spans if key[1] in wanted})
    a_year = _days_a_year(instruments, surveys)
    shelves = [
        _shelf(level, wanted[name], a_year[wanted[name].calendar], surveys, settings)
        for level, name in keys
    ]
    shelves = [shelf for shelf in shelves if shelf.span[0] < shelf.span[1]]
    order = list(BEGINNINGS)
    return tuple(sorted(shelves, key=lambda s: (order.index(s.panel.level), s.panel.name)))


def _shelf(
    level: str,
    instrument: Instrument,
    a_year: float,
    surveys: Sequence[TickSurvey],
    settings: BarSettings,
) -> TickShelf:
    key = (level, instrument.id)
    mine = sorted(
        (found for found in surveys if key in found.spans), key=lambda found: found.spans[key]
    )
    first, last = mine[0].spans[key][0], max(found.spans[key][1] for found in mine) + 1
    panel = Panel(f"{instrument.id} {level}", (instrument.id,), "tick", a_year, a_year, level)
    if settings.start is not None:
        first = max(first, _midnight(settings.start))
    if settings.end is not None:
        last = min(last, _midnight(settings.end) + DAY)
    return TickShelf(panel, tuple(found.file for found in mine), (first, last))


def _days_a_year(
    instruments: Sequence[Instrument], surveys: Sequence[TickSurvey]
) -> dict[str, float]:
    """Return the trading days in a year of each calendar."""
    days = [ts // DAY for found in surveys for span in found.spans.values() for ts in span]
    codes = sorted({each.calendar for each in instruments}) if days else []
    around = (min(days) - _MARGIN, max(days) + _MARGIN) if days else (0, 0)
    return {code: open_calendar(code, *around).days_per_year for code in codes}


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def read_ticks(
    shelf: TickShelf, rows: int, settings: BarSettings, notices: list[Notice]
) -> Iterator[Ticks]:
    """Yield a panel's blocks; ``notices`` is filled in at the end."""
    panel = shelf.panel
    source = TickRows(shelf.files, panel, shelf.span, settings.on_bad_row)
    yield from tick_blocks(source.read(), panel, rows)
    notices.extend(source.notices())
