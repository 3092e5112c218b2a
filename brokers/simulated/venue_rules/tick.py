"""V4: prices are on the tick."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain

_PRICES = ("limit", "stop", "trail", "limit_offset")


class TickRule(Rule):
    """Refuses prices off the grid; where an instrument has no tick there is no grid."""

    number = "V4"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal of the first price off the grid."""
        tick = question.instrument.tick
        if tick is None:
            return ""
        for name in _PRICES:
            price = getattr(question.order, name)
            if price is not None and price % tick:
                return f"the {name} {plain(price)} is no multiple of the tick {plain(tick)}"
        return ""
