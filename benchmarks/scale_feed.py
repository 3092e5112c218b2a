"""A market made while it is read: any number of bars of any number of instruments, in no memory."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence

import numpy as np

from magents.model.bars import BarBlock, Floats, Instants, Panel
from magents.model.events import Events
from magents.model.facts import FactTable
from magents.model.instruments import Instrument, Kind
from magents.model.records import Notice
from magents.model.time import DAY, MINUTE, parse_instant

FIRST = parse_instant("2010-01-04T00:00:00Z")
_LENGTHS = {"1d": DAY, "1m": MINUTE}
_MOVES = {"1d": 0.01, "1m": 0.0005}
"""Standard deviation of the return of a bar."""


class WalkFeed:
    """Random walks of round-the-clock instruments; the same arguments make the same bars.

    Args:
        width: instruments. length: bars of each. bar: ``1d`` or ``1m``.

    Attributes:
        seconds: CPU spent on making bars, which is no part of the run.
    """

    def __init__(self, width: int, length: int, bar: str) -> None:
        """Make nothing yet."""
        names = tuple(f"S{n:03d}" for n in range(width))
        self.instruments: Sequence[Instrument] = [
            Instrument(id=name, kind=Kind.SPOT_CRYPTO, calendar="24/7") for name in names
        ]
        per_year = 365.0 if bar == "1d" else 365.0 * 1440.0
        self.panels: Sequence[Panel] = [Panel(f"24/7 {bar}", names, bar, per_year, 365.0)]
        self._rows = length
        self._bar = bar
        self.seconds = 0.0

    def span(self) -> tuple[int, int]:
        """Return the first opening and the last close."""
        return FIRST, FIRST + self._rows * _LENGTHS[self._bar]

    def facts(self) -> Mapping[str, FactTable]:
        """Return none."""
        return {}

    def events(self, currency: str) -> Events:
        """Return none."""
        del currency
        return Events()

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return each day as a session."""
        first, last = self.span()
        opens = np.arange(first // DAY * DAY, last, DAY, dtype=np.int64)
        return {"24/7": (opens, opens + DAY)}

    def notices(self) -> Sequence[Notice]:
        """Return none."""
        return ()

    async def blocks(self, panel: Panel, rows: int) -> AsyncIterator[BarBlock]:
        """Make and yield blocks of ``rows`` bars."""
        draw = np.random.default_rng(len(panel.instruments))
        price = np.full(len(panel.instruments), 100.0)
        for start in range(0, self._rows, rows):
            began = time.thread_time()
            block = self._block(panel, draw, price, start, min(rows, self._rows - start))
            price = block.close[-1]
            self.seconds += time.thread_time() - began
            yield block

    def _block(
        self, panel: Panel, draw: np.random.Generator, price: Floats, start: int, count: int
    ) -> BarBlock:
        length = _LENGTHS[self._bar]
        moves = draw.standard_normal((count, len(price)), np.float32) * _MOVES[self._bar]
        close = np.round(price * np.exp(np.cumsum(moves, axis=0, dtype=np.float64)), 2)
        close = np.maximum(close, 0.01)
        opened = np.vstack([price, close[:-1]])
        high, low = np.maximum(opened, close) + 0.01, np.minimum(opened, close)
        opens = FIRST + length * np.arange(start, start + count, dtype=np.int64)
        volume = np.full(close.shape, 1e6)
        return BarBlock(panel, opens, opens + length, opened, high, low, close, volume)
