"""How fast somebody may go: a bucket of tokens."""

from collections.abc import Callable

from magents.runtime import wall


class Throttle:
    """So many things a second, and so many at once.

    Args:
        rate: things a second. burst: things at once. now: real seconds.
    """

    def __init__(
        self, rate: float, burst: float, now: Callable[[], float] = wall.monotonic
    ) -> None:
        """Start with a full bucket."""
        self._rate = rate
        self._burst = burst
        self._now = now
        self._left = burst
        self._at = now()

    def wait(self) -> float:
        """Count one thing; return how many seconds it has to wait, 0 for not at all."""
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - 1
        self._at = now
        return max(0.0, -self._left / self._rate)
