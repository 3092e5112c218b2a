"""V2: quantities are multiples of the lot."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain


class LotRule(Rule):
    """Refuses a quantity that is no positive multiple of the instrument's lot."""

    number = "V2"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        quantity, lot = question.order.quantity, question.instrument.lot
        if quantity > 0 and not quantity % lot:
            return ""
        return f"quantity {plain(quantity)} is no positive multiple of the lot {plain(lot)}"
