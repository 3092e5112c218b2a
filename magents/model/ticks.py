"""Trades, quotes and depth in blocks: the finer levels of market data, one instrument a panel.

Instants may repeat but never go back.  Everything in a row is known at its ``ts``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Self

import msgspec
import numpy as np
import numpy.typing as npt

from magents.model.bars import CHUNK, BarBlock, Floats, Instants, Panel

Signs = npt.NDArray[np.int8]


class Trade(msgspec.Struct, frozen=True, gc=False):
    """One trade; ``side``: +1 the buyer was the aggressor, -1 the seller, 0 unknown."""

    instrument: str
    ts: int
    price: float
    size: float
    side: int


class Quote(msgspec.Struct, frozen=True, gc=False):
    """Best bid and offer at an instant; NaN where a side is empty."""

    instrument: str
    ts: int
    bid: float
    ask: float
    bid_size: float
    ask_size: float


@dataclass(frozen=True, slots=True)
class _Ticks:
    """What the three levels share; arrays of shape [T], read-only."""

    panel: Panel
    ts: Instants

    def __post_init__(self) -> None:
        """Freeze the arrays; check the lengths."""
        for each in fields(self)[1:]:
            column = getattr(self, each.name)
            if len(column) != len(self.ts):
                msg = f"{each.name} has {len(column)} rows, the block has {len(self.ts)}"
                raise ValueError(msg)
            column.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ts)

    @property
    def first(self) -> int:
        """Return the instant of the first row."""
        return int(self.ts[0])

    def rows(self, start: int, stop: int) -> Self:
        """Return rows ``start:stop`` as a block of its own (views, not copies)."""
        columns = [getattr(self, each.name)[start:stop] for each in fields(self)[1:]]
        return type(self)(self.panel, *columns)


@dataclass(frozen=True, slots=True)
class TradeBlock(_Ticks):
    """Trades as they were printed.

    ``side``: +1 the buyer was the aggressor, -1 the seller, 0 unknown.
    """

    price: Floats
    size: Floats
    side: Signs

    @property
    def marks(self) -> Floats:
        """Return the price known at each row, shape [T, 1]: the trade's."""
        return self.price[:, None]

    def items(self, start: int, column: int) -> Iterator[Trade]:
        """Yield the trades from a row on; the column is always 0."""
        name = self.panel.instruments[column]
        for first in range(start, len(self.ts), CHUNK):
            rows = slice(first, first + CHUNK)
            columns = (self.ts, self.price, self.size, self.side)
            for values in zip(*(each[rows].tolist() for each in columns), strict=True):
                yield Trade(name, *values)


@dataclass(frozen=True, slots=True)
class QuoteBlock(_Ticks):
    """Best bid and offer; NaN where a side is empty, sizes in units."""

    bid: Floats
    ask: Floats
    bid_size: Floats
    ask_size: Floats

    @property
    def marks(self) -> Floats:
        """Return the price known at each row, shape [T, 1]: the middle."""
        return ((self.bid + self.ask) / 2)[:, None]

    def items(self, start: int, column: int) -> Iterator[Quote]:
        """Yield the quotes from a row on; the column is always 0."""
        name = self.panel.instruments[column]
        for first in range(start, len(self.ts), CHUNK):
            rows = slice(first, first + CHUNK)
            columns = (self.ts, self.bid, self.ask, self.bid_size, self.ask_size)
            for values in zip(*(each[rows].tolist() for each in columns), strict=True):
                yield Quote(name, *values)


@dataclass(frozen=True, slots=True)
class DepthBlock(_Ticks):
    """Changes of the order book, level by level.

    ``side``: +1 bid, -1 ask.  ``size``: the level's new size, 0 takes it away.  ``reset``: 1 on
    the first row of a snapshot, which empties the book before.  ``mid``: the middle after the row,
    NaN while a side is empty and inside a message.  Rows of one message share their ``ts``.
    """

    side: Signs
    price: Floats
    size: Floats
    reset: Signs
    mid: Floats

    @property
    def marks(self) -> Floats:
        """Return the price known at each row, shape [T, 1]: the middle."""
        return self.mid[:, None]

    def items(self, start: int, column: int) -> Iterator[Quote]:
        """Yield nothing: changes of single levels are not handed to pods."""
        del start, column
        return iter(())


Block = BarBlock | TradeBlock | QuoteBlock | DepthBlock
"""What a feed yields: a panel's ``level`` says which."""
