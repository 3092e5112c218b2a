"""V10: orders for an auction, where there is one and in time for it."""

from collections.abc import Mapping

from brokers.simulated.sessions import Sessions
from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from brokers.simulated.venue_rules.validity import AUCTIONS
from magents.model.orders import TimeInForce
from magents.model.time import iso

WITHOUT = frozenset({"24/7", "24/5"})
"""Calendars without an opening and a closing price."""


class AuctionRule(Rule):
    """Refuses orders for an auction that does not exist or takes no more orders.

    Args:
        sessions: by calendar. cutoff: how long before the close the closing auction takes its
            last order, nanoseconds (the New York Stock Exchange has 10 minutes).
    """

    number = "V10"
    asks_plain = False

    def __init__(self, sessions: Mapping[str, Sessions] | None = None, cutoff: int = 0) -> None:
        """Keep the times."""
        self._sessions = sessions or {}
        self._cutoff = cutoff

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        order, code = question.order, question.instrument.calendar
        if order.tif not in AUCTIONS:
            return ""
        if code in WITHOUT:
            return f"{order.instrument} trades {code} and has no auction for {order.tif} orders"
        sessions = self._sessions.get(code)
        session = sessions.at(question.now) if sessions is not None else None
        if order.tif is not TimeInForce.AT_CLOSE or session is None:
            return ""
        last_call = session[1] - self._cutoff
        if question.now <= last_call:
            return ""
        return f"the closing auction takes orders until {iso(last_call)}, not {iso(question.now)}"
