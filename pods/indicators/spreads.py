"""How far values lie apart: returns, standard deviation, z-score, Bollinger bands, volatility."""

import math
from typing import NamedTuple

import numpy as np

from magents.model.bars import Floats
from pods.indicators.base import Rolling
from pods.indicators.trees import moving_moments


class Returns(Rolling):
    """Simple return over ``bars`` of the instrument's own bars: ``x[t] / x[t - bars] - 1``."""

    def __init__(self, bars: int = 1) -> None:
        """Take how many bars back, 1 or more."""
        super().__init__(bars + 1)
        self._bars = bars

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return fractions of that shape, NaN until warm.

        NaN as well where the earlier value is not above zero.
        """
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the returns over all full windows."""
        before, after = rows[0, : -self._bars], rows[0, self._bars :]
        out = np.full(after.shape, np.nan)
        np.divide(after, before, out=out, where=before > 0)
        return (out - 1.0)[None]


class StandardDeviation(Rolling):
    """Standard deviation of the last ``window`` values; ``ddof`` 1 is a sample's, 0 a whole's."""

    def __init__(self, window: int, ddof: int = 1) -> None:
        """Take the window, more than ``ddof``."""
        super().__init__(window)
        if window <= ddof:
            msg = f"a standard deviation with ddof {ddof} needs more than {window} values"
            raise ValueError(msg)
        self._window, self._free = window, window - ddof

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return deviations of that shape, NaN until warm."""
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the deviations of all full windows."""
        _, spread = moving_moments(rows[0], self._window)
        return np.sqrt(spread / self._free)[None]


class ZScore(Rolling):
    """How many standard deviations (ddof 1) a value lies above the mean of its window."""

    def __init__(self, window: int) -> None:
        """Take the window, 2 or more, the value itself included."""
        super().__init__(window)
        self._window = window
        if window < 2:  # noqa: PLR2004 - one value has no deviation
            msg = "a z-score needs a window of 2 or more"
            raise ValueError(msg)

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return scores, NaN until warm and where all is flat."""
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the scores of the last values of all full windows."""
        mean, spread = moving_moments(rows[0], self._window)
        deviation = np.sqrt(spread / (self._window - 1))
        last = rows[0, self._window - 1 :]
        out = np.full(last.shape, np.nan)
        np.divide(last - mean, deviation, out=out, where=deviation > 0)
        return out[None]


class Bands(NamedTuple):
    """Three lines, shape [T, I] each."""

    lower: Floats
    middle: Floats
    upper: Floats


class Bollinger(Rolling):
    """Bollinger bands: the moving average, and so many standard deviations (ddof 0) around it.

    Bollinger, J. (2001), "Bollinger on Bollinger Bands".
    """

    def __init__(self, window: int = 20, width: float = 2.0) -> None:
        """Take the window and how many deviations, 0 or more."""
        super().__init__(window, 3)
        self._window, self._deviations = window, width

    def update(self, values: Floats) -> Bands:
        """Take the next rows, shape [T, I]; return the bands, NaN until warm."""
        return Bands(*self.run(values))

    def compute(self, rows: Floats) -> Floats:
        """Return the bands of all full windows."""
        mean, spread = moving_moments(rows[0], self._window)
        away = np.sqrt(spread / self._window) * self._deviations
        return np.stack([mean - away, mean, mean + away])


class Volatility:
    """Standard deviation (ddof 1) of simple returns over ``window`` bars, a year.

    Args:
        window: returns, 2 or more. periods_per_year: bars in a year, see the panel's.
    """

    def __init__(self, window: int, periods_per_year: float) -> None:
        """Know no value yet."""
        self._returns = Returns()
        self._deviation = StandardDeviation(window)
        self._scale = math.sqrt(periods_per_year)

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return fractions a year, NaN until warm."""
        return self._deviation.update(self._returns.update(values)) * self._scale
