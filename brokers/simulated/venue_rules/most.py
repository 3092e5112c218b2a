"""V21: no order is worth more than the venue takes."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from brokers.simulated.venue_rules.market_size import UNLIMITED
from brokers.simulated.venue_rules.notional import worth_of
from magents.model.money import plain


class MaxNotionalRule(Rule):
    """Refuses an order worth more than ``max_notional``, or ``market_notional`` without a limit.

    Worth is as in V6.
    """

    number = "V21"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        filters = question.instrument.filters
        if filters is None:
            return ""
        without = question.order.type in UNLIMITED
        most = filters.market_notional if without else filters.max_notional
        worth = None if most is None else worth_of(question)
        if most is None or worth is None or worth <= most:
            return ""
        return f"the order is worth {plain(worth)}, more than the most, {plain(most)}"
