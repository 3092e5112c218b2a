"""Marks: the last close of every instrument, as of any instant up to now."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from magents.model.bars import Floats, Instants, Panel
from magents.model.money import exact
from magents.model.ticks import Block

NEAR = 256
"""Rows among which the next one that is asked for mostly is."""


def forward_fill(table: Floats, before: Floats) -> Floats:
    """Replace NaN by the value above it; ``before`` (shape [I]) stands above the first row."""
    missing = np.isnan(table)
    if not missing.any():
        return table
    # Below the last gap there is nothing to fill; often only the first rows have any.
    stop = len(table) - int(missing[::-1].any(axis=1).argmax())
    full = np.vstack([before, table[:stop]])
    rows = np.where(np.isnan(full), 0, np.arange(len(full))[:, None])
    np.maximum.accumulate(rows, axis=0, out=rows)
    filled: Floats = np.take_along_axis(full, rows, axis=0)[1:]
    return filled if stop == len(table) else np.vstack([filled, table[stop:]])


class Restated(NamedTuple):
    """The last close of an instrument before a split, in the prices after it.

    From ``ts`` on it stands for row ``row`` of the loaded rows, -1 for the one before them.
    """

    ts: int
    row: int
    column: int
    price: float


class PanelMarks:
    """The closes of one panel, forward-filled, with the row that is known now.

    Attributes:
        over: how many rows the blocks before this one had.
    """

    __slots__ = (
        "_at",
        "_instants",
        "_prices",
        "_raw",
        "_restated",
        "_row",
        "_worths",
        "before",
        "closes",
        "over",
        "panel",
        "ts",
    )

    def __init__(self, panel: Panel) -> None:
        """Know no price yet."""
        self.panel = panel
        self.before: Floats = np.full(len(panel.instruments), np.nan)
        self.closes: Floats = self.before[None, :][:0]
        self._raw: Floats = self.closes
        self._worths: Floats = np.zeros((1, len(panel.instruments)))
        self.ts: Instants = np.empty(0, np.int64)
        self.over = 0
        # The same numbers, quicker to read one by one: without making a numpy scalar of each.
        self._prices = self._worths.data
        self._instants = self.ts.data
        self._restated: list[Restated] = []
        self._at = self._row = -1

    def load(self, block: Block) -> None:
        """Go on to the next block; the last known closes stand before its first row."""
        if len(self.closes):
            last = len(self.closes) - 1
            self.before = self._as_restated(self.closes[last], last, int(self.ts[-1]))
        self._restated.clear()
        self._raw = block.marks
        self.closes = forward_fill(block.marks, self.before)
        self._worths = np.vstack([self.before, self.closes])
        self._worths[np.isnan(self._worths)] = 0.0
        self._prices = self._worths.data
        self.over += len(self.ts)
        self.ts = block.ts
        self._instants = self.ts.data
        self._at = self._row = -1

    def suppose(self, column: int, price: float) -> None:
        """Take a price from before the first block, until there is one."""
        self.before[column] = self._worths[0, column] = price

    def row(self, now: int) -> Floats:
        """Return the closes known at an instant, shape [I], NaN before the first."""
        self._find(now)
        row = self.before if self._row < 0 else self.closes[self._row]
        return self._as_restated(row, self._row, now) if self._restated else row

    def worths(self, now: int) -> Floats:
        """Return the closes known at an instant, shape [I], 0 before the first."""
        self._find(now)
        row: Floats = self._worths[self._row + 1]
        return self._as_restated(row, self._row, now) if self._restated else row

    def worth(self, now: int, column: int) -> float:
        """Return the close of one instrument known at an instant, 0 before the first."""
        if now != self._at:
            self._find(now)
        if self._restated:
            return float(self.worths(now)[column])
        price: float = self._prices[self._row + 1, column]
        return price

    def point(self, now: int, row: int) -> None:
        """Take a hint that a row is the last that has closed: true where it closes now."""
        if row >= 0 and self._instants[row] == now:
            self._at, self._row = now, row

    def worths_at(self, timeline: Instants) -> Floats:
        """Return the closes known at each instant, shape [R, I], 0 before the first."""
        if len(timeline) == len(self.ts) and timeline[0] == self.ts[0] and self._ends(timeline):
            return self._worths[1:]
        found = self.ts.searchsorted(timeline, "right")
        rows: Floats = self._worths[found]
        for ts, row, column, price in self._restated:
            rows[(found == row + 1) & (timeline > ts), column] = price
        return rows

    def split(self, column: int, ratio: float, now: int) -> None:
        """Restate the last close for a split that comes before the next bar."""
        self._find(now)
        price = float(self.row(now)[column]) / ratio
        self._restated.append(Restated(now, self._row, column, price))
        for row in range(self._row + 1, len(self.closes)):
            if not np.isnan(self._raw[row, column]):
                break
            self.closes[row, column] = self._worths[row + 1, column] = price

    def _as_restated(self, row: Floats, number: int, now: int) -> Floats:
        """Return a row with what a split has restated of it since."""
        mine = [each for each in self._restated if each.row == number and each.ts <= now]
        if not mine:
            return row
        row = row.copy()
        for each in mine:
            row[each.column] = each.price
        return row

    def _ends(self, timeline: Instants) -> bool:
        """Return whether a timeline of our length is ours: it is where nobody else's is in it."""
        return bool((timeline == self.ts).all())

    def _find(self, now: int) -> None:
        """Point to the last row that has closed; mostly it is not far from the one before."""
        if now == self._at:
            return
        closes, low = self._instants, self._row + 1
        high = low + NEAR
        if high >= len(closes) or not self._at < now < closes[high]:
            low, high = 0, len(closes)
        self._at = now
        self._row = bisect_right(closes, now, low, high) - 1


class Marks:
    """Prices for risk, sizing and value; only what closed at ``now()`` or before."""

    def __init__(self, panels: Iterable[Panel], now: Callable[[], int]) -> None:
        """Hold one table a panel."""
        self._now = now
        self.tables: dict[str, PanelMarks] = {}
        self.where: dict[str, tuple[PanelMarks, int]] = {}
        for panel in panels:
            table = self.tables[panel.name] = PanelMarks(panel)
            self.where.update((name, (table, i)) for i, name in enumerate(panel.instruments))

    def on_block(self, block: Block) -> None:
        """Take the next block of a panel."""
        self.tables[block.panel.name].load(block)

    def suppose(self, instrument: str, price: float) -> None:
        """Let an instrument of which nothing was heard yet have a price from before."""
        table, column = self.where[instrument]
        if not len(table.ts):
            table.suppose(column, price)

    def price(self, instrument: str) -> float:
        """Return the last close, NaN before the first."""
        table, column = self.where[instrument]
        return float(table.row(self._now())[column])

    def split(self, instrument: str, ratio: Decimal) -> None:
        """Restate the last price of an instrument that has just split."""
        table, column = self.where[instrument]
        table.split(column, float(ratio), self._now())

    def exact(self) -> Mapping[str, Decimal]:
        """Return the last close of every instrument that has one, exact."""
        prices = {name: self.price(name) for name in self.where}
        return {name: exact(price) for name, price in prices.items() if price == price}  # noqa: PLR0124 - NaN
