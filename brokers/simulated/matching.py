"""Which bar an order meets, and at what price: pure functions over columns of bars.

The rules have numbers, explained in ``docs/fills.md``.  An order takes part only in bars that
open after it arrived.
"""

from typing import NamedTuple

import numpy as np

from magents.model.bars import Floats
from magents.model.orders import Order, OrderType, Side

MARKET_AT_OPEN = "B1"
LIMIT_AT_OPEN = "B2"
LIMIT_TOUCHED = "B3"
STOP_AT_OPEN = "B4"
STOP_TOUCHED = "B5"


class Meeting(NamedTuple):
    """The first bar that fills an order.

    Attributes:
        row: in the columns given. price: before slippage.
        at_open: whether it fills as the bar opens, else somewhere inside it.
        rule: the number of the rule. taker: whether slippage applies.
    """

    row: int
    price: float
    at_open: bool
    rule: str
    taker: bool


def meet(order: Order, opens: Floats, highs: Floats, lows: Floats, start: int) -> Meeting | None:
    """Return the first meeting of an order with the bars from row ``start`` on, if any.

    Args:
        order: market, limit or stop.
        opens, highs, lows: shape [T], one instrument; NaN where it has no bar.
        start: the first row that opened after the order arrived.
    """
    if order.type is OrderType.MARKET:
        return _meet_market(opens, start)
    if order.type is OrderType.LIMIT:
        return _meet_limit(order, opens, highs, lows, start)
    return _meet_stop(order, opens, highs, lows, start)


def _first(hits: "np.ndarray[tuple[int], np.dtype[np.bool_]]", start: int) -> int:
    """Return the row of the first hit, -1 where there is none."""
    if not len(hits):
        return -1
    row = int(hits.argmax())
    return start + row if hits[row] else -1


def _meet_market(opens: Floats, start: int) -> Meeting | None:
    if start >= len(opens):
        return None
    price = float(opens[start])
    if price != price:  # noqa: PLR0124 - NaN: no bar, look further
        start = _first(~np.isnan(opens[start:]), start)
        if start < 0:
            return None
        price = float(opens[start])
    return Meeting(start, price, at_open=True, rule=MARKET_AT_OPEN, taker=True)


def _meet_limit(
    order: Order, opens: Floats, highs: Floats, lows: Floats, start: int
) -> Meeting | None:
    limit = float(order.limit or 0)
    buying = order.side is Side.BUY
    row = _first(lows[start:] <= limit if buying else highs[start:] >= limit, start)
    if row < 0:
        return None
    price = float(opens[row])
    if price <= limit if buying else price >= limit:
        return Meeting(row, price, at_open=True, rule=LIMIT_AT_OPEN, taker=False)
    return Meeting(row, limit, at_open=False, rule=LIMIT_TOUCHED, taker=False)


def _meet_stop(
    order: Order, opens: Floats, highs: Floats, lows: Floats, start: int
) -> Meeting | None:
    stop = float(order.stop or 0)
    buying = order.side is Side.BUY
    row = _first(highs[start:] >= stop if buying else lows[start:] <= stop, start)
    if row < 0:
        return None
    price = float(opens[row])
    if price >= stop if buying else price <= stop:
        return Meeting(row, price, at_open=True, rule=STOP_AT_OPEN, taker=True)
    return Meeting(row, stop, at_open=False, rule=STOP_TOUCHED, taker=True)
