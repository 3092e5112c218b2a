"""The market of a panel of bars: which bar an order meets, and at what price.

An order takes part in bars that open after it arrived.  What happens inside a bar is not known; it
is decided against the trader, unless another path is chosen.  The rules are in ``docs/fills.md``.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from brokers.simulated.bar_rows import ClosingBar, Rows
from brokers.simulated.market import Execution, Moment, Outcome, Step, Working
from brokers.simulated.touch import Found, Prices, seek
from magents.model.bars import BarBlock, Panel
from magents.model.money import exact
from magents.model.orders import Order, OrderType, Side, TimeInForce
from magents.model.ticks import Block
from magents.model.time import Phase

STOPS = frozenset(
    {
        OrderType.STOP,
        OrderType.STOP_LIMIT,
        OrderType.TRAILING_STOP,
        OrderType.TRAILING_STOP_LIMIT,
    }
)
_FIRST_CHANCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})


class Path(StrEnum):
    """In which order a bar is assumed to reach its extremes, where that decides something."""

    WORST = "worst"
    """Whatever is worse for the trader: stops before limits, no profit in the bar of entry."""
    HIGH_FIRST = "ohlc"
    LOW_FIRST = "olhc"


class _Ending(NamedTuple):
    """An order's time is over."""

    reason: str


class _Closing(NamedTuple):
    """An order fills at the close of a session."""

    bar: ClosingBar


