"""When sessions open and close, and how many nights lie between them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import numpy as np

from magents.model.time import DAY


class Sessions:
    """The sessions of one calendar; one is ``[open, close)``.

    Args:
        opens, closes: instants, increasing, as many of one as of the other.
    """

    def __init__(self, opens: Iterable[int], closes: Iterable[int]) -> None:
        """Keep them."""
        self.opens = _numbers(opens)
        self.closes = _numbers(closes)

    @classmethod
    def daily(cls, first: int, last: int) -> "Sessions":
        """Return a calendar without pauses: every UTC day from ``first`` to ``last``, instants."""
        opens = range(first // DAY * DAY, last, DAY)
        return cls(opens, (each + DAY for each in opens))

    def ends(self, ts: int) -> bool:
        """Return whether a session closes then."""
        row = bisect_left(self.closes, ts)
        return row < len(self.closes) and self.closes[row] == ts

    def nights(self, ts: int) -> int:
        """Return the calendar days from a close to the next; 1 where there is no next."""
        row = bisect_left(self.closes, ts) + 1
        return (self.closes[row] - 1) // DAY - (ts - 1) // DAY if row < len(self.closes) else 1

    def at(self, now: int) -> tuple[int, int] | None:
        """Return open and close of the session under way, if there is one."""
        row = bisect_right(self.opens, now) - 1
        if row < 0 or now >= self.closes[row]:
            return None
        return self.opens[row], self.closes[row]

    def next_open(self, now: int) -> int | None:
        """Return when the first session after an instant opens, if the table goes so far."""
        row = bisect_right(self.opens, now)
        return self.opens[row] if row < len(self.opens) else None

    def close_of(self, ts: int) -> int:
        """Return the close of the session that a price known at ``ts`` belongs to.

        Beyond the table that is the end of its UTC day.
        """
        row = bisect_left(self.closes, ts)
        return self.closes[row] if row < len(self.closes) else -(-ts // DAY) * DAY


def _numbers(instants: Iterable[int]) -> Sequence[int]:
    """Return plain numbers, quickly where numpy has them."""
    if isinstance(instants, np.ndarray):
        plain: list[int] = instants.tolist()
        return plain
    return [int(each) for each in instants]
