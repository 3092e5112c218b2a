"""Bars built from trades as they arrive, on the venue's clock."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from feeds.live.frames import Candle, Trade
from magents.model.bars import BarBlock, Panel

NAN = float("nan")


class Row(NamedTuple):
    """One bar in the making."""

    open: float
    high: float
    low: float
    close: float
    volume: float


class BarBuilder:
    """Collects trades, or a venue's own bars, until their time is over.

    Args:
        panel: of the bars; its columns are instrument ids. length: of a bar, nanoseconds.
    """

    def __init__(self, panel: Panel, length: int) -> None:
        """Start without trades."""
        self._panel = panel
        self._length = length
        self._columns = {name: column for column, name in enumerate(panel.instruments)}
        self._making: dict[int, dict[str, Row]] = {}
        self._closed = self._first = 0
        self.late = 0

    def start(self, instant: int) -> None:
        """Leave out the bar that was open already at an instant: its first trades are unknown."""
        self._closed = self._first = -(-instant // self._length) * self._length

    def next_close(self, instant: int) -> int:
        """Return the first close after an instant."""
        return (instant // self._length + 1) * self._length

    def trade(self, instrument: str, trade: Trade) -> None:
        """Count a trade in its bar; one of a bar that is over is late."""
        opened = trade.ts - trade.ts % self._length
        if opened < self._closed:
            self.late += opened >= self._first
            return
        rows = self._making.setdefault(opened, {})
        row = rows.get(instrument)
        price, size = trade.price, trade.size
        if row is None:
            rows[instrument] = Row(price, price, price, price, size)
        else:
            high, low = max(row.high, price), min(row.low, price)
            rows[instrument] = Row(row.open, high, low, price, row.volume + size)

    def candle(self, instrument: str, candle: Candle) -> None:
        """Take a bar of the venue's as it stands now."""
        if candle.ts < self._closed:
            return
        self._making.setdefault(candle.ts, {})[instrument] = Row(*candle[3:])

    def close(self, until: int) -> BarBlock | None:
        """Return the bars that close at an instant or before, ``None`` where there are none."""
        over = sorted(opened for opened in self._making if opened + self._length <= until)
        self._closed = max(self._closed, until)
        if not over:
            return None
        return self.block(over, [self._making.pop(opened) for opened in over])

    def block(self, opens: Sequence[int], rows: Iterable[dict[str, Row]]) -> BarBlock:
        """Return bars as a block; ``opens`` are when they open."""
        table = np.full((5, len(opens), len(self._columns)), NAN)
        for number, row in enumerate(rows):
            for name, bar in row.items():
                table[:, number, self._columns[name]] = bar
        open_ts = np.array(opens, np.int64)
        return BarBlock(self._panel, open_ts, open_ts + self._length, *table)
