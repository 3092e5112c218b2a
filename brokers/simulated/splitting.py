"""What corporate actions do to open orders: FINRA Rule 5330."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from brokers.simulated.carry.orders import adjust_order, reduce_order
from brokers.simulated.market import Working
from magents.model.instruments import Instrument
from magents.model.orders import Order
from magents.model.records import Amendment

Instruments = Mapping[str, Instrument]


def adjusted(working: Working, ratio: Decimal, instruments: Instruments) -> Order | None:
    """Return an open order after a split (rule S1), ``None`` where it is to be cancelled.

    What has filled already counts in the new size as it did in the old.  A trailing stop goes on
    from its best price, divided too.
    """
    order = working.order
    left = replace(order, quantity=working.left + working.asleep)
    after = adjust_order(left, ratio, instruments[order.instrument])
    if after is None:
        return None
    working.extreme /= float(ratio)
    return replace(after, quantity=working.filled + after.quantity)


def reduced(working: Working, dividend: Decimal, instruments: Instruments) -> Order:
    """Return an open order on an ex-date (rule S2)."""
    return reduce_order(working.order, dividend, instruments[working.order.instrument])


def renamed(working: Working, name: str, ts: int) -> Order:
    """Return the order that goes on under the new name of its instrument (rule S4)."""
    order = working.order
    reason = f"S4: {order.id} under the new name"
    return replace(
        order,
        ts=ts,
        id=f"{order.id}@{name}",
        instrument=name,
        quantity=working.left + working.asleep,
        reason=reason,
    )


def news_of(before: Order, after: Order, ts: int) -> Amendment:
    """Return what to tell of an order that has changed."""
    return Amendment(
        ts,
        after.pod,
        after.id,
        after.instrument,
        after.quantity if after.quantity != before.quantity else None,
        after.limit if after.limit != before.limit else None,
        after.stop if after.stop != before.stop else None,
    )
