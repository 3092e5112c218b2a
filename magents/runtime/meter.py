"""Counts what comes in, in bounded memory: a bucket a second, a minute back."""

from collections.abc import Callable

from magents.runtime import wall

SPAN = 60
"""Seconds that are remembered."""
WINDOW = 10
"""Seconds over which a rate is taken, where nobody says otherwise."""


class Meter:
    """How many came, how often lately, and how long ago the last.

    Args:
        real: says what the real time is, in seconds; never goes back.

    Attributes:
        total: how many came since the beginning.
    """

    __slots__ = ("_began", "_counts", "_last", "_real", "_second", "total")

    def __init__(self, real: Callable[[], float] = wall.monotonic) -> None:
        """Have counted nothing."""
        self._real = real
        self._began = real()
        self._second = int(self._began)
        self._counts = [0] * SPAN
        self._last: float | None = None
        self.total = 0

    def add(self, count: int = 1) -> None:
        """Count what has just come."""
        self._last = now = self._real()
        self._forget(int(now))
        self._counts[int(now) % SPAN] += count
        self.total += count

    def reach(self, total: int) -> None:
        """Count what came since the last time, where somebody else keeps the total."""
        if total > self.total:
            self.add(total - self.total)

    def rate(self, seconds: int = WINDOW) -> float:
        """Return how many came a second over the last so many seconds, 59 at most."""
        now = self._real()
        self._forget(int(now))
        back = min(seconds, SPAN - 1)
        came = sum(self._counts[(int(now) - ago) % SPAN] for ago in range(back + 1))
        elapsed = min(back + now % 1.0, now - self._began)
        return came / max(elapsed, 1.0)

    def age(self) -> float | None:
        """Return the seconds since the last came, ``None`` before the first."""
        return None if self._last is None else self._real() - self._last

    def _forget(self, second: int) -> None:
        """Empty the buckets of the seconds that have passed in between."""
        for passed in range(self._second + 1, min(second, self._second + SPAN) + 1):
            self._counts[passed % SPAN] = 0
        self._second = max(second, self._second)
