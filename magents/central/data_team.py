"""The data team: takes blocks from the feed, evaluates agents over them, delivers on time.

It holds the future of the block; nobody gets anything from it before its instant.
"""

import functools
import heapq
import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from magents.book.equity import EquityRecorder
from magents.central.delivery import (
    ON_TIME,
    Heard,
    Lag,
    MarketItem,
    Reader,
    Seated,
    Source,
    Waiting,
)
from magents.central.history import History
from magents.central.signals import AgentSeat
from magents.central.straight import StraightThrough
from magents.model.bars import Panel
from magents.model.errors import DataError
from magents.model.facts import FactTable
from magents.model.ports import Clock, Feed, Journal, MarketListener, Stream
from magents.model.records import Signal
from magents.model.ticks import Block
from magents.model.time import AT_DATA, Phase
from magents.runtime.inbox import Inbox, Overflow
from magents.runtime.supervisor import Supervisor

Failed = Callable[[str, Exception], None]


NEVER = 1 << 63

AT_ONE_GO = range(63, -1, -1)
"""Instants that go straight through before the loop has its turn again."""

BLOCK_NUMBERS = 65_536
"""Numbers of a field in a block: half a megabyte, which a processor's cache still holds."""


class DataTeam:
    """Moves blocks from the feed to everybody who may hold them, and what they say to pods.

    Args:
        feed: where blocks and facts come from. panels: the feed's, the finest data last.
        rows: most rows a block; ``None``: :data:`BLOCK_NUMBERS`.
        lag: how long data are on their way to the pods.
        equity: settled before each change of block. listeners: given each block.
        failed: told the pod's name when one of its agents raises.

    Attributes:
        late: nanoseconds that data are on their way in the mean.
    """

    def __init__(  # noqa: PLR0913 - the parts of a team
        self,
        clock: Clock,
        feed: Feed,
        panels: Sequence[Panel],
        journal: Journal,
        supervisor: Supervisor,
        equity: EquityRecorder,
        listeners: Sequence[MarketListener],
        rows: int | None,
        failed: Failed,
        lag: Lag = ON_TIME,
    ) -> None:
        """Wait to be started."""
        self._clock = clock
        self._feed = feed
        self._journal = journal
        self._supervisor = supervisor
        self._equity = equity
        self._rows = rows
        self._failed = failed
        self._delay, self.late = lag.delay, lag.mean
        self.history = History(panels, lambda: clock.now() - lag.mean)
        self._listeners = (self.history, *listeners)
        self.facts: Mapping[str, FactTable] = feed.facts()
        self.asked: set[str] = set()
        self._seats: list[Seated] = []
        self._inboxes: dict[str, Inbox[MarketItem]] = {}
        self._readers: list[Reader] = []
        self._ranks = itertools.count()
        self._where = {n: (p.name, c) for p in panels for c, n in enumerate(p.instruments)}
        self._at_level = {
            (n, p.level): (p.name, c) for p in panels for c, n in enumerate(p.instruments)
        }
        self._arrivals = {p.name: self._arrival(p) for p in feed.panels}
        self._first: dict[str, Block | None] = {}
        self._blocks: dict[str, Block] = {}
        self._heard_until: dict[str, int] = {}
        self._waiting: list[Waiting] = []
        self._alone: Inbox[MarketItem] | None = None
        self._alarm = clock.alarm(self._deliver)
        self._armed = NEVER
        self._straight: StraightThrough | None = None
        self.bars = 0

    def listen(self, seats: Sequence[AgentSeat], inbox: "Inbox[MarketItem]") -> None:
        """Deliver the signals of a pod's agents to its inbox."""
        self.asked.update(kind for seat in seats for kind in seat.agent.inputs)
        self._inboxes.update((seat.pod, inbox) for seat in seats)
        self._seats += [Seated(next(self._ranks), seat, inbox) for seat in seats]

    def seats(self) -> list[AgentSeat]:
        """Return the seats of all agents that are listened to."""
        return [each.seat for each in self._seats]

    def known(self, kind: str) -> FactTable | None:
        """Return the facts of a kind known now, as copies; ``None`` where the run has none."""
        self.asked.add(kind)
        table = self.facts.get(kind)
        return None if table is None else table.until(self._clock.now())

    def read_bars(
        self, pod: str, instrument: str, inbox: "Inbox[MarketItem]", level: str = ""
    ) -> None:
        """Deliver every bar, trade or quote of an instrument from now on.

        Args:
            level: of the data; without it, or where there is none of it, the finest there is.
        """
        place = self._at_level.get((instrument, level)) or self._where[instrument]
        reader = Reader(next(self._ranks), pod, *place, inbox)
        self._readers.append(reader)
        block = self._blocks.get(reader.panel)
        if block is not None:
            # What closes at this very instant is still to come until phase DATA has come.
            first = bisect_left if self._clock.phase() < Phase.DATA else bisect_right
            self._add_bars(reader, block, first(block.ts.data, self._clock.now()))
            self._arm()

    async def prime(self) -> int:
        """Start reading, wait for the first block of each panel; return the first opening.

        A stream is not waited for: it says when to begin, and its panels start as their data come.
        """
        for panel in self._feed.panels:
            self._supervisor.start(f"feed {panel.name}", self._pump(panel))
        if isinstance(self._feed, Stream):
            first = await self._feed.opening()
            self._warm_up(self._feed)
            return first
        for panel in self._feed.panels:
            self._first[panel.name] = await self._arrivals[panel.name].get()
        firsts = [block.first for block in self._first.values() if block is not None]
        if not firsts:
            raise DataError("the data have no rows in the time and of the instruments asked for")
        return min(firsts)

    def _warm_up(self, feed: Stream) -> None:
        """Show agents what was before; what they make of it they say with the first new row."""
        for panel in self._feed.panels:
            block = feed.warmup(panel)
            if block is None:
                continue
            self.history.on_block(block)
            for seated in self._seats:
                if seated.seat.panel.name == panel.name:
                    warm = functools.partial(seated.seat.warm_up, block)
                    self._supervisor.attempt(seated.seat.pod, warm, self._failed)

    async def run(self) -> None:
        """Trade all panels to the end of their data."""
        ends = [
            self._supervisor.start(f"data {panel.name}", self._trade(panel))
            for panel in self._feed.panels
        ]
        for end in ends:
            await end

    def forget(self, inbox: "Inbox[MarketItem]") -> None:
        """Deliver nothing more to an inbox."""
        self._seats = [each for each in self._seats if each.inbox is not inbox]
        self._readers = [each for each in self._readers if each.inbox is not inbox]
        self._waiting = [each for each in self._waiting if each[2].inbox is not inbox]
        heapq.heapify(self._waiting)
        self._note_who_waits()

    def hurry(self, inbox: "Inbox[MarketItem]") -> bool:
        """Bring what an inbox hears next at once, where nothing happens in between.

        For a pod that reads every bar and has read all: it goes on without a turn of the loop,
        in the order that it would have had with one.

        Returns:
            Whether something came.
        """
        if self._alone is not inbox:
            return False
        return self._alarm.ring_now() and len(inbox) > 0

    def _arrival(self, panel: Panel) -> "Inbox[Block | None]":
        return Inbox(f"blocks of {panel.name}", 1, Overflow.BLOCK)

    async def _pump(self, panel: Panel) -> None:
        """Read ahead one block; the end of the data is a ``None``."""
        arrivals = self._arrivals[panel.name]
        rows = self._rows or max(1, BLOCK_NUMBERS // len(panel.instruments))
        async for block in self._feed.blocks(panel, rows):
            await arrivals.put(block)
        await arrivals.put(None)

    async def _trade(self, panel: Panel) -> None:
        """Open one block after the other, each when the one before is over."""
        arrivals = self._arrivals[panel.name]
        block = self._first[panel.name] if self._first else await arrivals.get()
        while block is not None:
            self._open(block)
            await self._clock.until(int(block.ts[-1]), Phase.LOAD)
            self._equity.settle(self._clock.now())
            self.bars += int(np.count_nonzero(~np.isnan(block.marks)))
            block = await arrivals.get()

    def _open(self, block: Block) -> None:
        """Hand a block to its holders, evaluate agents, line up what is to be delivered."""
        self._blocks[block.panel.name] = block
        for listener in self._listeners:
            listener.on_block(block)
        news = self._news(block)
        for seated in list(self._seats):
            # An agent that raises takes its pod's other seats away while we are at it.
            if seated.seat.panel.name == block.panel.name and seated in self._seats:
                self._evaluate(seated, block, news)
        for reader in self._readers:
            if reader.panel == block.panel.name:
                self._add_bars(reader, block)
        self._arm()

    def _evaluate(self, seated: Seated, block: Block, news: Mapping[str, FactTable]) -> None:
        rank, seat, inbox = seated
        signals = self._supervisor.attempt(
            seat.pod, lambda: seat.evaluate(block, news), self._failed
        )
        if signals is not None:
            key = (1, seat.pod, rank, next(self._ranks))
            self._line_up(Source(key, inbox, signals, self._delay))

    def _add_bars(self, reader: Reader, block: Block, start: int = 0) -> None:
        rank, pod, _, column, inbox = reader
        items = block.items(start, column)
        self._line_up(Source((0, pod, rank, next(self._ranks)), inbox, items, self._delay))

    def _line_up(self, source: Source) -> None:
        if source.next is not None:
            heapq.heappush(self._waiting, (source.due, source.key, source))
            self._note_who_waits()

    def _note_who_waits(self) -> None:
        """Note whether all that waits is for one inbox."""
        inboxes = {id(each[2].inbox) for each in self._waiting}
        self._alone = self._waiting[0][2].inbox if len(inboxes) == 1 else None

    def _news(self, block: Block) -> dict[str, FactTable]:
        """Return the facts that become known in this block."""
        after = self._heard_until.get(block.panel.name)
        until = int(block.ts[-1])
        self._heard_until[block.panel.name] = until
        news = {}
        for kind, table in self.facts.items():
            first = 0 if after is None else int(table.known_at.searchsorted(after, "right"))
            last = int(table.known_at.searchsorted(until, "right"))
            if last > first:
                news[kind] = table.take(slice(first, last))
        return news

    def _arm(self) -> None:
        """Set the one alarm to the first item due."""
        if not self._waiting:
            return
        head = self._waiting[0][0]
        if head < self._armed:
            self._armed = head
            self._alarm.set(head, Phase.DATA)

    def go_straight(self, lane: StraightThrough | None) -> None:
        """Let signals go straight through to the books where there is a way, on time and alone."""
        self._straight = lane if self._delay is None else None

    def _deliver(self) -> None:
        """Give everybody what is known from this instant on."""
        now, self._armed = self._armed, NEVER
        if self._straight is None or now != self._clock.now():
            self._hand_out(now)
        else:
            self._pass_through(now, self._straight)
        self._arm()

    def _pass_through(self, now: int, lane: StraightThrough) -> None:
        """Take the signals of one instant after the other straight through, while it goes."""
        waiting, until = self._waiting, lane.until()
        for left in AT_ONE_GO:
            signals = self._due(now)
            if now >= until or not lane.trade(now, signals, until):
                self._clock.pass_to(now, AT_DATA)
                for signal in signals:
                    inbox = self._inboxes[signal.pod]
                    inbox.offer(Heard(self._journal.append(signal), signal))
                return
            if not left or not waiting or waiting[0][0] >= until:
                return
            now = waiting[0][0]

    def _due(self, now: int) -> list[Signal]:
        """Take what is due; all that is delivered is signals, without delay."""
        waiting = self._waiting
        signals: list[Any] = []
        while waiting and waiting[0][0] <= now:
            _, key, source = waiting[0]
            signals.append(source.next)
            item = source.next = next(source.items, None)
            if item is None:
                heapq.heappop(waiting)
                self._note_who_waits()
            elif len(waiting) == 1:
                waiting[0] = (item.ts, key, source)
            else:
                heapq.heapreplace(waiting, (item.ts, key, source))
        return signals

    def _hand_out(self, now: int) -> None:
        """Put what is due into the inboxes."""
        waiting = self._waiting
        while waiting and waiting[0][0] <= now:
            _, key, source = waiting[0]
            item = source.next
            source.advance()
            if source.next is None:
                heapq.heappop(waiting)
                self._note_who_waits()
            elif len(waiting) == 1:
                waiting[0] = (source.due, key, source)
            else:
                heapq.heapreplace(waiting, (source.due, key, source))
            if isinstance(item, Signal):
                if item.ts != now:
                    item = replace(item, ts=now)
                source.inbox.offer(Heard(self._journal.append(item), item))
            elif item is not None:
                source.inbox.offer(item)
