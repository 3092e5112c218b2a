"""V8: a venue that is closed takes orders for its next session, or none at all."""

from collections.abc import Mapping
from enum import StrEnum

from brokers.simulated.sessions import Sessions
from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.orders import TimeInForce
from magents.model.time import iso


class WhenClosed(StrEnum):
    """What becomes of an order that comes while nothing trades."""

    HOLD = "hold"
    """It waits at the venue."""
    REFUSE = "refuse"


class SessionRule(Rule):
    """Refuses orders while the venue is closed, if it is set so; those for an opening it takes.

    Args:
        sessions: by calendar; a calendar that is not there is always open.
        when_closed: what becomes of other orders.
    """

    number = "V8"

    def __init__(self, sessions: Mapping[str, Sessions], when_closed: WhenClosed) -> None:
        """Keep the tables."""
        self._sessions = sessions
        self._when_closed = when_closed

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        code = question.instrument.calendar
        sessions = self._sessions.get(code)
        held = self._when_closed is WhenClosed.HOLD or question.order.tif is TimeInForce.AT_OPEN
        if sessions is None or held or sessions.at(question.now):
            return ""
        opens = sessions.next_open(question.now)
        then = f"opens at {iso(opens)}" if opens is not None else "does not open again"
        return f"{code} is closed at {iso(question.now)} and {then}"
