"""The first bar that touches an order, by its type: vectorised searches over columns of bars."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brokers.simulated.market import Working
from magents.model.bars import Floats
from magents.model.orders import Order, OrderType, Side

NAN = float("nan")


class Prices(NamedTuple):
    """Columns of one instrument, shape [T]; NaN where it has no bar."""

    opens: Floats
    highs: Floats
    lows: Floats


class Found(NamedTuple):
    """What an order met.

    Attributes:
        row: in the block. price: before slippage; NaN where it is only triggered.
        at_open: whether as the bar opens, else somewhere inside it. rule: its number.
        slips: whether it takes what the market gives. maker: whether it rested there.
        touched: whether the bar came to the price exactly and not through it.
        triggers: whether a stop or touch was reached. rested: whether it was triggered before.
        limit: the limit a trailing stop-limit gets. refused: why there is no fill at all.
    """

    row: int
    price: float
    at_open: bool
    rule: str
    slips: bool = False
    maker: bool = False
    touched: bool = False
    triggers: bool = False
    rested: bool = False
    limit: float | None = None
    refused: str = ""

    @classmethod
    def refusal(cls, row: int, why: str) -> "Found":
        """Return that an order ends at the open of a bar without a fill."""
        return cls(row, NAN, at_open=True, rule="", refused=why)


def seek(working: Working, prices: Prices, *, through: bool = False) -> Found | None:
    """Return what the order meets first from ``working.row`` on, if anything.

    A trailing stop that meets nothing notes its best price in ``working.extreme`` and moves its
    row to the end.

    Args:
        through: whether a limit needs prices beyond it.
    """
    kind = working.order.type
    if kind is OrderType.MARKET or (working.triggered and working.order.limit is None):
        return _market(prices.opens, working.row)
    if kind is OrderType.LIMIT or working.triggered:
        return _limit(working, prices, through=through)
    if kind in {OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT}:
        return _trailing(working, prices)
    return _trigger(working.order, prices, working.row)


def _first(hits: npt.NDArray[np.bool_], start: int) -> int:
    """Return the row of the first hit, -1 where there is none."""
    if not len(hits):
        return -1
    row = int(hits.argmax())
    return start + row if hits[row] else -1


def _market(opens: Floats, start: int) -> Found | None:
    """Rule B1: the next open."""
    if start >= len(opens):
        return None
    price = float(opens[start])
    if price != price:  # noqa: PLR0124 - NaN: no bar, look further
        start = _first(~np.isnan(opens[start:]), start)
        if start < 0:
            return None
        price = float(opens[start])
    return Found(start, price, at_open=True, rule="B1", slips=True)


def _limit(working: Working, prices: Prices, *, through: bool) -> Found | None:
    """Rules B2 and B3: at the open if that is as good or better, else at the limit once touched."""
    order, start = working.order, working.row
    limit, buying = float(order.limit or 0), order.side is Side.BUY
    reach = prices.lows[start:] if buying else prices.highs[start:]
    if through:
        hits = (reach < limit) if buying else (reach > limit)
    else:
        hits = (reach <= limit) if buying else (reach >= limit)
    row = _first(hits, start)
    if row < 0:
        return None
    opened = float(prices.opens[row])
    rested = working.triggered
    if opened <= limit if buying else opened >= limit:
        maker = rested or working.seen or row > start
        return Found(row, opened, at_open=True, rule="B2", maker=maker, rested=rested)
    extreme = float(reach[row - start])
    return Found(
        row, limit, at_open=False, rule="B3", maker=True, touched=extreme == limit, rested=rested
    )


def _trigger(order: Order, prices: Prices, start: int) -> Found | None:
    """Rules B4, B5, B8, B10: stops from the worse side, if-touched from the better one."""
    stop = float(order.stop or 0)
    rises = _triggers_upward(order)
    reach = prices.highs[start:] if rises else prices.lows[start:]
    row = _first(reach >= stop if rises else reach <= stop, start)
    if row < 0:
        return None
    opened = float(prices.opens[row])
    gapped = opened >= stop if rises else opened <= stop
    return triggered(order, row, opened if gapped else stop, at_open=gapped)


def triggered(order: Order, row: int, price: float, *, at_open: bool) -> Found:
    """Return what a trigger reached at a price comes to."""
    rule = _rule(order, at_open=at_open)
    if order.limit is None:
        return Found(row, price, at_open, rule, slips=True, triggers=True)
    limit = float(order.limit)
    fills = price <= limit if order.side is Side.BUY else price >= limit
    return Found(row, price if fills else NAN, at_open, rule, triggers=True)


def _triggers_upward(order: Order) -> bool:
    """Return whether a rising price reaches the trigger: buy stops, and sells if touched."""
    touched = order.type in {OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED}
    return (order.side is Side.BUY) != touched


def _rule(order: Order, *, at_open: bool) -> str:
    if order.type is OrderType.STOP:
        return "B4" if at_open else "B5"
    if order.type is OrderType.STOP_LIMIT:
        return "B8"
    return "B9" if order.type in _TRAILING else "B10"


_TRAILING = frozenset({OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT})


def _trailing(working: Working, prices: Prices) -> Found | None:
    """Rule B9: the stop follows the best price of the bars before and of this bar's open.

    Inside a bar the price first goes against the trader, then to its best.
    """
    order, start = working.order, working.row
    sign = 1.0 if order.side is Side.SELL else -1.0
    opens = sign * prices.opens[start:]
    best = sign * (prices.highs if sign > 0 else prices.lows)[start:]
    worst = sign * (prices.lows if sign > 0 else prices.highs)[start:]
    before = np.fmax.accumulate(np.append(sign * working.extreme, best))
    known = np.fmax(before[:-1], opens)
    row = _first(worst <= _stop(order, known), start)
    if row < 0:
        working.extreme = sign * float(before[-1])
        working.row = len(prices.opens)
        return None
    return _trailed(order, row, prices, float(before[row - start]), float(known[row - start]))


def _trailed(order: Order, row: int, prices: Prices, before: float, known: float) -> Found:
    """Return the fill of a trailing stop that a bar reaches, at its open where it gapped over."""
    sign = 1.0 if order.side is Side.SELL else -1.0
    opened = sign * float(prices.opens[row])
    gapped = opened <= float(_stop(order, np.array([before]))[0])
    price = sign * (opened if gapped else float(_stop(order, np.array([known]))[0]))
    if order.type is OrderType.TRAILING_STOP:
        return Found(row, price, gapped, "B9", slips=True, triggers=True)
    limit = price - sign * float(order.limit_offset or 0)
    return Found(row, price, gapped, "B9", triggers=True, limit=limit)


def _stop(order: Order, best: Floats) -> Floats:
    """Return the stop below the best price, both with the sign of the side."""
    if order.trail_percent is not None:
        return best - np.abs(best) * float(order.trail_percent) / 100
    return best - float(order.trail or 0)
