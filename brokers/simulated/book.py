"""An order book: levels of both sides, best first.

Sides are named for who takes from them: :data:`BUY` meets the asks, :data:`SELL` the bids.  The
key of a level is its price with that sign, so that smaller keys are better on both.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from brokers.simulated.tape import BUY, NAN, SELL
from magents.model.bars import Floats
from magents.model.ticks import Signs

_MANY = 64
"""From so many rows on, only the last one of each level is looked at."""


class Level(NamedTuple):
    """One level: whose it is to take, its key and its size."""

    sign: int
    key: float
    size: float


class Updates(NamedTuple):
    """Rows of updates, in order; columns as in :class:`magents.model.ticks.DepthBlock`."""

    side: Signs
    price: Floats
    size: Floats
    reset: Signs

    def cut(self, start: int, stop: int | None = None) -> "Updates":
        """Return rows ``start`` to ``stop``."""
        rows = slice(start, stop)
        return Updates(self.side[rows], self.price[rows], self.size[rows], self.reset[rows])


class Ladder:
    """The levels of one side."""

    def __init__(self) -> None:
        """Start empty."""
        self.sizes: dict[float, float] = {}
        self.keys: list[float] = []

    def put(self, key: float, size: float) -> None:
        """Set a level's size; 0 takes it away."""
        there = key in self.sizes
        if size > 0:
            self.sizes[key] = size
            if not there:
                insort(self.keys, key)
        elif there:
            del self.sizes[key]
            del self.keys[bisect_left(self.keys, key)]

    def put_many(self, keys: list[float], sizes: list[float]) -> None:
        """Set many levels' sizes, each once."""
        for key, size in zip(keys, sizes, strict=True):
            if size > 0:
                self.sizes[key] = size
            else:
                self.sizes.pop(key, None)
        self.keys = sorted(self.sizes)

    def copy(self) -> "Ladder":
        """Return a ladder of its own with the same levels."""
        other = Ladder()
        other.sizes, other.keys = dict(self.sizes), list(self.keys)
        return other


class Book:
    """Both sides."""

    def __init__(self) -> None:
        """Start empty."""
        self._ladders = {BUY: Ladder(), SELL: Ladder()}

    def copy(self) -> "Book":
        """Return a book of its own with the same levels."""
        other = Book()
        other._ladders = {sign: ladder.copy() for sign, ladder in self._ladders.items()}
        return other

    def best(self, sign: int) -> float:
        """Return the best price for who takes from a side, NaN where it is empty."""
        keys = self._ladders[sign].keys
        return sign * keys[0] if keys else NAN

    def size(self, sign: int, price: float) -> float:
        """Return the size at a price, 0 where there is none."""
        return self._ladders[sign].sizes.get(sign * price, 0.0)

    def shows(self, sign: int, price: float) -> bool:
        """Return whether a price lies within the levels known of a side."""
        keys = self._ladders[sign].keys
        return bool(keys) and sign * price <= keys[-1]

    def levels(self, sign: int) -> Iterator[Level]:
        """Yield the levels of a side, best first."""
        ladder = self._ladders[sign]
        for key in ladder.keys:
            yield Level(sign, key, ladder.sizes[key])

    def put(self, side: int, price: float, size: float, *, reset: bool) -> None:
        """Apply one row."""
        if reset:
            self._clear()
        self._ladders[-side].put(-side * price, size)

    def apply(self, rows: Updates) -> None:
        """Apply rows in order."""
        if len(rows.side) < _MANY:
            for side, price, size, reset in zip(*(each.tolist() for each in rows), strict=True):
                self.put(side, price, size, reset=bool(reset))
            return
        resets = np.flatnonzero(rows.reset)
        if len(resets):
            self._clear()
            rows = rows.cut(int(resets[-1]))
        for sign in (BUY, SELL):
            keys, sizes = _last(rows, sign)
            self._ladders[sign].put_many(keys.tolist(), sizes.tolist())

    def _clear(self) -> None:
        self._ladders = {BUY: Ladder(), SELL: Ladder()}


def _last(rows: Updates, sign: int) -> tuple[Floats, Floats]:
    """Return the keys of one side that rows touch, and the last size of each."""
    mine = rows.side == -sign
    keys, at = np.unique(sign * rows.price[mine][::-1], return_index=True)
    return keys, rows.size[mine][::-1][at]
