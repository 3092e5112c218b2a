"""V6: no order is worth less than the venue takes."""

from decimal import Decimal

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import exact, on_grid, plain


class MinNotionalRule(Rule):
    """Refuses an order worth less than the instrument's ``min_notional``.

    Worth is quantity times the limit, or the stop, or the last price.  Reduce-only orders are
    exempt, or a small rest could never be sold.  Without any price nothing is refused.
    """

    number = "V6"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order, least = question.order, question.instrument.min_notional
        if least is None or order.reduce_only:
            return ""
        worth = worth_of(question)
        if worth is None or worth >= least:
            return ""
        return f"the order is worth {plain(worth)}, less than the least, {plain(least)}"


def worth_of(question: VenueQuestion) -> Decimal | None:
    """Return what an order is worth, ``None`` where there is no price for it."""
    order = question.order
    price = order.limit or order.stop
    if price is None:
        if question.last != question.last:
            return None
        price = exact(float(question.last))
    return on_grid(abs(order.quantity * price * question.instrument.multiplier))
