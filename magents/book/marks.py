"""Marks: the last close of every instrument, as of any instant up to now."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import numpy as np

from magents.model.bars import Floats, Instants, Panel
from magents.model.money import exact
from magents.model.ticks import Block


def forward_fill(table: Floats, before: Floats) -> Floats:
    """Replace NaN by the value above it; ``before`` (shape [I]) stands above the first row."""
    missing = np.isnan(table)
    if not missing.any():
        return table
    full = np.vstack([before, table])
    rows = np.where(np.isnan(full), 0, np.arange(len(full))[:, None])
    np.maximum.accumulate(rows, axis=0, out=rows)
    filled: Floats = np.take_along_axis(full, rows, axis=0)[1:]
    return filled


class PanelMarks:
    """The closes of one panel, forward-filled, with the row that is known now."""

    __slots__ = ("_at", "_row", "_worths", "before", "closes", "panel", "ts")

    def __init__(self, panel: Panel) -> None:
        """Know no price yet."""
        self.panel = panel
        self.before: Floats = np.full(len(panel.instruments), np.nan)
        self.closes: Floats = self.before[None, :][:0]
        self._worths: Floats = np.zeros((1, len(panel.instruments)))
        self.ts: Instants = np.empty(0, np.int64)
        self._at = self._row = -1

    def load(self, block: Block) -> None:
        """Go on to the next block; the last known closes stand before its first row."""
        if len(self.closes):
            self.before = self.closes[-1]
        self.closes = forward_fill(block.marks, self.before)
        self._worths = np.nan_to_num(np.vstack([self.before, self.closes]))
        self.ts = block.ts
        self._at = -1

    def row(self, now: int) -> Floats:
        """Return the closes known at an instant, shape [I], NaN before the first."""
        self._find(now)
        return self.before if self._row < 0 else self.closes[self._row]

    def worths(self, now: int) -> Floats:
        """Return the closes known at an instant, shape [I], 0 before the first."""
        self._find(now)
        row: Floats = self._worths[self._row + 1]
        return row

    def worths_at(self, timeline: Instants) -> Floats:
        """Return the closes known at each instant, shape [R, I], 0 before the first."""
        if len(timeline) == len(self.ts) and timeline[0] == self.ts[0] and self._ends(timeline):
            return self._worths[1:]
        rows: Floats = self._worths[self.ts.searchsorted(timeline, "right")]
        return rows

    def _ends(self, timeline: Instants) -> bool:
        """Return whether a timeline of our length is ours: it is where nobody else's is in it."""
        return bool((timeline == self.ts).all())

    def _find(self, now: int) -> None:
        """Point to the last row that has closed."""
        if now != self._at:
            self._at = now
            self._row = int(self.ts.searchsorted(now, "right")) - 1


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

    def price(self, instrument: str) -> float:
        """Return the last close, NaN before the first."""
        table, column = self.where[instrument]
        return float(table.row(self._now())[column])

    def exact(self) -> Mapping[str, Decimal]:
        """Return the last close of every instrument that has one, exact."""
        prices = {name: self.price(name) for name in self.where}
        return {name: exact(price) for name, price in prices.items() if price == price}  # noqa: PLR0124 - NaN
