"""What a corporate action does to open orders: FINRA Rule 5330, Adjustment of Orders.

Beyond the rule, which speaks of buy limits and sell stops, a forward split adjusts every open
order: a limit to sell left at the old price would mean something else than its owner wanted.
"""

from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal

from msgspec.structs import replace

from magents.model.instruments import Instrument
from magents.model.money import ONE, on_grid, to_step
from magents.model.orders import Order, OrderType, Side

_LIMITS = frozenset({OrderType.LIMIT, OrderType.LIMIT_IF_TOUCHED})
_STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


def adjust_order(order: Order, ratio: Decimal, instrument: Instrument) -> Order | None:
    """Return an open order as it stands after a split, ``None`` where it is to be cancelled.

    A reverse split cancels (5330(c)), and so does a size that falls below one lot.  Sizes are
    multiplied and rounded down to the lot, prices divided and rounded down to the tick.

    Args:
        order: with the size that is still open.
        ratio: new shares for one old.
        instrument: for lot and tick.
    """
    quantity = to_step(order.quantity * ratio, instrument.lot, ROUND_DOWN)
    if ratio < ONE or not quantity:
        return None
    display = order.display and (to_step(order.display * ratio, instrument.lot, ROUND_DOWN) or None)
    return replace(
        order,
        quantity=quantity,
        limit=_divided(order.limit, ratio, instrument),
        stop=_divided(order.stop, ratio, instrument),
        trail=_divided(order.trail, ratio, instrument),
        limit_offset=_divided(order.limit_offset, ratio, instrument),
        display=display,
    )


def reduce_order(order: Order, dividend: Decimal, instrument: Instrument) -> Order:
    """Return an open order as it stands on an ex-date: 5330(a)(1).

    Limits to buy and stops to sell come down by the dividend, to the next lower tick; all others,
    and dividends under a cent, change nothing.
    """
    buys = order.side is Side.BUY and order.type in _LIMITS
    stops = order.side is Side.SELL and order.type in _STOPS
    if dividend < Decimal("0.01") or not (buys or stops):
        return order
    return replace(
        order,
        limit=_lower(order.limit, dividend, instrument),
        stop=_lower(order.stop, dividend, instrument),
    )


def _divided(price: Decimal | None, ratio: Decimal, instrument: Instrument) -> Decimal | None:
    return None if price is None else _floor(price / ratio, instrument)


def _lower(price: Decimal | None, by: Decimal, instrument: Instrument) -> Decimal | None:
    return None if price is None else _floor(price - by, instrument)


def _floor(price: Decimal, instrument: Instrument) -> Decimal:
    """Round down to the tick, and never to nothing."""
    if instrument.tick is None:
        return on_grid(price)
    return max(to_step(price, instrument.tick, ROUND_FLOOR), instrument.tick)
