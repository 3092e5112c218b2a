"""V5: no order is larger than the venue takes."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain


class MaxQuantityRule(Rule):
    """Refuses a quantity above the instrument's ``max_quantity``."""

    number = "V5"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        quantity, most = question.order.quantity, question.instrument.max_quantity
        if most is None or quantity <= most:
            return ""
        return f"quantity {plain(quantity)} is above the most in one order, {plain(most)}"
