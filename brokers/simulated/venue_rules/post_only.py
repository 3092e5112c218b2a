"""V14: a post-only order that would take is refused as it comes."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain
from magents.model.orders import Side


class PostOnlyRule(Rule):
    """Refuses a post-only order whose limit is beyond the last price.

    At the last price itself nobody knows which side traded there, so the order is taken.  A market
    that knows quotes, or the next open, judges again by them (rule B14).
    """

    number = "V14"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order, last = question.order, question.last
        if not order.post_only or order.limit is None:
            return ""
        limit = float(order.limit)
        takes = limit > last if order.side is Side.BUY else limit < last
        if not takes:
            return ""
        where = "above" if order.side is Side.BUY else "below"
        return f"post-only, and its limit {plain(order.limit)} is {where} the last price {last:g}"
