"""Cross-sectional momentum: hold the winners of the last months.

Source: Jegadeesh, N. & Titman, S. (1993), "Returns to Buying Winners and Selling Losers", Journal
of Finance 48: past returns of 3 to 12 months, the newest left out, ranked across the market.
"""

from collections.abc import Mapping

import numpy as np

from magents.book.marks import forward_fill
from magents.model.agents import Opinion
from magents.model.bars import BarBlock, Floats
from magents.model.facts import FactTable
from pods.agents.asof import LastClose
from pods.agents.schedule import Every, Schedule
from pods.agents.selection import Selection
from pods.indicators import Returns, rank


class WinnersAgent:
    """Ranks instruments by past return, holds the best, decides on rebalance rows only.

    The return is that over ``lookback`` of the instrument's own bars up to ``skip`` bars ago:
    ``(1 + r(lookback + skip)) / (1 + r(skip)) - 1``.  Its rank across the panel, from -0.5 to 0.5,
    is the score that :class:`Selection` goes by.  Between rebalance rows nothing changes.

    Args:
        lookback: bars, 1 or more. skip: newest bars left out, 0 or more.
        selection: who is held. rebalance: how often.
    """

    name = "winners"
    inputs: tuple[str, ...] = ()

    def __init__(self, lookback: int, skip: int, selection: Selection, rebalance: Every) -> None:
        """Start without a view."""
        self._long = Returns(lookback + skip)
        self._short = Returns(skip) if skip else None
        self._selection = selection
        self._schedule = Schedule(rebalance)
        self._prices: LastClose | None = None
        self._momentum: Floats = np.empty(0)
        self._state: Floats = np.empty((0, 0))

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block; see :class:`magents.model.agents.SignalAgent`."""
        del news
        width = block.close.shape[1]
        if self._prices is None:
            self._prices = LastClose(width)
            self._momentum = np.full(width, np.nan)
            self._state = np.vstack([np.zeros(width), np.full((2, width), np.nan)])
        momentum = self._newest(block.close)
        rows = self._schedule.rows(block.ts)
        closes = self._prices.at(block, rows) if len(block) else block.close
        out = np.empty((3, *block.close.shape))
        ends = [*rows, len(block)]
        out[:, : ends[0]] = self._state[:, None]
        for place, row in enumerate(rows):
            self._decide(block.close[row], closes[place], momentum[row])
            out[:, row : ends[place + 1]] = self._state[:, None]
        return Opinion(out[0], {"score": out[1], "momentum": out[2]})

    def _newest(self, close: Floats) -> Floats:
        """Return each instrument's newest momentum as of each row."""
        growth = self._long.update(close) + 1.0
        if self._short is not None:
            growth = growth / (self._short.update(close) + 1.0)
        found = forward_fill(growth - 1.0, self._momentum)
        if len(found):
            self._momentum = found[-1].copy()
        return found

    def _decide(self, bar: Floats, close: Floats, momentum: Floats) -> None:
        """Choose again, given the bars of a row and the newest closes and momentum as of it."""
        known = np.where(np.isnan(close), np.nan, momentum)
        score = rank(known)
        held = self._selection.choose(self._state[0], score, ~np.isnan(bar))
        self._state = np.vstack([held, score, known])
