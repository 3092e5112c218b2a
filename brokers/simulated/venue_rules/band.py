"""V7: limits stay near the last price."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion, moved
from magents.model.money import plain


class PriceBandRule(Rule):
    """Refuses a limit further from the last price than the instrument's ``price_band``."""

    number = "V7"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        band, limit, last = question.instrument.price_band, question.order.limit, question.last
        if band is None or limit is None or not last > 0:
            return ""
        away = abs(moved(float(limit), last))
        if away <= band:
            return ""
        return (
            f"the limit {plain(limit)} is {away:.2%} away from the last price {last:g}, "
            f"more than the band of {band:.2%}"
        )
