"""What a split does to an open order."""

from decimal import Decimal

from msgspec.structs import replace

from brokers.simulated.carry.orders import adjust_order
from brokers.simulated.market import Working
from magents.model.instruments import Instrument
from magents.model.records import Adjustment, Amendment


def ratio_of(move: Adjustment, held: Decimal) -> Decimal | None:
    """Return new units for one old, where a move is a split; ``held`` is after it."""
    before = held - move.units
    return held / before if move.cause == "split" and before else None


def split_order(
    working: Working, ratio: Decimal, instrument: Instrument, ts: int
) -> Amendment | None:
    """Return the amendment a split makes, ``None`` where the order is to be cancelled."""
    order = working.order
    left = replace(order, quantity=working.left + working.asleep)
    adjusted = adjust_order(left, ratio, instrument)
    if adjusted is None:
        return None
    size = working.filled + adjusted.quantity
    return Amendment(ts, order.pod, order.id, order.instrument, size, adjusted.limit, adjusted.stop)
