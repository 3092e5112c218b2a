"""V18: orders without a limit have a size of their own."""

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.money import plain
from magents.model.orders import OrderType

UNLIMITED = frozenset(
    {
        OrderType.MARKET,
        OrderType.STOP,
        OrderType.MARKET_IF_TOUCHED,
        OrderType.TRAILING_STOP,
    }
)
"""Types that take whatever price there is, now or once they are triggered."""


class MarketSizeRule(Rule):
    """Refuses sizes that a venue takes with a limit only: Binance's ``MARKET_LOT_SIZE``."""

    number = "V18"

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order, filters = question.order, question.instrument.filters
        if filters is None or order.type not in UNLIMITED:
            return ""
        quantity, most, least = order.quantity, filters.market_max, filters.market_min
        said = f"quantity {plain(quantity)} of an order without a limit is"
        if most is not None and quantity > most:
            return f"{said} above the most, {plain(most)}"
        if least is not None and quantity < least:
            return f"{said} below the least, {plain(least)}"
        if filters.market_lot is not None and quantity % filters.market_lot:
            return f"{said} no multiple of its lot, {plain(filters.market_lot)}"
        return ""
