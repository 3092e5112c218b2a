"""Trend: hold what rises while it does.

Sources: Appel, G. (2005), "Technical Analysis: Power Tools for Active Investors", for the two
averages; Faith, C. (2003), "The Original Turtle Trading Rules", for the channels.
"""

from collections.abc import Mapping

from magents.model.agents import Opinion
from magents.model.bars import BarBlock
from magents.model.facts import FactTable
from pods.agents.switching import Crossing, Latch
from pods.indicators import Donchian, Macd


class MacdAgent:
    """Long from the close at which the line rises above its average until it falls below.

    Then 0, or -1 where shorts are allowed.  It takes a crossing to have an opinion.

    Args:
        fast, slow: spans of the line's averages. signal: span of the average of the line.
    """

    name = "macd"
    inputs: tuple[str, ...] = ()

    def __init__(self, fast: int, slow: int, signal: int, *, allow_short: bool) -> None:
        """Start without a view."""
        self._macd = Macd(fast, slow, signal)
        self._crossing = Crossing(-1.0 if allow_short else 0.0)

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        line, signal, histogram = self._macd.update(block.close)
        return Opinion(self._crossing.update(histogram), {"macd": line, "signal": signal})


class BreakoutAgent:
    """Long from a close above the highest high of the bars before it.

    Until a close below the lowest low of the (fewer) bars before that one.  With shorts, the same
    the other way round.

    Args:
        entry, exit_: bars of the two channels, ``exit_ <= entry``.
    """

    name = "breakout"
    inputs: tuple[str, ...] = ()

    def __init__(self, entry: int, exit_: int, *, allow_short: bool) -> None:
        """Start without a view."""
        self._entry, self._exit = Donchian(entry), Donchian(exit_)
        self._long = Latch()
        self._short = Latch() if allow_short else None

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block."""
        del news
        close = block.close
        bottom, top = self._entry.update(block.high, block.low)
        stop_long, stop_short = self._exit.update(block.high, block.low)
        held = self._long.update(close > top, close < stop_long)
        if self._short is not None:
            held = held - self._short.update(close < bottom, close > stop_short)
        evidence = {"top": top, "bottom": bottom, "stop_long": stop_long}
        return Opinion(held, evidence)
