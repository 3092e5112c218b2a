"""The look-back: recent rows of every panel, handed out as copies that end at now."""

from collections.abc import Callable, Iterable

import numpy as np

from magents.model.bars import BarBlock, Floats, Panel
from magents.model.errors import UserError

LOOKBACK = 1_000
"""Rows of a panel that can be asked for; memory is bounded by this and the block."""

FIELDS = ("open", "high", "low", "close", "volume")


class History:
    """Keeps enough blocks of each panel for the look-back, and no more."""

    def __init__(
        self, panels: Iterable[Panel], now: Callable[[], int], lookback: int = LOOKBACK
    ) -> None:
        """Start empty."""
        self._now = now
        self._lookback = lookback
        self._blocks: dict[str, list[BarBlock]] = {panel.name: [] for panel in panels}
        self._where = {n: (p.name, c) for p in panels for c, n in enumerate(p.instruments)}

    def on_block(self, block: BarBlock) -> None:
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
            field: open, high, low, close or volume.

        Raises:
            UserError: an unknown field, or more rows than the look-back keeps.
        """
        if field not in FIELDS or not 0 < count <= self._lookback:
            msg = f"history gives 1 to {self._lookback} rows of {', '.join(FIELDS)}"
            raise UserError(msg)
        panel, column = self._where[instrument]
        values = self._known(panel, column, field)
        return values[~np.isnan(values)][-count:].copy()

    def _known(self, panel: str, column: int, field: str) -> Floats:
        """Return the rows of the look-back that are known now; any block size, same rows."""
        now = self._now()
        parts = []
        for block in self._blocks[panel]:
            rows = int(block.ts.searchsorted(now, "right"))
            parts.append(getattr(block, field)[:rows, column])
        return np.concatenate(parts)[-self._lookback :] if parts else np.empty(0)
