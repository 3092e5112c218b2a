"""Indicators over blocks: causal, per instrument, the same bit for bit however rows are cut.

Each class carries what it needs from block to block.  Windows count an instrument's own bars: rows
where it has none (NaN) are passed over and stay NaN.
"""

import numpy as np

from magents.model.bars import Floats


class Sma:
    """Simple moving average of the last ``window`` values.

    Sums are built from sums of half the length, always in the same order, so no rounding depends
    on where a block begins and none piles up over time.
    """

    def __init__(self, window: int) -> None:
        """Average this many values, 1 or more."""
        self.window = window
        self._tails: list[Floats] = []
        self._aligned: Floats | None = None

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return averages of that shape, NaN until warm."""
        if not self._tails:
            self._tails = [np.empty(0)] * values.shape[1]
        if self._aligned is None and not any(map(len, self._tails)):
            self._aligned = np.empty((0, values.shape[1]))
        if self._aligned is not None and not np.isnan(values).any():
            return self._together(self._aligned, values)
        return self._apart(values)

    def _together(self, tail: Floats, values: Floats) -> Floats:
        """All instruments have all rows: one pass over the table."""
        rows = np.vstack([tail, values])
        self._aligned = rows[max(0, len(rows) - self.window + 1) :].copy()
        return _padded(moving_sum(rows, self.window) / self.window, len(values))

    def _apart(self, values: Floats) -> Floats:
        """Some rows are missing: one pass an instrument over the rows it has."""
        if self._aligned is not None:
            self._tails = [column.copy() for column in self._aligned.T]
            self._aligned = None
        out = np.full(values.shape, np.nan)
        for i, tail in enumerate(self._tails):
            there = ~np.isnan(values[:, i])
            rows = np.concatenate([tail, values[there, i]])
            self._tails[i] = rows[max(0, len(rows) - self.window + 1) :].copy()
            out[there, i] = _padded(moving_sum(rows, self.window) / self.window, int(there.sum()))
        return out


def moving_sum(rows: Floats, window: int) -> Floats:
    """Return sums of every ``window`` consecutive rows; shape [max(0, T - window + 1), ...].

    Doubles: a sum of 2k rows is two sums of k.  Each output is made by the same additions in the
    same order, wherever it stands.
    """
    count = len(rows) - window + 1
    if count <= 0:
        return rows[:0]
    total = None
    offset, width, sums = 0, 1, rows
    while True:
        if window & width:
            part = sums[offset : offset + count]
            total = part if total is None else total + part
            offset += width
        width *= 2
        if width > window:
            return total if total is not None else rows[:0]
        sums = sums[: -width // 2] + sums[width // 2 :]


def _padded(values: Floats, length: int) -> Floats:
    """Put NaN before values that are not warm yet."""
    if len(values) == length:
        return values
    pad = np.full((length - len(values), *values.shape[1:]), np.nan)
    return np.concatenate([pad, values])
