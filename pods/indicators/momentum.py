"""Momentum: relative strength, and the distance of two averages."""

from typing import NamedTuple

import numpy as np

from magents.model.bars import Floats
from pods.indicators.averages import Ema, WilderAverage
from pods.indicators.base import Rolling


class Change(Rolling):
    """Difference to the instrument's bar before."""

    def __init__(self) -> None:
        """Know no bar yet."""
        super().__init__(2)

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return that shape, NaN at the first bar."""
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the differences."""
        return rows[:, 1:] - rows[:, :-1]


class Rsi:
    """Relative strength index, 0 to 100: ``100 * up / (up + down)``.

    ``up`` and ``down`` are Wilder's averages of the rises and of the falls.  NaN where there was
    neither.  Wilder, J. W. (1978), "New Concepts in Technical Trading Systems".
    """

    def __init__(self, window: int = 14) -> None:
        """Take the window, 1 or more."""
        self._change = Change()
        self._up = WilderAverage(window)
        self._down = WilderAverage(window)

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return that shape, NaN until warm."""
        change = self._change.update(values)
        # Steps are decayed with signs, so that rounding may leave a hair below zero.
        up = np.maximum(self._up.update(np.maximum(change, 0.0)), 0.0)
        down = np.maximum(self._down.update(np.maximum(-change, 0.0)), 0.0)
        total = up + down
        out = np.full(total.shape, np.nan)
        np.divide(up, total, out=out, where=total > 0)
        return out * 100.0


class MacdLines(NamedTuple):
    """The line, its average, and their difference; shape [T, I] each."""

    line: Floats
    signal: Floats
    histogram: Floats


class Macd:
    """Moving average convergence/divergence: a fast exponential average less a slow one.

    Appel, G. (2005), "Technical Analysis: Power Tools for Active Investors".

    Args:
        fast, slow: spans of the two averages. signal: span of the line's own average.
    """

    def __init__(self, fast: int = 12, slow: int = 26, signal: int = 9) -> None:
        """Know no bar yet."""
        self._fast = Ema(fast)
        self._slow = Ema(slow)
        self._signal = Ema(signal)

    def update(self, values: Floats) -> MacdLines:
        """Take the next rows, shape [T, I]; return the lines, NaN until warm."""
        line = self._fast.update(values) - self._slow.update(values)
        signal = self._signal.update(line)
        return MacdLines(line, signal, line - signal)
