"""The pod of W4: a rolling mean at every tick, an order at every so-manieth."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from benchmarks.work import TICK_EVERY, TICK_MEAN, TICK_UNITS
from magents.model.agents import Opinion, SignalAgent
from magents.model.bars import Panel
from magents.model.facts import FactTable
from magents.model.ticks import TradeBlock
from pods.base import SignalPod
from pods.indicators import Sma


class TickingAgent:
    """Changes its mind at every so-manieth trade, whatever the price; shows the mean it saw."""

    name = "ticking"
    inputs: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Have seen nothing."""
        self._seen = 0
        self._mean = Sma(TICK_MEAN)

    def evaluate(self, block: TradeBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every trade of the block."""
        del news
        numbers = self._seen + np.arange(1, len(block) + 1)
        self._seen += len(block)
        conviction = (numbers // TICK_EVERY % 2).astype(np.float64)[:, None]
        return Opinion(conviction, {"mean": self._mean.update(block.marks)})


class FixedUnits:
    """The same number of units, whatever they cost."""

    def units(self, conviction: float, price: float, capital: Decimal) -> Decimal:
        """Return signed units to hold."""
        del price, capital
        return TICK_UNITS * Decimal(int(conviction))


class TickingPod(SignalPod):
    """Buys and sells by the count of trades."""

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return the one agent."""
        del panel
        return [TickingAgent()]

    def sizing(self) -> FixedUnits:
        """Return the same size always."""
        return FixedUnits()
