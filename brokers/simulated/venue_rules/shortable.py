"""V16: what cannot be borrowed cannot be sold short."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain
from magents.model.orders import Side


class ShortableRule(Rule):
    """Refuses a sale of more than is held where the instrument is not ``shortable``.

    A child of another order is judged by what it may reduce (rule B21), not here.
    """

    number = "V16"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order, held = question.order, question.held
        if question.instrument.shortable or order.side is Side.BUY or order.reduce_only:
            return ""
        short = order.quantity - held
        if short <= 0 or order.parent:
            return ""
        return (
            f"{order.instrument} cannot be borrowed: a sale of {plain(order.quantity)} with "
            f"{plain(held)} held would be {plain(short)} short, and the limit is 0"
        )
