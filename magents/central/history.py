"""The look-back: recent rows of every panel, handed out as copies that end at now."""

from collections.abc import Callable, Iterable

import numpy as np

from magents.model.bars import Floats, Panel
from magents.model.errors import UserError
from magents.model.ticks import Block

LOOKBACK = 1_000
"""Rows of a panel that can be asked for; memory is bounded by this and the block."""

FIELDS = {
    "bars": ("open", "high", "low", "close", "volume"),
    "trades": ("close", "price", "size", "side"),
    "quotes": ("close", "bid", "ask", "bid_size", "ask_size"),
    "depth": ("close",),
}
"""What can be asked for at each level of data; ``close`` is the price known at a row."""


class History:
    """Keeps enough blocks of each panel for the look-back, and no more."""

    def __init__(
        self, panels: Iterable[Panel], now: Callable[[], int], lookback: int = LOOKBACK
    ) -> None:
        """Start empty."""
        self._now = now
        self._lookback = lookback
        self._blocks: dict[str, list[Block]] = {panel.name: [] for panel in panels}
        self._where = {n: (p, c) for p in panels for c, n in enumerate(p.instruments)}

    def on_block(self, block: Block) -> None:
        """Take the next block and let go of those beyond the look-back."""
        blocks = self._blocks[block.panel.name]
        blocks.append(block)
        behind = sum(len(b) for b in blocks[:-1])
        while blocks and behind - len(blocks[0]) >= self._lookback:
            behind -= len(blocks.pop(0))

    def values(self, instrument: str, count: int, field: str = "close") -> Floats:
        """Return up to ``count`` last values known now, oldest first, as a copy.

        Args:
            instrument: its id. count: 1 to the look-back.
            field: see :data:`FIELDS`.

        Raises:
            UserError: an unknown field, or more rows than the look-back keeps.
        """
        panel, column = self._where[instrument]
        if field not in FIELDS[panel.level] or not 0 < count <= self._lookback:
            fields = ", ".join(FIELDS[panel.level])
            msg = f"history of {instrument} gives 1 to {self._lookback} rows of {fields}"
            raise UserError(msg)
        values = self._known(panel.name, column, field)
        return values[~np.isnan(values)][-count:].copy()

    def rows(self, panel: Panel) -> list[Block]:
        """Return the blocks in hand of a panel, for the fund itself.

        They reach beyond now: whoever shows them must cut them there.
        """
        return self._blocks[panel.name]

    def last(self, instrument: str) -> float:
        """Return the last price known now, NaN before the first."""
        values = self.values(instrument, 1)
        return float(values[0]) if len(values) else float("nan")

    def _known(self, panel: str, column: int, field: str) -> Floats:
        """Return the rows of the look-back that are known now; any block size, same rows."""
        now = self._now()
        parts = []
        for block in self._blocks[panel]:
            rows = int(block.ts.searchsorted(now, "right"))
            table = block.marks if field == "close" else getattr(block, field)
            parts.append(table[:rows] if table.ndim == 1 else table[:rows, column])
        return np.concatenate(parts)[-self._lookback :] if parts else np.empty(0)
