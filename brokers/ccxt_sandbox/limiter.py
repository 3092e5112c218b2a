"""How fast we may ask: one bucket, with room kept for what matters; a venue's word is law."""

from brokers.ccxt_sandbox.truth.messages import Lane
from magents.model.time import SECOND

KEPT = {Lane.QUERY: 0.5, Lane.NEW: 0.3, Lane.AMEND: 0.2, Lane.CANCEL: 0.0}
"""The share of the bucket that a lane leaves to those before it."""
USUAL_PAUSE = 10 * SECOND
"""How long to be silent where the venue does not say, nanoseconds."""


class Limiter:
    """A token bucket on a clock that cannot be set back.

    Args:
        per_minute: requests. burst: how many at once. now: monotonic, nanoseconds.
    """

    def __init__(self, per_minute: int, burst: int, now: int) -> None:
        """Start full."""
        self._gap = 60 * SECOND // per_minute
        self._burst = burst
        self._tokens = float(burst)
        self._at = now
        self._until = 0
        self._banned = False

    def wait(self, lane: Lane, now: int) -> int:
        """Return how long a request of a lane must wait, 0 for not at all.

        The kill switch waits for no bucket: only a ban holds it, since asking makes it longer.
        """
        if now < self._until and (lane is not Lane.KILL or self._banned):
            return self._until - now
        if lane is Lane.KILL:
            return 0
        self._fill(now)
        lack = 1 + KEPT[lane] * self._burst - self._tokens
        return max(0, int(lack * self._gap))

    def paused(self, now: int) -> int:
        """Return for how long the venue still wants silence, 0 for not at all."""
        return max(0, self._until - now)

    def take(self, now: int) -> None:
        """Count a request that leaves."""
        self._fill(now)
        self._tokens -= 1

    def pause(self, now: int, span: int | None, *, ban: bool) -> None:
        """Be silent for as long as the venue says.

        Args:
            span: what ``Retry-After`` said, nanoseconds. ban: whether the address is banned (418).
        """
        self._until = max(self._until, now + (USUAL_PAUSE if span is None else span))
        self._banned = ban or (self._banned and now < self._until)
        self._tokens = min(self._tokens, 1.0)

    def _fill(self, now: int) -> None:
        self._tokens = min(self._burst, self._tokens + (now - self._at) / self._gap)
        self._at = now


def retry_after(text: str) -> int | None:
    """Return the nanoseconds of a ``Retry-After`` header, ``None`` where it says nothing sure."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return int(seconds * SECOND) if 0 <= seconds < 1e6 else None  # noqa: PLR2004 - 11 days
