"""Highs, lows and true ranges."""

from typing import NamedTuple

import numpy as np

from magents.model.bars import Floats
from pods.indicators.averages import WilderAverage
from pods.indicators.base import Rolling
from pods.indicators.trees import moving_extreme


class Highest(Rolling):
    """Highest of the last ``window`` values, the newest included."""

    def __init__(self, window: int) -> None:
        """Take the window, 1 or more."""
        super().__init__(window)
        self._window = window

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return that shape, NaN until warm."""
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the highest of all full windows."""
        return moving_extreme(rows[0], self._window, np.maximum)[None]


class Lowest(Rolling):
    """Lowest of the last ``window`` values, the newest included."""

    def __init__(self, window: int) -> None:
        """Take the window, 1 or more."""
        super().__init__(window)
        self._window = window

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return that shape, NaN until warm."""
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the lowest of all full windows."""
        return moving_extreme(rows[0], self._window, np.minimum)[None]


class Channel(NamedTuple):
    """Two lines, shape [T, I] each."""

    lower: Floats
    upper: Floats


class Donchian(Rolling):
    """Highest high and lowest low of the ``window`` bars *before* the present one.

    Without the present bar, so that a close above the upper line is a breakout.  After R. Donchian;
    see Faith, C. (2003), "The Original Turtle Trading Rules".
    """

    def __init__(self, window: int) -> None:
        """Take the window, 1 or more."""
        super().__init__(window + 1, 2)
        self._window = window

    def update(self, high: Floats, low: Floats) -> Channel:
        """Take the next rows, shape [T, I] each; return the channel, NaN until warm."""
        return Channel(*self.run(high, low))

    def compute(self, rows: Floats) -> Floats:
        """Return the channel of all full windows."""
        before = rows[:, :-1]
        upper = moving_extreme(before[0], self._window, np.maximum)
        lower = moving_extreme(before[1], self._window, np.minimum)
        return np.stack([lower, upper])


class TrueRange(Rolling):
    """Range of a bar and of the gap before it: ``max(high, last) - min(low, last)``.

    ``last`` is the close of the instrument's bar before.  Wilder (1978).
    """

    def __init__(self) -> None:
        """Know no bar yet."""
        super().__init__(2)

    def update(self, high: Floats, low: Floats, close: Floats) -> Floats:
        """Take the next rows, shape [T, I] each; return that shape, NaN at the first bar."""
        return self.run_one(high, low, close)

    def compute(self, rows: Floats) -> Floats:
        """Return the true range of all bars but the first."""
        high, low, last = rows[0, 1:], rows[1, 1:], rows[2, :-1]
        return (np.maximum(high, last) - np.minimum(low, last))[None]


class Atr:
    """Average true range: Wilder's average of the true ranges, in units of price.

    Wilder, J. W. (1978), "New Concepts in Technical Trading Systems".
    """

    def __init__(self, window: int = 14) -> None:
        """Take the window, 1 or more."""
        self._range = TrueRange()
        self._average = WilderAverage(window)

    def update(self, high: Floats, low: Floats, close: Floats) -> Floats:
        """Take the next rows, shape [T, I] each; return that shape, NaN until warm."""
        return self._average.update(self._range.update(high, low, close))
