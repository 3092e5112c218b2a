"""V7: limits stay near the last price."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion, moved
from magents.model.money import plain
from magents.model.orders import Side


class PriceBandRule(Rule):
    """Refuses a limit outside the instrument's ``price_band``, or the band of its side.

    Venues measure bands against a mean of some minutes, their index or mark; here it is the last
    price.
    """

    number = "V7"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        band, limit, last = question.instrument.price_band, question.order.limit, question.last
        if limit is None or not last > 0:
            return ""
        away = abs(moved(float(limit), last))
        if band is not None and away > band:
            return (
                f"the limit {plain(limit)} is {away:.2%} away from the last price {last:g}, "
                f"more than the band of {band:.2%}"
            )
        return _by_side(question, float(limit) / last)


def _by_side(question: VenueQuestion, ratio: float) -> str:
    """Return the refusal of a limit that is such a multiple of the last price."""
    filters, order = question.instrument.filters, question.order
    if filters is None:
        return ""
    band = filters.buy_band if order.side is Side.BUY else filters.sell_band
    if band is None or band[0] <= ratio <= band[1]:
        return ""
    return (
        f"the limit of a {order.side} is {ratio:.4g} times the last price {question.last:g}; "
        f"the venue takes {band[0]:g} to {band[1]:g}"
    )
