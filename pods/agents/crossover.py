"""Moving-average crossover: long when the fast average is above the slow one.

Source: Brock, Lakonishok and LeBaron (1992), "Simple technical trading rules and the stochastic
properties of stock returns", Journal of Finance 47.
"""

from collections.abc import Mapping

from magents.model.agents import Opinion
from magents.model.bars import BarBlock
from magents.model.facts import FactTable
from pods.agents.switching import Crossing
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
        self._crossing = Crossing(-1.0 if allow_short else 0.0)

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        fast, slow = self._fast.update(block.close), self._slow.update(block.close)
        return Opinion(self._crossing.update(fast - slow), {"fast": fast, "slow": slow})
