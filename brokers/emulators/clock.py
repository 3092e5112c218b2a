"""The venue's time: the machine's, or one that moves only when told; either may be off."""

from magents.runtime import wall

MS = 1_000_000
"""Nanoseconds in a millisecond."""
BEAT_MS = 100
"""The venue does everything that takes time in steps of so many milliseconds."""


class VenueClock:
    """Says what time it is at the venue, milliseconds UTC.

    Args:
        start: where a stepped clock begins; ``None`` for the machine's clock.
    """

    def __init__(self, start: int | None) -> None:
        self.stepped = start is not None
        self._now = start or 0
        self.began = self.true()
        self.skew = 0

    def true(self) -> int:
        """Return the time without any error."""
        return self._now if self.stepped else wall.utc_now() // MS

    def now(self) -> int:
        """Return the time as the venue has it."""
        return self.true() + self.skew

    def elapsed(self) -> float:
        """Return seconds since the venue opened."""
        return (self.true() - self.began) / 1000

    def step(self, milliseconds: int) -> None:
        """Move a stepped clock."""
        self._now += milliseconds
