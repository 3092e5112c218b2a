"""V20: prices lie in the range of the venue."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain

_PRICES = ("limit", "stop")


class PriceRangeRule(Rule):
    """Refuses a limit or stop below ``min_price`` or above ``max_price``."""

    number = "V20"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal of the first price outside."""
        filters = question.instrument.filters
        for name in _PRICES if filters is not None else ():
            price = getattr(question.order, name)
            if price is None or filters is None:
                continue
            if filters.min_price is not None and price < filters.min_price:
                return f"the {name} {plain(price)} is below the least, {plain(filters.min_price)}"
            if filters.max_price is not None and price > filters.max_price:
                return f"the {name} {plain(price)} is above the most, {plain(filters.max_price)}"
        return ""
