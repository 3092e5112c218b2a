"""What is known as of an instant: facts waiting for their time, last closes, recent rows."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from magents.model.bars import BarBlock, Floats, Instants
from magents.model.facts import FactTable
from magents.model.time import DAY

Columns = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PRICE_LIFE = 10 * DAY
"""A close older than this is no price any more: the instrument is halted or gone."""


class Waiting:
    """Facts handed in block by block, taken out once their instant has come."""

    def __init__(self, kinds: Iterable[str]) -> None:
        """Start with nothing waiting; other kinds than these are not kept."""
        self._tables: dict[str, list[FactTable]] = {kind: [] for kind in kinds}
        self._taken = dict.fromkeys(self._tables, 0)

    def add(self, news: Mapping[str, FactTable]) -> None:
        """Put the news of a block at the end of the queue of each kind."""
        for kind, queue in self._tables.items():
            if kind in news:
                queue.append(news[kind])

    def take(self, kind: str, now: int) -> list[FactTable]:
        """Return what is known at ``now`` and was not taken before, in order of ``known_at``."""
        due: list[FactTable] = []
        queue = self._tables[kind]
        while queue:
            start = self._taken[kind]
            stop = int(np.searchsorted(queue[0].known_at, now, side="right"))
            if stop > start:
                due.append(queue[0].take(slice(start, stop)))
            if stop < len(queue[0]):
                self._taken[kind] = stop
                break
            del queue[0]
            self._taken[kind] = 0
        return due


class LastClose:
    """The newest close of each instrument, carried over rows and blocks without a bar."""

    def __init__(self, width: int) -> None:
        """Start without a price for any of ``width`` instruments."""
        self._close = np.full(width, np.nan)
        self._ts = np.zeros(width, np.int64)

    def at(self, block: BarBlock, rows: Sequence[int]) -> Floats:
        """Take the next block and return the closes as of some of its rows.

        Returns:
            Shape [len(rows), I]; NaN where the newest close is older than ``PRICE_LIFE``.
        """
        there = ~np.isnan(block.close)
        newest = np.where(there, np.arange(len(block))[:, None], -1)
        newest = np.maximum.accumulate(newest, axis=0)
        wanted = newest[[*rows, -1]]
        row = np.maximum(wanted, 0)
        close = np.where(wanted >= 0, np.take_along_axis(block.close, row, 0), self._close)
        ts = np.where(wanted >= 0, block.ts[row], self._ts)
        self._close, self._ts = close[-1], ts[-1]
        fresh = block.ts[list(rows), None] - ts[:-1] <= PRICE_LIFE
        return np.where(fresh, close[:-1], np.nan)


class Recent:
    """Numbers about instruments that became known within a horizon, oldest first.

    Attributes:
        known_at: shape [N], instants.
        column: shape [N], the panel column each is about.
        values: shape [K, N].
    """

    def __init__(self, horizon: int, values: int) -> None:
        """Start empty, for ``values`` numbers a row, kept for ``horizon`` nanoseconds."""
        self._horizon = horizon
        self.known_at: Instants = np.empty(0, np.int64)
        self.column: Columns = np.empty(0, np.int64)
        self.values: Floats = np.empty((values, 0))

    def add(self, known_at: Instants, column: Columns, *values: Iterable[float]) -> None:
        """Append rows, no older than those that are there."""
        fresh = np.array([np.asarray(value, np.float64) for value in values])
        self.known_at = np.concatenate((self.known_at, known_at))
        self.column = np.concatenate((self.column, column))
        self.values = np.concatenate((self.values, fresh), axis=1)

    def forget(self, now: int) -> None:
        """Drop what became known more than the horizon before ``now``."""
        start = int(np.searchsorted(self.known_at, now - self._horizon, side="left"))
        if start:
            self.known_at = self.known_at[start:].copy()
            self.column = self.column[start:].copy()
            self.values = self.values[:, start:].copy()


def columns_of(instruments: Iterable[str], index: Mapping[str, int]) -> Columns:
    """Return the panel column of each id, -1 for instruments that are not in the panel."""
    return np.array([index.get(name, -1) for name in instruments], np.int64)


def numbers(table: FactTable, name: str) -> Floats:
    """Return a column as floats; all NaN where the data lack it."""
    values = table.columns.get(name)
    if values is None:
        return np.full(len(table), np.nan)
    return np.asarray(values, np.float64)


def instants(table: FactTable, name: str, missing: int) -> Instants:
    """Return a column of instants as integers; ``missing`` where there is none."""
    values = table.columns.get(name)
    if values is None:
        return np.full(len(table), missing, np.int64)
    if values.dtype.kind == "f":
        return np.where(np.isnan(values), missing, np.nan_to_num(values)).astype(np.int64)
    return np.asarray(values, np.int64)


def texts(table: FactTable, name: str) -> list[str]:
    """Return a column as text; all empty where the data lack it."""
    values = table.columns.get(name)
    return [""] * len(table) if values is None else [str(value) for value in values]


def totals(column: Columns, weights: Floats, width: int) -> Floats:
    """Sum ``weights`` by column, one after the other from the first: a fixed order."""
    return np.bincount(column, weights=weights, minlength=width).astype(np.float64)


def counts(column: Columns, width: int) -> Floats:
    """Count rows by column."""
    return np.bincount(column, minlength=width).astype(np.float64)


def distinct(column: Columns, ids: Floats, width: int) -> Floats:
    """Count the different ids by column; rows with a negative id do not count."""
    named = ids >= 0
    pairs = np.stack((column[named], ids[named].astype(np.int64)))
    return counts(np.unique(pairs, axis=1)[0], width)
