"""How long orders take to the venue, and data from it; drawn by name, so in no order."""

from typing import NamedTuple

from brokers.simulated.draws import Draws


class Delays(NamedTuple):
    """Mean delays in nanoseconds.

    Attributes:
        insert: of a new order. amend, cancel: of a change, of a cancel.
        feed: from what happens at the venue to whoever reads about it.
    """

    insert: int = 0
    amend: int = 0
    cancel: int = 0
    feed: int = 0


class LatencyModel:
    """Says for each message how long it is on its way.

    The same order always gets the same delay, whatever else happens; a larger mean never gives a
    shorter one.

    Args:
        delays: the means. draws: how they vary; ``None`` not at all.
    """

    def __init__(self, delays: Delays, draws: Draws | None = None) -> None:
        """Draw nothing yet."""
        self._delays = delays
        self._draws = draws
        self.none = not any(delays)
        """Whether every delay is zero."""

    @property
    def feed_mean(self) -> int:
        """Return the mean delay of data."""
        return self._delays.feed

    def insert(self, order_id: str) -> int:
        """Return the delay of a new order, nanoseconds."""
        return self._delay(self._delays.insert, "insert", order_id)

    def amend(self, order_id: str, number: int = 1) -> int:
        """Return the delay of an order's amendment of that number."""
        return self._delay(self._delays.amend, "amend", f"{order_id}/{number}")

    def cancel(self, order_id: str) -> int:
        """Return the delay of an order's cancel."""
        return self._delay(self._delays.cancel, "cancel", order_id)

    def feed(self, instrument: str, ts: int) -> int:
        """Return the delay of what became known of an instrument at an instant."""
        return self._delay(self._delays.feed, "feed", f"{instrument}/{ts}")

    def _delay(self, mean: int, what: str, name: str) -> int:
        if self._draws is None or not mean:
            return mean
        return round(mean * self._draws.factor(f"latency/{what}/{name}"))
