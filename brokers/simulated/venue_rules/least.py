"""V17: no order is smaller than the venue takes."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain


class MinQuantityRule(Rule):
    """Refuses a quantity below the ``min_quantity`` of the instrument's filters."""

    number = "V17"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        filters, quantity = question.instrument.filters, question.order.quantity
        least = None if filters is None else filters.min_quantity
        if least is None or quantity >= least:
            return ""
        return f"quantity {plain(quantity)} is below the least in one order, {plain(least)}"
