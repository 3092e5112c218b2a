"""How long to wait before something is tried again: longer each time, never longer than said.

Half of each wait is drawn, so that many who lost the same connection do not all come back at once.
"""

from collections import deque

import numpy as np


class Backoff:
    """Waits that double.

    Args:
        first, longest: seconds. draw: where the part that varies comes from.
    """

    def __init__(self, first: float, longest: float, draw: np.random.Generator) -> None:
        """Begin with the first."""
        self._first, self._longest, self._draw = first, longest, draw
        self._span = first

    def wait(self) -> float:
        """Return how long to wait now, seconds: between half of the present span and all of it."""
        span = self._span
        self._span = min(2 * span, self._longest)
        return span * (1 + float(self._draw.random())) / 2

    def reset(self) -> None:
        """Begin anew: it went well for a while."""
        self._span = self._first


class Budget:
    """At most so many in a span of time, whoever asks.

    Args:
        many: how many. span: seconds.
    """

    def __init__(self, many: int, span: float) -> None:
        """Have all of it."""
        self._spent: deque[float] = deque(maxlen=many)
        self._span = span

    def spend(self, now: float) -> float:
        """Take one; return how many seconds after ``now`` it may be used."""
        full = len(self._spent) == self._spent.maxlen
        at = max(now, self._spent[0] + self._span) if full else now
        self._spent.append(at)
        return at - now
