"""Plays blocks of ticks to a market and does what an exchange does, without clock or account."""

import heapq
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from brokers.simulated.market import Moment, Working
from magents.model.bars import Panel
from magents.model.orders import OrderType, TimeInForce
from magents.model.ticks import DepthBlock, QuoteBlock, TradeBlock
from magents.model.time import Phase
from tests.builders import NAN, order

TRADES = Panel("X trades", ("AAA",), "tick", 365, 365, "trades")
QUOTES = Panel("X quotes", ("AAA",), "tick", 365, 365, "quotes")
DEPTH = Panel("X depth", ("AAA",), "tick", 365, 365, "depth")


class Got(NamedTuple):
    """A fill, short enough to compare."""

    ts: int
    quantity: float
    price: float
    rule: str


def trades(*rows):
    """Return trades from (ts, price, size[, side]) rows."""
    ts, price, size, side = zip(*((*row, 0)[:4] for row in rows), strict=True)
    return TradeBlock(TRADES, _ints(ts), _floats(price), _floats(size), np.array(side, np.int8))


def quotes(*rows):
    """Return quotes from (ts, bid, ask[, bid size, ask size]) rows."""
    full = [(*row, NAN, NAN)[:5] for row in rows]
    ts, *columns = zip(*full, strict=True)
    return QuoteBlock(QUOTES, _ints(ts), *(_floats(column) for column in columns))


def depth(*rows):
    """Return updates from (ts, 'b' or 'a', price, size[, 1 where a snapshot begins]) rows."""
    ts, side, price, size, reset = zip(*((*row, 0)[:5] for row in rows), strict=True)
    signs = np.array([1 if each == "b" else -1 for each in side], np.int8)
    nothing = np.full(len(ts), NAN)
    resets = np.array(reset, np.int8)
    return DepthBlock(DEPTH, _ints(ts), signs, _floats(price), _floats(size), resets, nothing)


def _ints(values):
    return np.array(values, np.int64)


def _floats(values):
    return np.array(values, np.float64)


def cuts(block, rows):
    """Return a block in parts of about so many rows, never within an instant."""
    ts, start, parts = block.ts, 0, []
    while start < len(ts):
        stop = min(start + rows, len(ts))
        while stop < len(ts) and ts[stop] == ts[stop - 1]:
            stop += 1
        parts.append(block.rows(start, stop))
        start = stop
    return parts


@dataclass
class Player:
    """Keeps time for one market.

    Attributes:
        cap: the part of what a market offers that is filled. fills: by order id.
        ended: why an order is over though not filled. triggered: when it was.
    """

    market: object
    cap: float = 1.0
    fills: dict = field(default_factory=dict)
    makers: dict = field(default_factory=dict)
    ended: dict = field(default_factory=dict)
    triggered: dict = field(default_factory=dict)
    _heap: list = field(default_factory=list)
    _count: int = 0
    _now: tuple = (-1, 0)

    def play(self, blocks, *errands):
        """Play streams of blocks; errands are (ts, order) or (ts, change of a working order)."""
        streams = [blocks] if not isinstance(blocks[0], list) else blocks
        for stream in streams:
            for number, block in enumerate(stream):
                at = (-1, 0) if number == 0 else (int(stream[number - 1].ts[-1]), Phase.LOAD)
                self._at(at, 1, ("load", block))
        for ts, what in errands:
            self._at((ts, Phase.DATA), 1, ("errand", what))
        last = max(int(stream[-1].ts[-1]) for stream in streams)
        self._at((last, Phase.END + 1), 1, ("end", None))
        while self._heap:
            (*when, _, _, _, what) = heapq.heappop(self._heap)
            self._now = max(self._now, tuple(when))
            getattr(self, f"_{what[0]}")(what[1])
        return self

    def _at(self, when, rank, what, serial=0):
        self._count += 1
        heapq.heappush(self._heap, (*max(when, self._now), rank, serial, self._count, what))

    @property
    def working(self):
        return getattr(self, "_working", {})

    def _load(self, block):
        self.market.load(block)
        if isinstance(block, TradeBlock) and self.market.panel.level == "depth":
            return
        for each in sorted(self.working.values(), key=lambda w: w.serial):
            each.row = 0
            self._look(each)

    def _errand(self, what):
        if callable(what):
            what(self)
            return
        self._working = self.working
        each = Working(what, len(self.fills) + 1, Moment(*self._now))
        self._working[what.id] = each
        self.fills[what.id], self.makers[what.id] = [], []
        self.market.arrive(each)
        self._look(each)

    def cancel(self, name):
        """Take an order off."""
        self._working.pop(name)

    def amend(self, name, changed):
        """Give an order another size or price."""
        each = self._working[name]
        each.left += changed.quantity - each.order.quantity
        each.order = changed
        each.arrived = Moment(*self._now)
        self.market.arrive(each)
        self._look(each)

    def _look(self, each):
        step = self.market.next(each)
        each.step = step
        each.stamp += 1
        if step is not None:
            self._at((step.ts, step.phase), step.rank, ("act", (each, each.stamp)), each.serial)

    def _act(self, what):
        each, stamp = what
        name = each.order.id
        if each.stamp != stamp or self.working.get(name) is not each:
            return
        outcome = self.market.act(each)
        if outcome.triggered:
            self.triggered[name] = self._now[0]
        for execution in outcome.executions:
            quantity = execution.quantity * Decimal(str(self.cap))
            each.left -= quantity
            got = Got(self._now[0], float(quantity), execution.price, execution.rule)
            self.fills[name].append(got)
            self.makers[name].append(execution.maker)
            assert execution.quantity > 0
            assert each.left >= 0
        once = each.order.tif in {TimeInForce.IOC, TimeInForce.FOK, TimeInForce.AT_OPEN}
        if each.left and outcome.ended:
            self._stop(name, outcome.ended)
        elif each.left and once and not outcome.triggered:
            self._stop(name, each.order.tif.value)
        elif each.left:
            self._look(each)
        else:
            self._working.pop(name)

    def _stop(self, name, why):
        self.ended[name] = why
        self._working.pop(name)

    def _end(self, _):
        self.market.end()
        for each in list(self.working.values()):
            self._look(each)


def bid(quantity=1, name="pod:1", **how):
    """Return an order to buy; ``kind`` names its type where prices do not."""
    return typed("buy", quantity, name, **how)


def offer(quantity=1, name="pod:1", **how):
    """Return an order to sell."""
    return typed("sell", quantity, name, **how)


def typed(side, quantity, name, kind=None, **how):
    if kind is not None:
        how["type"] = OrderType(kind)
    return order(side, quantity, id=name, **how)
