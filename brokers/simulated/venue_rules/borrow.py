"""K1: no more is sold short than the lenders have."""

from collections.abc import Callable
from decimal import Decimal

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain
from magents.model.orders import Order, Side


class BorrowRule(Rule):
    """Refuses short sales that would need more borrowed units than are available.

    Args:
        available: units of an instrument the fund may be short in all at an instant, ``None`` for
            plenty. after: the fund's signed units once an order and all open sales have filled.
    """

    number = "K1"

    def __init__(
        self,
        available: Callable[[str, int], Decimal | None],
        after: Callable[[Order], Decimal],
    ) -> None:
        """Keep who knows."""
        self._available = available
        self._after = after

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order = question.order
        if order.side is Side.BUY or order.reduce_only or order.parent:
            return ""
        if order.quantity <= question.held:
            return ""
        limit = self._available(order.instrument, question.now)
        short = -self._after(order)
        if limit is None or short <= limit:
            return ""
        return (
            f"the fund would be {plain(short)} {order.instrument} short, and the limit is "
            f"{plain(limit)} that can be borrowed"
        )
