"""Moving-average crossover: long when the fast average is above the slow one.

Source: Brock, Lakonishok and LeBaron (1992), "Simple technical trading rules and the stochastic
properties of stock returns", Journal of Finance 47.
"""

from collections.abc import Mapping

import numpy as np

from magents.book.marks import forward_fill
from magents.model.agents import Opinion
from magents.model.bars import BarBlock, Floats
from magents.model.facts import FactTable
from pods.indicators import Sma


class CrossoverAgent:
    """Compares a fast and a slow simple moving average of closes.

    Conviction is 1 from the close at which the fast average rises above the slow one until it
    falls below; then 0, or -1 where shorts are allowed.  The first close at which both averages
    exist is only a starting point: it takes a crossing to have an opinion.

    Args:
        fast, slow: windows in bars, ``fast < slow``.
        allow_short: whether a fall below means short instead of flat.
    """

    name = "crossover"
    inputs: tuple[str, ...] = ()

    def __init__(self, fast: int, slow: int, *, allow_short: bool = False) -> None:
        """Start without a view."""
        self._fast = Sma(fast)
        self._slow = Sma(slow)
        self._below = -1.0 if allow_short else 0.0
        self._above: Floats | None = None
        self._crossed: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        fast, slow = self._fast.update(block.close), self._slow.update(block.close)
        above = np.where(np.isnan(slow), np.nan, np.sign(fast - slow))
        return Opinion(self._since_crossing(above), {"fast": fast, "slow": slow})

    def _since_crossing(self, above: Floats) -> Floats:
        """Turn the sign of fast less slow into conviction, silent before the first crossing.

        An exact tie keeps the side it came from.
        """
        if self._above is None or self._crossed is None:
            self._above = np.full(above.shape[1], np.nan)
            self._crossed = np.zeros(above.shape[1], dtype=bool)
        side = forward_fill(np.where(above == 0, np.nan, above), self._above)
        before = np.vstack([self._above, side[:-1]])
        crossings = (side != before) & ~np.isnan(before)
        crossed = np.logical_or.accumulate(np.vstack([self._crossed, crossings]), axis=0)[1:]
        self._above, self._crossed = side[-1].copy(), crossed[-1].copy()
        return np.where(crossed, np.where(side > 0, 1.0, self._below), 0.0)
