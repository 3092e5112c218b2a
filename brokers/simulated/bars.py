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
from brokers.simulated.touch import (
    STOPS,
    TRAILING,
    Assumed,
    Found,
    Prices,
    at_next_open,
    best,
    first_bar,
    seek,
)
from magents.model.bars import BarBlock, Panel
from magents.model.money import exact
from magents.model.orders import BUY, GTC, MARKET, Order, OrderType, TimeInForce
from magents.model.ticks import Block
from magents.model.time import AT_OPEN, Phase

_AT_CLOSE = TimeInForce.AT_CLOSE
_FIRST_CHANCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
_LASTING = frozenset({TimeInForce.GTC, TimeInForce.DAY, TimeInForce.GTD})


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

    Attributes:
        rows: what is loaded.
    """

    def __init__(self, panel: Panel, path: Path = Path.WORST, *, through: bool = False) -> None:
        """Start without bars."""
        self._columns = {name: i for i, name in enumerate(panel.instruments)}
        self._path = path
        high_first = None if path is Path.WORST else path is Path.HIGH_FIRST
        self._assumed = Assumed(through, high_first)
        self.rows = Rows(len(panel.instruments))
        self._trails: dict[str, Working] = {}

    def load(self, block: Block) -> None:
        """Take the next bars; trailing stops have been through the ones before."""
        for working in self._trails.values():
            self._follow_on(working, len(self.rows.ts))
        self._trails.clear()
        if isinstance(block, BarBlock):
            self.rows.load(block)

    def end(self) -> None:
        """The last session has closed."""
        self.rows.ended = True

    def arrive(self, working: Working) -> None:
        """Let the order take part from the first bar that opens after it arrived."""
        row = self.rows.first_after(working.arrived)
        if self._trails:
            self._follow_on(working, row)
        working.row = row

    def follow(self, working: Working, parent: Working) -> None:
        """Let a child take part in the rest of the bar that filled its parent (rule B12).

        After a fill at the open that is the whole bar.  After one inside it, a stop still may be
        reached; a profit may not, unless the path leads there.
        """
        found = parent.found
        lasting = working.order.tif in _LASTING and working.order.type is not OrderType.MARKET
        if not isinstance(found, Found) or not (
            lasting or working.order.tif is TimeInForce.AT_CLOSE
        ):
            self.arrive(working)
            return
        # It counts as there before the bar opened, also once the bar is in the block before.
        opened = Moment(int(self.rows.open_ts[found.row]), Phase.LOAD)
        working.arrived = working.entered = opened
        self._follow_on(working, found.row)
        working.row = found.row
        if not found.at_open and lasting:
            working.rest = self._rest_of_bar(working.order, parent)
            working.row += working.rest is None

    def next(self, working: Working) -> Step | None:
        """Return when something happens to the order next."""
        order = working.order
        if order.tif is GTC and order.type is MARKET:
            return self._plan(working, self._next_open(order, working.row))
        if order.tif is _AT_CLOSE:
            return self._closing(working)
        stop = self._last_row(working)
        found = self._in_rest(working, stop) if working.rest is not None else None
        found = found or self._find(working, stop)
        return self._ending(working, stop) if found is None else self._plan(working, found)

    def _next_open(self, order: Order, row: int) -> Found | None:
        """Meet the next open (rule B1); mostly that is the very next row's."""
        rows, column = self.rows, self._columns[order.instrument]
        if row < len(rows.ts):
            price = rows.opens[row, column]
            if price == price:  # noqa: PLR0124 - not NaN
                return Found(row, price, True, "B1", True)  # noqa: FBT003
        return at_next_open(rows.open[:, column], row)

    def _plan(self, working: Working, found: Found | None) -> Step | None:
        """Return when what was found happens."""
        if found is None:
            return None
        working.found = found
        rows = self.rows
        opened = rows.open_at[found.row]
        if found.at_open:
            return Step(opened, AT_OPEN, 1, opened)
        return Step(rows.close_at[found.row], Phase.FILLS, self._rank(working.order, found), opened)

    def act(self, working: Working) -> Outcome:
        """Do what the order's step is."""
        found = working.found
        if isinstance(found, _Ending):
            return Outcome(ended=found.reason)
        if isinstance(found, _Closing):
            return Outcome((_at_close(working, found.bar),))
        working.seen = True
        working.rest = None
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
        volume = self.rows.volumes[found.row, self._columns[order.instrument]]
        bar_ts = self.rows.close_at[found.row]
        return Execution(
            quantity, found.price, found.rule, found.maker, found.slips, bar_ts, volume
        )

    def _find(self, working: Working, stop: int) -> Found | None:
        """Search rows ``working.row`` to ``stop`` for what the order waits for."""
        order, start = working.order, working.row
        prices = self._prices(order, stop)
        if order.tif is TimeInForce.AT_OPEN:
            return self._opening(working, prices)
        if order.tif in _FIRST_CHANCE:
            return _now_or_never(working, prices)
        if order.post_only and not working.seen:
            row = first_bar(prices.opens, start)
            if row >= 0 and _marketable(order, float(prices.opens[row])):
                return Found.refusal(row, "post_only")
        if order.type in TRAILING and not working.triggered:
            self._trails[order.id] = working
        found = seek(working, prices, start, self._assumed)
        if found is None and order.limit is not None and not working.seen:
            working.seen = first_bar(prices.opens, start) >= 0
        return found

    def _prices(self, order: Order, stop: int) -> Prices:
        """Return an order's columns up to a row; at its last time only the open counts (B20)."""
        rows, column = self.rows, self._columns[order.instrument]
        opens = rows.open[:stop, column]
        highs, lows = rows.high[:stop, column], rows.low[:stop, column]
        if order.tif is TimeInForce.GTD and stop and rows.ts[stop - 1] > order.expires:
            highs, lows = highs.copy(), lows.copy()
            highs[-1] = lows[-1] = opens[-1]
        return Prices(opens, highs, lows)

    def _follow_on(self, working: Working, row: int) -> None:
        """Let a trailing stop that waits follow the bars up to a row."""
        order = working.order
        if order.id in self._trails:
            prices = self._prices(order, row)
            working.extreme = best(order, prices, working.row, working.extreme)

    def _in_rest(self, working: Working, stop: int) -> Found | None:
        """Search what is left of the bar in which the order woke; it is not asked twice."""
        row, rest = working.row, working.rest
        working.rest, working.row = None, row + 1
        if row >= stop or (
            working.order.tif is TimeInForce.GTD and self.rows.ts[row] > working.order.expires
        ):
            return None
        found = seek(working, rest, 0, self._assumed)
        if found is not None:
            working.rest, working.row = rest, row
            return replace(found, row=row, at_open=False)
        entered = Prices(rest.opens, rest.opens, rest.opens)
        working.extreme = best(working.order, entered, 0, working.extreme)
        return None

    def _rest_of_bar(self, order: Order, parent: Working) -> Prices | None:
        """Return a bar from the parent's fill on, as far as the assumed path goes."""
        found, column = parent.found, self._columns[order.instrument]
        rows, row, price = self.rows, parent.found.row, parent.found.price
        high, low, close = (
            float(table[row, column]) for table in (rows.high, rows.low, rows.close)
        )
        if self._path is Path.WORST:
            if order.type not in STOPS:
                return None
        elif _on_high(parent.order, found) != (self._path is Path.HIGH_FIRST):
            # The extreme on the other side of the bar came before the parent's.
            if self._path is Path.HIGH_FIRST:
                high = max(price, close)
            else:
                low = min(price, close)
        return Prices(*(np.array([each]) for each in (price, high, low)))

    def _opening(self, working: Working, prices: Prices) -> Found | None:
        """Meet the first bar of the next session, at its open and never after (rule B17)."""
        starts = self.rows.starts[working.row : len(prices.opens)]
        there = ~np.isnan(prices.opens[working.row :]) & starts
        if not there.any():
            return None
        row = working.row + int(there.argmax())
        return _at_open(working.order, row, float(prices.opens[row]), "B17", "at_open")

    def _closing(self, working: Working) -> Step | None:
        """Meet the close of the first session that ends after the order arrived (rule B18)."""
        rows, order = self.rows, working.order
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
        """Return the row before which the order's time is over (rules B19, B20)."""
        order = working.order
        if order.tif is TimeInForce.DAY:
            return self.rows.session_stop(working)
        if order.tif is TimeInForce.GTD:
            return int(self.rows.open_ts.searchsorted(order.expires))
        return len(self.rows.ts)

    def _ending(self, working: Working, stop: int) -> Step | None:
        """Return when the order's time is over, where that is known."""
        order = working.order
        if order.tif is TimeInForce.GTD:
            working.found = _Ending("gtd")
            return Step(order.expires, Phase.FILLS, 2, order.expires)
        if order.tif is not TimeInForce.DAY:
            return None
        end = self.rows.session_end(working, stop)
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


