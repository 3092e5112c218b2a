"""A signal agent made of two indicators: the one of docs/indicators.md."""

from collections.abc import Mapping, Sequence

import numpy as np

from magents.model.agents import Opinion, SignalAgent
from magents.model.bars import BarBlock, Panel
from magents.model.facts import FactTable
from pods.base import SignalPod
from pods.indicators import Atr, Sma


class Calm:
    """Long above the average, while the day's range is below two per cent of the price."""

    name = "calm"
    inputs: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.average, self.range = Sma(50), Atr(14)

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        average = self.average.update(block.close)
        atr = self.range.update(block.high, block.low, block.close)
        long = (block.close > average) & (atr < 0.02 * block.close)
        return Opinion(np.where(np.isnan(average), np.nan, long * 1.0), {"atr": atr})


class CalmPod(SignalPod):
    """Trades when it is calm."""

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        return [Calm()]
