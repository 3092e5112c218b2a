"""V15: a reduce-only order needs something to reduce."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain


class ReduceOnlyRule(Rule):
    """Refuses a reduce-only order without a position on the other side.

    One that is larger than the position is taken, and fills no more than that (rule B21).
    A child of another order is judged when it wakes, not here.
    """

    number = "V15"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order, held = question.order, question.held
        if not order.reduce_only or order.parent or held * order.side.sign < 0:
            return ""
        return f"reduce-only, and with {plain(held)} units held a {order.side} reduces nothing"