def _now_or_never(working: Working, prices: Prices) -> Found | None:
    """Meet the next bar at its open (rule B15)."""
    row = first_bar(prices.opens, working.row)
    if row < 0:
        return None
    return _at_open(working.order, row, float(prices.opens[row]), "B15", "ioc")


def _at_close(working: Working, bar: ClosingBar) -> Execution:
    """Fill at a session's closing price."""
    slips = working.order.limit is None
    return Execution(
        working.left, bar.price, "B18", maker=False, slips=slips, bar_ts=bar.ts, volume=bar.volume
    )


def _on_high(order: Order, found: Found) -> bool:
    """Return whether an order meets the high of a bar rather than its low."""
    stop = order.type in STOPS and not found.rested
    return (order.side is BUY) == stop


def _at_open(order: Order, row: int, price: float, rule: str, refusal: str) -> Found:
    """Fill at an open, or end the order where its limit does not allow that."""
    if order.limit is not None and not _marketable(order, price):
        return Found.refusal(row, refusal)
    return Found(row, price, at_open=True, rule=rule, slips=order.limit is None)


def _marketable(order: Order, price: float) -> bool:
    """Return whether a price is as good as the order's limit, or better."""
    limit = float(order.limit) if order.limit is not None else np.nan
    return price <= limit if order.side is BUY else price >= limit


def _with_limit(order: Order, limit: float) -> Order:
    """Give a trailing stop-limit the limit it got when it was triggered."""
    return replace(order, limit=exact(limit))
