"""The middle of an order book after each row of its updates."""

from bisect import bisect_left, insort

import numpy as np

from feeds.ticks_file import Columns
from magents.model.bars import Floats


class Middle:
    """Keeps which prices there are on both sides, and nothing else."""

    def __init__(self) -> None:
        """Start with an empty book."""
        self._bids: list[float] = []
        self._asks: list[float] = []

    def after(self, rows: Columns) -> Floats:
        """Return the middle after each row, shape [T]; NaN while a side is empty."""
        names = ("side", "price", "size", "reset")
        columns = zip(*(rows[name].tolist() for name in names), strict=True)
        return np.array([self._step(*row) for row in columns], np.float64)

    def _step(self, side: int, price: float, size: float, reset: int) -> float:
        if reset:
            self._bids, self._asks = [], []
        prices = self._bids if side > 0 else self._asks
        at = bisect_left(prices, price)
        there = at < len(prices) and prices[at] == price
        if size > 0 and not there:
            insort(prices, price)
        elif size <= 0 and there:
            del prices[at]
        if not self._bids or not self._asks:
            return float("nan")
        return (self._bids[-1] + self._asks[0]) / 2
