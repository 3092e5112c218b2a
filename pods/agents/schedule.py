"""Rebalance rows: the first close of each new day, ISO week or month (UTC)."""

from typing import Literal

import numpy as np

from magents.model.bars import Instants
from magents.model.time import DAY

Every = Literal["daily", "weekly", "monthly"]

_BEFORE_TIME = -(2**62)


def periods(ts: Instants, every: Every) -> Instants:
    """Number the day, ISO week (from Monday) or month that each instant lies in.

    Args:
        ts: shape [T], nanoseconds UTC.
        every: the length of a period.

    Returns:
        Shape [T]; equal numbers lie in the same period, later periods have larger numbers.
    """
    days = ts // DAY
    if every == "daily":
        return days
    if every == "weekly":
        # Day 0, 1970-01-01, was a Thursday.
        return (days + 3) // 7
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


class Schedule:
    """Finds the rebalance rows of consecutive blocks, whatever their cuts.

    The very first row counts: there is no row before it whose period it could share.
    """

    def __init__(self, every: Every) -> None:
        """Start before the first row."""
        self._every: Every = every
        self._last = _BEFORE_TIME

    def rows(self, ts: Instants) -> list[int]:
        """Return the rows of the next block whose period differs from that of the row before."""
        if not len(ts):
            return []
        now = periods(ts, self._every)
        before = np.concatenate(([self._last], now[:-1]))
        self._last = int(now[-1])
        return [int(row) for row in np.flatnonzero(now != before)]
