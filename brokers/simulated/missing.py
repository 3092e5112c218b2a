"""Which prices an order must have, until the venue's rules are asked."""

from brokers.simulated.touch import TRAILING
from magents.model.orders import Order, OrderType, TimeInForce


def missing(order: Order) -> str:
    """Return which price an order of its type lacks, empty where it has them all."""
    if order.post_only and order.tif in {TimeInForce.IOC, TimeInForce.FOK}:
        return f"a post-only order cannot be {order.tif}: one rests, the other may not"
    if order.type is OrderType.MARKET:
        return ""
    limited = order.type in {
        OrderType.LIMIT,
        OrderType.STOP_LIMIT,
        OrderType.LIMIT_IF_TOUCHED,
    }
    trailing = order.type in TRAILING
    if limited and not (order.limit is not None and order.limit > 0):
        return f"a {order.type} order needs a limit above 0"
    if trailing and not (order.trail or order.trail_percent):
        return f"a {order.type} order needs a trail"
    stopped = order.stop is not None and order.stop > 0
    if not trailing and order.type is not OrderType.LIMIT and not stopped:
        return f"a {order.type} order needs a stop above 0"
    return ""
