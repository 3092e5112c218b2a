"""V13: the fund does not trade with itself."""

from enum import StrEnum

from brokers.simulated.venue_rules.base import Cancel, Rule, VenueQuestion
from magents.model.money import plain
from magents.model.orders import Order, OrderType, Side


class SelfTrade(StrEnum):
    """Which order goes when two of the fund's own would meet."""

    OFF = "off"
    CANCEL_NEWEST = "cancel_newest"
    """The one that comes is refused."""
    CANCEL_OLDEST = "cancel_oldest"
    """Those that rest are cancelled."""
    CANCEL_BOTH = "cancel_both"


class SelfTradeRule(Rule):
    """Keeps orders of the fund from crossing its own resting limit orders.

    Args:
        mode: which order goes.
    """

    number = "V13"
    looks_around = True

    def __init__(self, mode: SelfTrade) -> None:
        """Keep the mode."""
        self._mode = mode

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal of the order that comes."""
        if self._mode not in {SelfTrade.CANCEL_NEWEST, SelfTrade.CANCEL_BOTH}:
            return ""
        met = crossing(question)
        if not met:
            return ""
        return (
            f"{_shown(question.order)} would trade with the fund's own order {met[0].id}, "
            f"{_shown(met[0])}"
        )

    def cancels(self, question: VenueQuestion) -> tuple[Cancel, ...]:
        """Return the resting orders that go."""
        if self._mode not in {SelfTrade.CANCEL_OLDEST, SelfTrade.CANCEL_BOTH}:
            return ()
        note = f"{self.number}: would have traded with the fund's own order {question.order.id}"
        return tuple(Cancel(order.id, note) for order in crossing(question))


def crossing(question: VenueQuestion) -> list[Order]:
    """Return the resting orders that an incoming market or limit order could trade with."""
    order = question.order
    if order.type not in {OrderType.MARKET, OrderType.LIMIT}:
        return []
    return [
        other
        for other in question.resting
        if other.id != order.id
        and other.instrument == order.instrument
        and other.side is not order.side
        and other.type is OrderType.LIMIT
        and _crosses(order, other)
    ]


def _crosses(order: Order, other: Order) -> bool:
    if order.limit is None or other.limit is None:
        return True
    if order.side is Side.BUY:
        return order.limit >= other.limit
    return order.limit <= other.limit


def _shown(order: Order) -> str:
    price = "at market" if order.limit is None else f"at {plain(order.limit)}"
    return f"to {order.side} {price}"
