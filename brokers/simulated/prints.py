"""Trades that accompany an order book."""

import numpy as np

from brokers.simulated.queue import Event
from magents.model.bars import Floats, Instants
from magents.model.ticks import Signs, TradeBlock


class Prints:
    """The loaded trades, numbered through all blocks."""

    def __init__(self) -> None:
        """Start without trades."""
        self._ts: Instants = np.empty(0, np.int64)
        self._price: Floats = np.empty(0)
        self._size: Floats = np.empty(0)
        self._aggressor: Signs = np.empty(0, np.int8)
        self._base = 0

    @property
    def until(self) -> int:
        """Return the instant of the last trade loaded; before all others where there is none."""
        return int(self._ts[-1]) if len(self._ts) else np.iinfo(np.int64).min

    def load(self, block: TradeBlock) -> None:
        """Take the next trades."""
        self._base += len(self._ts)
        self._ts, self._price = block.ts, block.price
        self._size, self._aggressor = block.size, block.side

    def size(self, number: int) -> float:
        """Return the size of a trade that is loaded."""
        return float(self._size[number - self._base])

    def events(self, sign: int, price: float, after: int, until: int) -> list[Event]:
        """Return the trades in ``(after, until]`` that reach a resting order of a side."""
        start, stop = self._ts.searchsorted([after, until], "right").tolist()
        prices = sign * self._price[start:stop]
        reach = (prices <= sign * price) & (self._aggressor[start:stop] != sign)
        rows = np.flatnonzero(reach)
        columns = (self._ts[start:stop][rows], rows + start + self._base)
        sizes, beyond = self._size[start:stop][rows], prices[rows] < sign * price
        every = (*columns, sizes, beyond)
        return [Event(*each) for each in zip(*(part.tolist() for part in every), strict=True)]
