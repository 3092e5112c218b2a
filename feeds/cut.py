"""Sorted rows become blocks of exactly so many rows of a panel."""

from collections.abc import Iterable, Iterator

import numpy as np

from feeds.rows import Bars, concat
from magents.model.bars import BarBlock, Panel


def cut(parts: Iterable[Bars], panel: Panel, rows: int) -> Iterator[BarBlock]:
    """Yield blocks of ``rows`` bars, the last one shorter.

    Args:
        parts: sorted by ``ts``, each wholly after the one before.
    """
    held: list[Bars] = []
    count = 0
    for part in parts:
        held.append(part)
        count += int((np.diff(part.ts) != 0).sum()) + 1
        if count >= rows:
            bars = concat(held)
            starts = _starts(bars)
            full = len(starts) // rows * rows
            yield from _blocks(bars, starts[: full + 1], panel, rows, full)
            rest = bars.take(slice(int(starts[full]), None)) if full < len(starts) else None
            held, count = ([rest] if rest is not None else []), len(starts) - full
    if held:
        bars = concat(held)
        starts = _starts(bars)
        yield from _blocks(bars, starts, panel, rows, len(starts))


def _starts(bars: Bars) -> np.ndarray:
    """Return where each bar's rows begin."""
    return np.concatenate([[0], np.flatnonzero(np.diff(bars.ts)) + 1])


def _blocks(
    bars: Bars, starts: np.ndarray, panel: Panel, rows: int, full: int
) -> Iterator[BarBlock]:
    ends = np.append(starts, len(bars))
    for first in range(0, full, rows):
        last = min(first + rows, full)
        yield _block(bars.take(slice(int(ends[first]), int(ends[last]))), panel)


def _block(bars: Bars, panel: Panel) -> BarBlock:
    starts = _starts(bars)
    lengths = np.diff(np.append(starts, len(bars)))
    row = np.repeat(np.arange(len(starts)), lengths)
    tables = np.full((5, len(starts), len(panel.instruments)), np.nan)
    tables[:, row, bars.code] = bars.values
    return BarBlock(panel, bars.open_ts[starts].copy(), bars.ts[starts].copy(), *tables)
