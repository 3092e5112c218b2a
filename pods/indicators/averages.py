"""Averages: simple, exponential, Wilder's."""

import math

import numpy as np

from magents.model.bars import Floats
from pods.indicators.base import Indicator, Rolling, padded
from pods.indicators.trees import moving_decay, moving_sum

NOTHING = 2.0**-53
"""Weights below this change no bit of a sum worth speaking of."""


class Sma(Rolling):
    """Simple moving average of the last ``window`` values."""

    def __init__(self, window: int) -> None:
        """Average this many values, 1 or more."""
        super().__init__(window)
        self.window = window

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return averages of that shape, NaN until warm."""
        return self.run_one(values)

    def compute(self, rows: Floats) -> Floats:
        """Return the averages of all full windows."""
        return (moving_sum(rows[0], self.window) / self.window)[None]


class Smoothing(Indicator):
    """Exponential smoothing: each value moves the average by ``share`` of its distance from it.

    The average begins as the simple one of the first ``warm`` values, as Wilder and TA-Lib begin.
    Values so old that their weight is below ``2^-53`` are taken as the oldest remembered: memory
    is ``about 37 / share`` rows, at most twice that.

    Args:
        share: above 0, at most 1. warm: values before the first answer, 1 or more.
    """

    def __init__(self, share: float, warm: int) -> None:
        """Know no value yet."""
        if not 0 < share <= 1 or warm < 1:
            msg = f"smoothing by {share} from {warm} values on is not possible"
            raise ValueError(msg)
        super().__init__(lambda width: _Smoothed(share, warm, width))

    def update(self, values: Floats) -> Floats:
        """Take the next rows, shape [T, I]; return averages of that shape, NaN until warm."""
        return self.run_one(values)


class Ema(Smoothing):
    """Exponential moving average of ``span`` values: ``share = 2 / (span + 1)``."""

    def __init__(self, span: int) -> None:
        """Take the span, 1 or more."""
        super().__init__(2.0 / (span + 1.0), span)


class WilderAverage(Smoothing):
    """Wilder's average of ``window`` values: ``share = 1 / window``.

    Wilder, J. W. (1978), "New Concepts in Technical Trading Systems".
    """

    def __init__(self, window: int) -> None:
        """Take the window, 1 or more."""
        super().__init__(1.0 / window, window)


class _Smoothed:
    """The stream of a smoothing.

    The average is the newest value less the decayed steps that led to it, so that a series which
    stands still has exactly its own value as its average.
    """

    def __init__(self, share: float, warm: int, width: int) -> None:
        self._share = share
        self._warm = warm
        self._width = width
        self._keep = 1.0 - share
        needed = 1.0 if share == 1.0 else math.log(NOTHING) / math.log(self._keep)
        self._depth = max(0, math.ceil(math.log2(needed)))
        self._early: Floats | None = np.empty((0, width))
        self._tail: Floats = np.empty((0, width))

    def feed(self, rows: Floats) -> Floats:
        """Take the next values, shape [1, N, I]; return averages."""
        values, count = rows[0], rows.shape[1]
        if self._early is not None:
            self._early = np.concatenate([self._early, values])
            if len(self._early) < self._warm:
                return np.full((1, count, self._width), np.nan)
            values = self._begin(self._early)
        return padded(self._smooth(values)[None], count)

    def column(self, index: int) -> "_Smoothed":
        """Return the stream of one instrument."""
        alone = _Smoothed(self._share, self._warm, 1)
        own = slice(index, index + 1)
        alone._early = None if self._early is None else self._early[:, own].copy()
        alone._tail = self._tail[:, own].copy()
        return alone

    def _begin(self, early: Floats) -> Floats:
        """Make the mean of the first values all there was before; return what follows it."""
        mean = moving_sum(early[: self._warm], self._warm) / self._warm
        self._tail = np.repeat(mean, 1 << self._depth, axis=0)
        rest = early[self._warm :]
        self._early = None
        return np.concatenate([mean, rest])

    def _smooth(self, values: Floats) -> Floats:
        rows = np.concatenate([self._tail, values])
        self._tail = rows[len(rows) - (1 << self._depth) :].copy()
        decayed = moving_decay(rows[1:] - rows[:-1], self._depth, self._keep)
        return values - decayed * self._keep
