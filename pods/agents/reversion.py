"""Mean reversion: buy what has fallen too far, until it is back.

Sources: Wilder, J. W. (1978), "New Concepts in Technical Trading Systems", for the index;
Bollinger, J. (2001), "Bollinger on Bollinger Bands", for the bands; Jegadeesh, N. (1990), "Evidence
of Predictable Behavior of Security Returns", Journal of Finance 45, for why it may work at all.
"""

from collections.abc import Mapping

from magents.model.agents import Opinion
from magents.model.bars import BarBlock
from magents.model.facts import FactTable
from pods.agents.switching import Latch
from pods.indicators import Bollinger, Rsi


class RsiAgent:
    """Long from an index below ``low`` until it is at ``middle`` again.

    With shorts, also short from an index above ``high`` until it is back at ``middle``.

    Args:
        window: of the index, in bars. low, high, middle: levels, ``low < middle < high``.
    """

    name = "rsi"
    inputs: tuple[str, ...] = ()

    def __init__(
        self, window: int, low: float, high: float, middle: float, *, allow_short: bool
    ) -> None:
        """Start without a view."""
        self._rsi = Rsi(window)
        self._low, self._high, self._middle = low, high, middle
        self._long = Latch()
        self._short = Latch() if allow_short else None

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        rsi = self._rsi.update(block.close)
        held = self._long.update(rsi < self._low, rsi >= self._middle)
        if self._short is not None:
            held = held - self._short.update(rsi > self._high, rsi <= self._middle)
        return Opinion(held, {"rsi": rsi})


class BollingerAgent:
    """Long from a close below the lower band until one at the middle or above it.

    With shorts, also short from a close above the upper band until one at the middle or below.

    Args:
        window: of the bands, in bars. width: of the bands, in standard deviations.
    """

    name = "bollinger"
    inputs: tuple[str, ...] = ()

    def __init__(self, window: int, width: float, *, allow_short: bool) -> None:
        """Start without a view."""
        self._bands = Bollinger(window, width)
        self._long = Latch()
        self._short = Latch() if allow_short else None

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        close = block.close
        lower, middle, upper = self._bands.update(close)
        held = self._long.update(close < lower, close >= middle)
        if self._short is not None:
            held = held - self._short.update(close > upper, close <= middle)
        return Opinion(held, {"lower": lower, "middle": middle, "upper": upper})
