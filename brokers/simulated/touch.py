"""The first bar that touches an order, by its type: vectorised searches over columns of bars."""

from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from brokers.simulated.market import Working
from magents.model.bars import Floats
from magents.model.orders import Order, OrderType, Side

NAN = float("nan")
DIGITS = 8
"""Digits after the point of a stop that trails: the grid of money."""

TRAILING = frozenset({OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT})
STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT}) | TRAILING
_IF_TOUCHED = frozenset({OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED})


class Prices(NamedTuple):
    """Columns of one instrument, shape [T]; NaN where it has no bar."""

    opens: Floats
    highs: Floats
    lows: Floats


class Found(msgspec.Struct, frozen=True, gc=False):
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


class Assumed(NamedTuple):
    """What is assumed where bars do not tell.

    Attributes:
        through: whether a limit needs prices beyond it.
        high_first: which extreme comes first; ``None``: the one against the trader.
    """

    through: bool = False
    high_first: bool | None = None


def seek(working: Working, prices: Prices, start: int, assumed: Assumed) -> Found | None:
    """Return what the order meets first from a row on, if anything."""
    order = working.order
    if order.type is OrderType.MARKET or (working.triggered and order.limit is None):
        return at_next_open(prices.opens, start)
    if order.type is OrderType.LIMIT or working.triggered:
        return _limit(working, prices, start, through=assumed.through)
    if order.type in TRAILING:
        return _trailing(working, prices, start, assumed)
    return _trigger(order, prices, start, assumed)


def best(order: Order, prices: Prices, start: int, before: float) -> float:
    """Return the best price of a trailing stop's side so far: highest to sell, lowest to buy."""
    if order.side is Side.SELL:
        return float(np.fmax.reduce(prices.highs[start:], initial=before))
    return float(np.fmin.reduce(prices.lows[start:], initial=before))


def _first(hits: npt.NDArray[np.bool_], start: int) -> int:
    """Return the row of the first hit, -1 where there is none."""
    if not len(hits):
        return -1
    row = int(hits.argmax())
    return start + row if hits[row] else -1


def at_next_open(opens: Floats, start: int) -> Found | None:
    """Rule B1: the next open."""
    row = first_bar(opens, start)
    return None if row < 0 else Found(row, float(opens[row]), True, "B1", True)  # noqa: FBT003


def first_bar(opens: Floats, start: int) -> int:
    """Return the first row in which the instrument has a bar, -1 where there is none."""
    if start >= len(opens):
        return -1
    price = opens[start]
    if price == price:  # noqa: PLR0124 - not NaN: mostly there is one
        return start
    return _first(~np.isnan(opens[start:]), start)


def _limit(working: Working, prices: Prices, start: int, *, through: bool) -> Found | None:
    """Rules B2 and B3: at the open if that is as good or better, else at the limit once touched."""
    order, rested = working.order, working.triggered
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
    touched = float(reach[row - start]) == limit
    if opened <= limit if buying else opened >= limit:
        maker = rested or working.seen or first_bar(prices.opens, start) < row
        return Found(
            row, opened, at_open=True, rule="B2", maker=maker, touched=touched, rested=rested
        )
    return Found(row, limit, at_open=False, rule="B3", maker=True, touched=touched, rested=rested)


def _trigger(order: Order, prices: Prices, start: int, assumed: Assumed) -> Found | None:
    """Rules B4, B5, B8, B10: stops from the worse side, if-touched from the better one."""
    stop = float(order.stop or 0)
    rises = (order.side is Side.BUY) != (order.type in _IF_TOUCHED)
    reach = prices.highs[start:] if rises else prices.lows[start:]
    row = _first(reach >= stop if rises else reach <= stop, start)
    if row < 0:
        return None
    opened = float(prices.opens[row])
    gapped = opened >= stop if rises else opened <= stop
    price = opened if gapped else stop
    rule = _rule(order, at_open=gapped)
    return _triggered(order, Found(row, price, gapped, rule, triggers=True), prices, assumed)


def _triggered(order: Order, found: Found, prices: Prices, assumed: Assumed) -> Found:
    """Return what a trigger comes to at its price: a fill, or nothing where its limit forbids.

    Reached by an open that the limit forbids, it fills at the limit where the bar comes back to
    it: all of that bar is after the open.
    """
    given = found.limit if found.limit is not None else order.limit
    if given is None:
        return replace(found, slips=True)
    limit = float(given)
    buying = order.side is Side.BUY
    if found.price <= limit if buying else found.price >= limit:
        return found
    reach = float((prices.lows if buying else prices.highs)[found.row])
    comes_back = reach <= limit if buying else reach >= limit
    if found.at_open and comes_back and not (assumed.through and reach == limit):
        return replace(found, price=limit, at_open=False, maker=True, touched=reach == limit)
    return replace(found, price=NAN)


def _rule(order: Order, *, at_open: bool) -> str:
    if order.type is OrderType.STOP:
        return "B4" if at_open else "B5"
    return "B8" if order.type is OrderType.STOP_LIMIT else "B10"


def _trailing(working: Working, prices: Prices, start: int, assumed: Assumed) -> Found | None:
    """Rule B9: the stop follows the best price of the bars before and of this bar's open.

    Inside a bar the price first goes against the trader, then to its best; where the path says
    otherwise, the stop follows that best price first.
    """
    order = working.order
    sign = 1.0 if order.side is Side.SELL else -1.0
    opens = sign * prices.opens[start:]
    tops, bottoms = (prices.highs, prices.lows) if sign > 0 else (prices.lows, prices.highs)
    before = np.fmax.accumulate(np.append(sign * working.extreme, sign * tops[start:]))
    led = assumed.high_first is not None and assumed.high_first == (sign > 0)
    known = before[1:] if led else np.fmax(before[:-1], opens)
    row = _first(sign * bottoms[start:] <= _stop(order, known), start)
    if row < 0:
        return None
    at = row - start
    level = float(_stop(order, before[at : at + 1])[0])
    gapped = bool(opens[at] <= level)
    if not gapped:
        level = float(_stop(order, known[at : at + 1])[0])
    price = sign * (float(opens[at]) if gapped else level)
    found = Found(row, price, gapped, "B9", triggers=True)
    if order.type is OrderType.TRAILING_STOP_LIMIT:
        limit = round(sign * (level - float(order.limit_offset or 0)), DIGITS)
        found = replace(found, limit=limit)
    return _triggered(order, found, prices, assumed)


def _stop(order: Order, best: Floats) -> Floats:
    """Return the stop below the best price, both with the sign of the side."""
    if order.trail_percent is not None:
        return np.round(best - np.abs(best) * float(order.trail_percent) / 100, DIGITS)
    return np.round(best - float(order.trail or 0), DIGITS)
