"""Other sizes and prices for orders at the venue (rule B24)."""

from decimal import Decimal

from msgspec.structs import replace

from brokers.simulated.endings import FORCED
from brokers.simulated.market import Working
from magents.model.orders import Order, TimeInForce
from magents.model.records import Amendment


def amended(order: Order, change: Amendment) -> Order:
    """Return the order with the changes that are not ``None``."""
    wanted = {"quantity": change.quantity, "limit": change.limit, "stop": change.stop}
    return replace(order, **{name: value for name, value in wanted.items() if value is not None})


def resize(working: Working, quantity: Decimal, *, waits: bool) -> None:
    """Give an order another size: a child grows and shrinks where it is asleep."""
    left = working.left + working.asleep + quantity - working.order.quantity
    working.left = min(left, working.left) if waits else left
    working.asleep = left - working.left
    working.order = replace(working.order, quantity=quantity)


def unfit(working: Working, change: Amendment, now: int) -> str:
    """Return why an order at the venue cannot have a change, empty where it can."""
    return _too_late(working, now) or _no_use(working, change)


def _too_late(working: Working, now: int) -> str:
    if working.order.forced:
        return FORCED
    if working.cancelling:
        return "it is being cancelled"
    if working.step is None:
        return ""
    if working.step.since < now:
        return "a bar under way touches the order"
    return ""


def _no_use(working: Working, change: Amendment) -> str:
    """Return which part of a change means nothing to the order."""
    order, filled = working.order, working.filled
    if order.tif is TimeInForce.AT_CLOSE:
        return "an order for the close is cancelled and sent anew"
    if change.quantity is not None and 0 < change.quantity <= filled:
        return f"{filled} units are filled already"
    if change.stop is not None and order.stop is None:
        return "it has no stop"
    if change.stop is not None and working.triggered:
        return "its stop was reached already"
    if change.limit is not None and order.limit is None:
        return "it has no limit"
    return ""
