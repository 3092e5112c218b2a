"""The feed of a live session or of its recording: frames in, blocks out.

Everything here happens in the fund's turns, by the fund's clock: what a batch of frames comes to
depends on the frames and on the instant of the turn, on nothing else.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from feeds.barlength import parse_length
from feeds.live.bars import BarBuilder, Row
from feeds.live.facts import FundingFacts
from feeds.live.frames import Depth, Event, Frame, Funding, Kind, Note, Opening, Top, Trade
from feeds.live.markets import instrument_of, name_of
from feeds.live.rows import DepthRows, TopRows, TradeRows
from feeds.live.settings import Live
from magents.model.bars import BarBlock, Instants, Panel
from magents.model.events import Events
from magents.model.events import Funding as Due
from magents.model.facts import FactTable
from magents.model.money import exact
from magents.model.ports import Clock
from magents.model.records import Notice
from magents.model.snapshots import DataView, FeedRow, QueueRow
from magents.model.ticks import Block
from magents.model.time import DAY, SECOND, Phase, iso
from magents.runtime.gauging import queue_row
from magents.runtime.inbox import Inbox, Overflow

MS = SECOND // 1000
BLOCKS_WAITING = 64
YEAR = 365.0
Heard = tuple[Frame, Sequence[Event]]
"""A frame and what it came to."""


class Sources(NamedTuple):
    """How each venue is doing, what waits before the feed, how far the worst clock is off (ns)."""

    venues: Sequence[FeedRow] = ()
    queues: Sequence[QueueRow] = ()
    offset: int | None = None


class LiveFeed:
    """The :class:`magents.model.ports.Feed` of live markets, also a ``Stream``.

    Args:
        opening: what the session begins with. live: the feed's settings.
        clock: the fund's.
        begins: waits for the turn in which the session begins, and returns its instant.
        sources: says how the venues are doing; ``None`` for a recording, which has none.
    """

    def __init__(
        self,
        opening: Opening,
        live: Live,
        clock: Clock,
        begins: Callable[[], Awaitable[int]],
        sources: Callable[[], Sources] | None = None,
    ) -> None:
        """Lay out instruments and panels."""
        self._opening = opening
        self._live = live
        self._clock = clock
        self._begins = begins
        self._sources = sources or self._as_opened
        several = len(opening.markets) > 1
        self._names = {
            (venue, symbol): name_of(venue, symbol, several=several)
            for venue, markets in sorted(opening.markets.items())
            for symbol in sorted(markets)
        }
        self.instruments = sorted(
            (
                instrument_of(venue, symbol, opening.markets[venue][symbol], several=several)
                for venue, symbol in self._names
            ),
            key=lambda each: each.id,
        )
        self._lay_out()
        self._facts = FundingFacts()
        if live.funding and any(each.terms is not None for each in self.instruments):
            self._facts.expect()
        self._tell_due: Callable[[Due], None] | None = None
        self._notes: dict[str, int] = {}
        self._until: int | None = None
        self.counts = dict.fromkeys(("frames", "trades", "batches"), 0)

    def _lay_out(self) -> None:
        """Make panels: one of bars for all, one of ticks for each instrument and level."""
        ids = tuple(each.id for each in self.instruments)
        self._length = parse_length(self._live.bar)
        bars = Panel(f"24/7 {self._live.bar}", ids, self._live.bar, YEAR * DAY / self._length, YEAR)
        self._bars = BarBuilder(bars, self._length)
        self._trades = {name: TradeRows(_ticks(name, "trades")) for name in ids}
        book = self._live.book
        self._tops = {name: TopRows(_ticks(name, "quotes")) for name in ids if book == "quotes"}
        self._depths = {name: DepthRows(_ticks(name, "depth")) for name in ids if book == "depth"}
        self._builders: list[TradeRows | TopRows | DepthRows] = [
            *self._trades.values(),
            *self._tops.values(),
            *self._depths.values(),
        ]
        self.panels: Sequence[Panel] = [bars, *(each.panel for each in self._builders)]
        self._out: dict[str, Inbox[Block | None]] = {
            panel.name: Inbox(f"live {panel.name}", BLOCKS_WAITING, Overflow.BLOCK)
            for panel in self.panels
        }

    # -- what the fund asks -----------------------------------------------------------------------

    async def opening(self) -> int:
        """Wait for the session to begin; return its instant."""
        first = await self._begins()
        offset = min(self._opening.offsets.values(), default=0)
        self._grace = self._live.grace_ms * MS + max(0, -offset)
        self._bars.start(first)
        self._wait_for_close(first)
        self._catch_up(first)
        return first

    def _catch_up(self, first: int) -> None:
        """Tell what was due while nobody ran; it is booked at once, in its order.

        Each has an instant of its own, for of one instrument the last word on an instant holds.
        """
        told = [
            (at, self._names[venue, symbol], rate, price)
            for venue, each in sorted(self._opening.fundings.items())
            for symbol, rows in sorted(each.items())
            for at, rate, price in rows
        ]
        for number, (at, name, rate, price) in enumerate(sorted(told), 1):
            if self._tell_due is not None:
                self._tell_due(Due(first + number, name, exact(rate), exact(price)))
            text = f"{name}: funding due at {iso(at * MS)}, while nobody ran, is booked if it held"
            self._notes[text] = 1

    def warmup(self, panel: Panel) -> BarBlock | None:
        """Return bars from before the session, for agents to look at; ``None`` for none."""
        if panel.level != "bars":
            return None
        rows: dict[int, dict[str, Row]] = {}
        for (venue, symbol), name in self._names.items():
            for row in self._opening.candles.get(venue, {}).get(symbol, ()):
                bar = Row(*(np.nan if value is None else float(value) for value in row[1:6]))
                rows.setdefault(int(row[0] or 0) * MS, {})[name] = bar
        opens = [opened for opened in sorted(rows) if opened + self._length <= self._clock.now()]
        return self._bars.block(opens, [rows[opened] for opened in opens]) if opens else None

    def facts(self) -> Mapping[str, FactTable]:
        """Return the funding rates heard so far; the mapping grows."""
        return self._facts.tables

    def events(self, currency: str) -> Events:
        """Return nothing: what is due is heard while the run goes on, see :meth:`foretell`."""
        del currency
        return Events()

    def foretell(self, tell: Callable[[Due], None]) -> None:
        """Tell each funding of a perpetual when the venue announces it."""
        self._tell_due = tell

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return nothing: crypto never closes."""
        return {}

    async def blocks(self, panel: Panel, rows: int) -> AsyncIterator[Block]:
        """Yield blocks as they come; ``rows`` does not matter, a batch is a block."""
        del rows
        out = self._out[panel.name]
        while (block := await out.get()) is not None:
            yield block

    def notices(self) -> Sequence[Notice]:
        """Return what was missing or not to be trusted."""
        now = self._clock.now()
        found = [Notice(now, "live", text, count) for text, count in sorted(self._notes.items())]
        found += [Notice(now, "live", text) for text in self._opening.lacking]
        if not self._live.funding and any(each.terms is not None for each in self.instruments):
            text = "funding of perpetuals is neither heard nor booked: live.funding is off"
            found.append(Notice(now, "live", text))
        if self._bars.late:
            text = "trades came after their bar was over and are in none: live.grace_ms"
            found.append(Notice(now, "live", text, self._bars.late))
        return found

    def health(self) -> DataView:
        """Return how venues, clock and queues are doing; changes nothing."""
        told = self._sources()
        queues = (*told.queues, *map(queue_row, self._out.values()))
        return DataView(feeds=tuple(told.venues), queues=queues, offset=told.offset)

    def _as_opened(self) -> Sources:
        """Return no venues, and the clock as it was measured when the session began."""
        return Sources(offset=max(self._opening.offsets.values(), key=abs, default=None))

    # -- what comes in ----------------------------------------------------------------------------

    def take(self, batch: Sequence[Heard]) -> None:
        """Take a batch of frames: one block for each panel that has news."""
        now = self._clock.now()
        self.counts["batches"] += 1
        self.counts["frames"] += len(batch)
        for number, (frame, events) in enumerate(batch, 1):
            for event in events:
                self._event(now + number, frame.venue, event)
        for builder in self._builders:
            block = builder.take()
            if block is not None:
                self._out[builder.panel.name].offer(block)
        if batch and batch[-1][0].kind is Kind.END:
            self._end()

    def _event(self, instant: int, venue: str, event: Event) -> None:
        if isinstance(event, Note):
            self._notes[event.text] = self._notes.get(event.text, 0) + event.times
            return
        name = self._names[venue, event.symbol]
        if isinstance(event, Trade):
            self._trade(instant, name, event)
        elif isinstance(event, Top):
            if self._tops:
                self._tops[name].add(instant, event)
        elif isinstance(event, Depth):
            if self._depths:
                self._depths[name].add(instant, event)
        elif isinstance(event, Funding):
            self._funding(instant, name, event)
        elif self._live.bars_from == "venue" and event.timeframe == self._live.bar:
            self._bars.candle(name, event)

    def _trade(self, instant: int, name: str, trade: Trade) -> None:
        self.counts["trades"] += 1
        self._trades[name].add(instant, trade)
        if self._live.bars_from == "trades":
            self._bars.trade(name, trade)

    def _funding(self, instant: int, name: str, event: Funding) -> None:
        """Show a rate as a fact, and say when it is due."""
        self._facts.add(instant, name, event)
        if not event.next_ts:
            text = f"{name}: the venue does not say when funding is due; none is booked"
            self._notes[text] = self._notes.get(text, 0) + 1
        elif self._tell_due is not None:
            self._tell_due(Due(event.next_ts, name, exact(event.rate)))

    def _wait_for_close(self, after: int) -> None:
        close = self._bars.next_close(after)
        self._alarm = self._clock.call_at(close + self._grace, Phase.LOAD, self._close, close)

    def _close(self, close: int) -> None:
        """End the bars that close at an instant, a grace after it."""
        block = self._bars.close(close)
        if block is not None:
            self._out[self.panels[0].name].offer(block)
        self._wait_for_close(close)

    def _end(self) -> None:
        """End all panels: no more blocks come."""
        self._alarm.cancel()
        for out in self._out.values():
            out.offer(None)


def _ticks(name: str, level: str) -> Panel:
    return Panel(f"{name} {level}", (name,), "tick", YEAR, YEAR, level)