class BarMarket:
    """Bars of one panel.

    Args:
        panel: whose bars. path: what is assumed of the inside of a bar.
        through: whether a limit needs the price to go through it, not only to touch it.
    """

    def __init__(self, panel: Panel, path: Path = Path.WORST, *, through: bool = False) -> None:
        """Start without bars."""
        self._columns = {name: i for i, name in enumerate(panel.instruments)}
        self._path = path
        self._through = through
        self._rows = Rows()

    def load(self, block: Block) -> None:
        """Take the next bars."""
        if isinstance(block, BarBlock):
            self._rows.load(block)

    def end(self) -> None:
        """The last session has closed."""
        self._rows.ended = True

    def arrive(self, working: Working) -> None:
        """Let the order take part from the first bar that opens after it arrived."""
        working.row = self._rows.first_after(working.arrived)

    def follow(self, working: Working, parent: Working) -> None:
        """Let a child take part in the rest of the bar that filled its parent.

        After a fill at the open that is the whole bar.  After one inside it, a stop still may be
        reached; a profit may not, unless the path leads there (rule B12).
        """
        found = parent.found
        if not isinstance(found, Found):
            self.arrive(working)
            return
        same_bar = found.at_open or working.order.type in STOPS or self._path_leads_on(parent)
        working.row = found.row if same_bar else found.row + 1
        if same_bar:
            # It counts as there before the bar opened, also once the bar is in the block before.
            working.arrived = Moment(int(self._rows.open_ts[found.row]), Phase.LOAD)

    def next(self, working: Working) -> Step | None:
        """Return when something happens to the order next."""
        order = working.order
        if order.tif is TimeInForce.AT_CLOSE:
            return self._closing(working)
        stop = self._last_row(working)
        found = self._find(working, stop)
        if found is None:
            return self._ending(working, stop)
        working.found = found
        rows = self._rows
        opened = int(rows.open_ts[found.row])
        if found.at_open:
            return Step(opened, Phase.OPEN, 1, opened)
        return Step(int(rows.ts[found.row]), Phase.FILLS, self._rank(order, found), opened)

    def act(self, working: Working) -> Outcome:
        """Do what the order's step is."""
        found = working.found
        if isinstance(found, _Ending):
            return Outcome(ended=found.reason)
        if isinstance(found, _Closing):
            return Outcome((_at_close(working, found.bar),))
        working.seen = True
        if found.refused:
            return Outcome(ended=found.refused)
        working.row = found.row + 1
        if found.triggers:
            working.triggered = True
            if found.limit is not None:
                working.order = _with_limit(working.order, found.limit)
        if found.price != found.price:
            return Outcome(triggered=True)
        return Outcome((self._execution(working, found),), triggered=found.triggers)

    def _execution(self, working: Working, found: Found) -> Execution:
        order = working.order
        quantity = working.left
        if order.display is not None and found.touched:
            quantity = min(quantity, order.display)
        volume = float(self._rows.volume[found.row, self._columns[order.instrument]])
        bar_ts = int(self._rows.ts[found.row])
        return Execution(
            quantity, found.price, found.rule, found.maker, found.slips, bar_ts, volume
        )

    def _find(self, working: Working, stop: int) -> Found | None:
        """Search rows ``working.row`` to ``stop`` for what the order waits for."""
        rows, column = self._rows, self._columns[working.order.instrument]
        prices = Prices(rows.open[:stop, column], rows.high[:stop, column], rows.low[:stop, column])
        order = working.order
        if order.tif is TimeInForce.AT_OPEN:
            return self._opening(working, prices)
        if order.tif in _FIRST_CHANCE or (order.post_only and not working.seen):
            return self._first_chance(working, prices)
        return seek(working, prices, through=self._through)

    def _opening(self, working: Working, prices: Prices) -> Found | None:
        """Meet the first bar of the next session, at its open and never after (rule B17)."""
        starts = self._rows.starts[working.row : len(prices.opens)]
        there = ~np.isnan(prices.opens[working.row :]) & starts
        if not there.any():
            return None
        row = working.row + int(there.argmax())
        return _at_open(working.order, row, float(prices.opens[row]), "B17", "at_open")

    def _first_chance(self, working: Working, prices: Prices) -> Found | None:
        """Meet the next bar at its open: now or never, or a post-only order that would take."""
        there = ~np.isnan(prices.opens[working.row :])
        if not there.any():
            return None
        row = working.row + int(there.argmax())
        order, price = working.order, float(prices.opens[row])
        if order.post_only:
            if _marketable(order, price):
                return Found.refusal(row, "post_only")
            working.seen = True
            return seek(working, prices, through=self._through)
        return _at_open(order, row, price, "B15", "ioc")

    def _closing(self, working: Working) -> Step | None:
        """Meet the close of the first session that ends after the order arrived (rule B18)."""
        rows, order = self._rows, working.order
        column = self._columns[order.instrument]
        bar = rows.next_close(working, column)
        if bar is None:
            return None
        limited = order.limit is not None and not _marketable(order, bar.price)
        working.found = _Ending("at_close") if limited else _Closing(bar)
        # Until the close it can be taken back: whether a bar is the session's last is not known
        # in a block that ends with it.
        return Step(bar.ts, Phase.CLOSE, 1, bar.ts)

    def _last_row(self, working: Working) -> int:
        """Return the row before which the order's time is over."""
        order = working.order
        if order.tif is TimeInForce.DAY:
            return self._rows.session_stop(working)
        if order.tif is TimeInForce.GTD:
            return int(self._rows.open_ts.searchsorted(order.expires, "right"))
        return len(self._rows.ts)

    def _ending(self, working: Working, stop: int) -> Step | None:
        """Return when the order's time is over, where that is known."""
        order = working.order
        if order.tif is TimeInForce.GTD:
            working.found = _Ending("gtd")
            return Step(order.expires, Phase.FILLS, 2, order.expires)
        if order.tif is not TimeInForce.DAY:
            return None
        end = self._rows.session_end(working, stop)
        if end is None:
            return None
        working.found = _Ending("day")
        return Step(end, Phase.CLOSE, 2, end)

    def _rank(self, order: Order, found: Found) -> int:
        """Return what comes first inside a bar, by the assumed path."""
        if self._path is Path.WORST:
            return 0 if order.type in STOPS and not found.rested else 1
        on_high = _on_high(order, found)
        return 0 if on_high == (self._path is Path.HIGH_FIRST) else 1

    def _path_leads_on(self, parent: Working) -> bool:
        """Return whether the bar reaches its other extreme after the one of the parent."""
        if self._path is Path.WORST:
            return False
        return _on_high(parent.order, parent.found) == (self._path is Path.HIGH_FIRST)


def _at_close(working: Working, bar: ClosingBar) -> Execution:
    """Fill at a session's closing price."""
    slips = working.order.limit is None
    return Execution(
        working.left, bar.price, "B18", maker=False, slips=slips, bar_ts=bar.ts, volume=bar.volume
    )


def _on_high(order: Order, found: Found) -> bool:
    """Return whether an order meets the high of a bar rather than its low."""
    stop = order.type in STOPS and not found.rested
    return (order.side is Side.BUY) == stop


def _at_open(order: Order, row: int, price: float, rule: str, refusal: str) -> Found:
    """Fill at an open, or end the order where its limit does not allow that."""
    if order.limit is not None and not _marketable(order, price):
        return Found.refusal(row, refusal)
    return Found(row, price, at_open=True, rule=rule, slips=order.limit is None)


def _marketable(order: Order, price: float) -> bool:
    """Return whether a price is as good as the order's limit, or better."""
    limit = float(order.limit) if order.limit is not None else np.nan
    return price <= limit if order.side is Side.BUY else price >= limit


def _with_limit(order: Order, limit: float) -> Order:
    """Give a trailing stop-limit the limit it got when it was triggered."""
    return replace(order, limit=exact(limit))
