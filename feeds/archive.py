"""A data directory read once, for many runs over all of it or over parts of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from threading import Lock

import numpy as np

from feeds.calendars import Exchange
from feeds.history import HistoryFeed, sessions_in
from feeds.library import Library, Shelf, days_between
from feeds.memory import join
from feeds.ticks import TickShelf
from feeds.ticks_blocks import whole_instants
from magents.model.bars import BarBlock, Instants, Panel
from magents.model.errors import DataError
from magents.model.events import Events
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.records import Notice
from magents.model.ticks import Block
from magents.model.time import DAY

_ROWS = 65_536


class Archive:
    """Keeps all a history feed gives in memory, and hands out feeds over spans of days.

    A run over :meth:`window` is the run over a :class:`HistoryFeed` of that span: the same blocks,
    the same digest; only the notices are those of the whole.  Each panel is read from its files
    when it is first asked for, facts and events likewise, once, whatever threads ask.

    Args:
        feed: an opened directory; its start and end bound every window.
    """

    def __init__(self, feed: HistoryFeed) -> None:
        """Read nothing yet."""
        self.feed = feed
        self._whole: dict[str, Block | None] = {}
        self._events: dict[str, Events] = {}
        self._lock = Lock()

    def window(self, start: date | None = None, end: date | None = None) -> "WindowFeed":
        """Return a feed over the sessions from ``start`` to ``end``, both included.

        Raises:
            DataError: there are no bars in that span.
        """
        return WindowFeed(self, narrowed(self.feed.library, start, end))

    async def whole(self, panel: Panel) -> Block | None:
        """Return all of a panel as one block, ``None`` where it has no rows."""
        if panel.name not in self._whole:
            blocks = [block async for block in self.feed.blocks(panel, _ROWS)]
            self._whole[panel.name] = join(blocks) if blocks else None
        return self._whole[panel.name]

    def facts(self) -> Mapping[str, FactTable]:
        """Return the facts by kind."""
        with self._lock:
            return self.feed.facts()

    def events(self, currency: str) -> Events:
        """Return what happens without a trade."""
        with self._lock:
            if currency not in self._events:
                self._events[currency] = self.feed.events(currency)
            return self._events[currency]


class WindowFeed:
    """The :class:`magents.model.ports.Feed` of a span of an archive."""

    def __init__(self, archive: Archive, library: Library) -> None:
        """Take the archive, and its library narrowed to the span."""
        self._archive = archive
        self._library = library

    @property
    def instruments(self) -> Sequence[Instrument]:
        """Return the instruments, sorted by id."""
        return self._library.instruments

    @property
    def panels(self) -> Sequence[Panel]:
        """Return the panels: bars first, then the finer ones that have rows in the span."""
        return [shelf.panel for shelf in shelves_of(self._library)]

    def span(self) -> tuple[int, int]:
        """Return when the first bar opens and the last closes, about."""
        spans = [shelf.span for shelf in shelves_of(self._library)]
        return min(span[0] for span in spans), max(span[1] for span in spans)

    def facts(self) -> Mapping[str, FactTable]:
        """Return the facts by kind; those from before the span are known in it."""
        return self._archive.facts()

    def events(self, currency: str) -> Events:
        """Return what happens without a trade."""
        return self._archive.events(currency)

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return opens and closes of the sessions in the span, by calendar."""
        return sessions_in(self._library)

    async def blocks(self, panel: Panel, rows: int) -> AsyncIterator[Block]:
        """Yield the panel's rows of the span, ``rows`` a block."""
        whole = await self._archive.whole(panel)
        if whole is None:
            return
        start, end = _bounds(whole, self._shelf(panel))
        while start < end:
            stop = start + whole_instants(whole.ts[start:end], rows)
            yield whole.rows(start, stop)
            start = stop

    def notices(self) -> Sequence[Notice]:
        """Return what was dropped or missing in the whole archive."""
        return self._archive.feed.notices()

    def _shelf(self, panel: Panel) -> Shelf | TickShelf:
        return next(shelf for shelf in shelves_of(self._library) if shelf.panel == panel)


def shelves_of(library: Library) -> list[Shelf | TickShelf]:
    """Return all panels of a library with where their rows are."""
    return [*library.shelves, *library.ticks]


def narrowed(library: Library, start: date | None, end: date | None) -> Library:
    """Return a library of the same files, of which only some days are wanted.

    Raises:
        DataError: there are no bars in that span.
    """
    days = days_between(start, end)
    shelves = tuple(_narrowed(shelf, days.first, days.last) for shelf in library.shelves)
    ticks = tuple(_ticks_narrowed(shelf, days.first, days.last) for shelf in library.ticks)
    found = replace(library, shelves=shelves, ticks=tuple(filter(_has_days, ticks)))
    if not any(map(_has_days, shelves_of(found))):
        raise DataError(f"the data have no bars from {start} to {end}")
    return found


def _has_days(shelf: Shelf | TickShelf) -> bool:
    return shelf.span[0] < shelf.span[1]


def _narrowed(shelf: Shelf, first: int, last: int) -> Shelf:
    days = type(shelf.days)(max(shelf.days.first, first), min(shelf.days.last, last))
    span = max(shelf.span[0], days.first * DAY), min(shelf.span[1], (days.last + 1) * DAY)
    return replace(shelf, days=days, span=span)


def _ticks_narrowed(shelf: TickShelf, first: int, last: int) -> TickShelf:
    span = max(shelf.span[0], first * DAY), min(shelf.span[1], (last + 1) * DAY)
    return replace(shelf, span=span)


def _bounds(whole: Block, shelf: Shelf | TickShelf) -> tuple[int, int]:
    """Return the first row of the span and the first after it."""
    if isinstance(shelf, TickShelf):
        first, end = shelf.span
        return int(whole.ts.searchsorted(first)), int(whole.ts.searchsorted(end))
    if not isinstance(whole, BarBlock):
        raise TypeError(type(whole))
    day = _sessions_of(whole, shelf)
    first, last = shelf.days
    return int(day.searchsorted(first)), int(day.searchsorted(last, "right"))


def _sessions_of(bars: BarBlock, shelf: Shelf) -> Instants:
    """Return the session of each bar, days since 1970: of its close where it is a session long.

    Sessions of futures may open on the evening before.
    """
    calendar = shelf.schedule.calendar
    whole_session = shelf.schedule.length == DAY and isinstance(calendar, Exchange)
    at = bars.ts if whole_session else bars.open_ts
    return np.asarray(calendar.within(at, at).day)
