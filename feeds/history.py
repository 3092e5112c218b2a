"""Bars and facts from a directory of CSV and Parquet files."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np

from feeds.ahead import ReadAhead
from feeds.badrows import FAIL
from feeds.events import read_events
from feeds.facts import FactReader
from feeds.fundingfacts import funding_facts
from feeds.library import Library, open_library
from feeds.reading import read_panel
from feeds.settings import BarSettings
from feeds.ticks import read_ticks
from magents.model.bars import Instants, Panel
from magents.model.events import Events
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.records import Notice
from magents.model.ticks import Block
from magents.model.time import DAY


def sample_directory() -> Path:
    """Return the embedded sample's directory."""
    return Path(str(files("feeds") / "sample"))


class HistoryFeed:
    """The :class:`magents.model.ports.Feed` of a data directory.

    Opening it looks through the files once (instruments, ranges, bar lengths, order), reading
    none of the prices.  :meth:`blocks` reads them, and may be called again and again.
    """

    def __init__(  # noqa: PLR0913 - one keyword a setting
        self,
        directory: Path | None,
        *,
        instruments: Sequence[str] | None = None,
        start: date | None = None,
        end: date | None = None,
        calendar: str = "auto",
        bar: str = "auto",
        timestamp: str = "open",
        on_bad_row: str = FAIL,
        fractional: bool | None = None,
    ) -> None:
        """Open a directory.

        Args:
            directory: ``None`` is the embedded sample.
            instruments: ids; ``None`` is all there are.
            start, end: first and last session, both included (UTC dates on 24/7).
            calendar: ``auto``, ``24/7``, ``24/5`` or a code of ``exchange_calendars``.
            bar: ``auto`` or a length such as ``5m``.
            timestamp: whether stamps of intraday bars are their ``open`` or their ``close``.
            on_bad_row: ``fail`` or ``drop``.
            fractional: ``True`` trades 1e-8 of everything, ``False`` whole units, ``None`` as
                ``instruments.csv`` or the kind says.

        Raises:
            DataError: nothing to read, or no such instrument or range.
            ConfigError: a setting is none of those allowed.
        """
        place = sample_directory() if directory is None else directory
        settings = BarSettings(
            start=start,
            end=end,
            calendar=calendar,
            bar=bar,
            timestamp=timestamp,
            on_bad_row=on_bad_row,
            fractional=fractional,
        )
        self._library: Library = open_library(place, instruments, settings)
        self._panel_notices: dict[str, list[Notice]] = {}
        self._facts: Mapping[str, FactTable] | None = None
        self._fact_notices: list[Notice] = []

    @property
    def library(self) -> Library:
        """Return what is known of the directory before a price is read."""
        return self._library

    @property
    def instruments(self) -> Sequence[Instrument]:
        """Return the instruments of the run, sorted by id."""
        return self._library.instruments

    @property
    def panels(self) -> Sequence[Panel]:
        """Return the panels of bars, sorted by name, then those of trades, quotes and depth."""
        bars = [shelf.panel for shelf in self._library.shelves]
        return bars + [shelf.panel for shelf in self._library.ticks]

    def span(self) -> tuple[int, int]:
        """Return when the first bar opens and the last closes, about: for progress bars."""
        spans = [shelf.span for shelf in self._library.shelves]
        spans += [shelf.span for shelf in self._library.ticks]
        return min(span[0] for span in spans), max(span[1] for span in spans)

    def first_instant(self) -> int | None:
        """Return when the first bar opens, about."""
        return self.span()[0]

    def facts(self) -> Mapping[str, FactTable]:
        """Return the facts by kind; see ``docs/data.md`` for the columns."""
        if self._facts is None:
            names = frozenset(instrument.id for instrument in self.instruments)
            settings = self._library.settings
            reader = FactReader(self._library.directory, names, settings.on_bad_row)
            own = reader.read()
            self._facts = {**funding_facts(self.events("")), **own}
            self._fact_notices = reader.notices
        return self._facts

    def events(self, currency: str) -> Events:
        """Return what happens without a trade; see ``docs/carry.md`` for the files.

        Args:
            currency: the fund's, for rates that do not name theirs.
        """
        place = self._library.directory.path
        return read_events(place, self.instruments, currency)

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return opens and closes of the sessions in the data, by calendar."""
        return sessions_in(self._library)

    async def blocks(self, panel: Panel, rows: int) -> AsyncIterator[Block]:
        """Yield the panel's bars in order, ``rows`` a block, the last block shorter.

        Raises:
            DataError: a row is bad and bad rows are not to be dropped.
        """
        for block in ReadAhead(self._blocks(panel, rows), panel.name):
            yield block

    def _blocks(self, panel: Panel, rows: int) -> Iterator[Block]:
        notices: list[Notice] = []
        self._panel_notices[panel.name] = notices
        ticks = next((each for each in self._library.ticks if each.panel == panel), None)
        if ticks is None:
            yield from read_panel(self._library, panel.name, rows, notices)
        else:
            yield from read_ticks(ticks, rows, self._library.settings, notices)

    def notices(self) -> Sequence[Notice]:
        """Return what was dropped or missing, complete once all blocks were read."""
        dropped = [
            notice for name in sorted(self._panel_notices) for notice in self._panel_notices[name]
        ]
        return [*self._library.notices, *self._fact_notices, *dropped]


def sessions_in(library: Library) -> Mapping[str, tuple[Instants, Instants]]:
    """Return opens and closes of the sessions in a library's data, by calendar."""
    found = {}
    for shelf in library.shelves:
        first, last = shelf.span
        days = np.arange(first // DAY - 1, last // DAY + 2, dtype=np.int64)
        times = shelf.schedule.calendar.daily(days * DAY)
        inside = times.ok & (times.open_ts >= first - DAY) & (times.ts <= last + DAY)
        found[shelf.schedule.calendar.code] = (times.open_ts[inside], times.ts[inside])
    return found
