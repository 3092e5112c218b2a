"""Rate limits as the venues have them; pure, time is given."""

from collections import defaultdict
from typing import NamedTuple

BAN_SECONDS = 120
"""First ban of who goes on after a 429; each further one is twice as long."""
PATIENCE = 10
"""Requests after a 429 that are answered with 429 before the ban."""


class Verdict(NamedTuple):
    """What the limiter says: ``status`` 0 for yes, else 429 or 418, and when to come again."""

    status: int
    retry_after: int
    used: int


class Windows:
    """Counts within fixed windows of so many milliseconds, by name."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._window = -1

    def add(self, name: str, cost: int, now: int) -> int:
        """Count, and return what has been counted in this window."""
        if now // self._length != self._window:
            self._window = now // self._length
            self._counts.clear()
        self._counts[name] += cost
        return self._counts[name]

    def used(self, name: str, now: int) -> int:
        """Return what has been counted in this window."""
        return self.add(name, 0, now)

    def ends_in(self, now: int) -> int:
        """Return the milliseconds to the end of the window."""
        return self._length - now % self._length


class WeightLimiter:
    """Weight a minute, then 429, then a ban with 418 for who does not listen.

    Args:
        limit: weight a minute and address.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._minute = Windows(60_000)
        self._over: defaultdict[str, int] = defaultdict(int)
        self._banned: dict[str, int] = {}
        self._bans: defaultdict[str, int] = defaultdict(int)

    def charge(self, address: str, weight: int, now: int) -> Verdict:
        """Count a request."""
        if self._banned.get(address, 0) > now:
            return Verdict(418, -(-(self._banned[address] - now) // 1000), self.limit)
        used = self._minute.add(address, weight, now)
        if used <= self.limit:
            self._over[address] = 0
            return Verdict(0, 0, used)
        self._over[address] += 1
        if self._over[address] > PATIENCE:
            return self._ban(address, now)
        return Verdict(429, -(-self._minute.ends_in(now) // 1000), used)

    def _ban(self, address: str, now: int) -> Verdict:
        seconds = BAN_SECONDS * 2 ** self._bans[address]
        self._bans[address] += 1
        self._over[address] = 0
        self._banned[address] = now + seconds * 1000
        return Verdict(418, seconds, self.limit)
