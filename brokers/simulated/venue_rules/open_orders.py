"""V19: so many orders may be open in one instrument."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.orders import Order, OrderType

_AT_ONCE = frozenset({OrderType.MARKET, OrderType.LIMIT})


class OpenOrdersRule(Rule):
    """Refuses an order more than ``max_orders``, or a stop more than ``max_stops``.

    All pods share one account, so all their orders count.  An amendment is no new order.
    """

    number = "V19"
    looks_around = True

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        filters, order = question.instrument.filters, question.order
        if filters is None:
            return ""
        others = [each for each in question.resting if each.id != order.id]
        if len(others) < len(question.resting):
            return ""
        if filters.max_orders is not None and len(others) >= filters.max_orders:
            return f"{len(others)} orders are open in {order.instrument}, which is the most"
        stops = sum(map(_waits, others)) if _waits(order) else 0
        if filters.max_stops is not None and stops >= filters.max_stops > 0:
            return f"{stops} stops are open in {order.instrument}, which is the most"
        return ""


def _waits(order: Order) -> bool:
    """Return whether an order waits for a price before it does anything."""
    return order.type not in _AT_ONCE
