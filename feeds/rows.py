"""Rows of bars on their way from files to blocks: flat columns, any mix of instruments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from magents.model.bars import Floats, Instants

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)
FIELDS = ("open", "high", "low", "close", "volume")

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row.

    Attributes:
        line: 1-based line of a CSV file, 1-based row of a Parquet file.
        label: the instrument and the date as far as they are known, ``AAPL 2014-03-05``.
        reason: the kind of trouble, for counting. text: what is wrong with this row.
        stamp: the row's instant, ``None`` if it has none.
        mend: what to do about it. orphan: whether it cannot be told whose row it is.
    """

    line: int
    label: str
    reason: str
    text: str
    stamp: int | None = None
    mend: str = "mend the row"
    orphan: bool = False


@dataclass(frozen=True, slots=True)
class RawRows:
    """Rows as a file has them, in the order of the file.

    Attributes:
        line: shape [N]. code: shape [N], number of the instrument, negative: not wanted.
        stamp: shape [N], instants as written. values: shape [5, N], see :data:`FIELDS`.
        problems: rows that could not be read at all.
    """

    line: Instants
    code: Codes
    stamp: Instants
    values: Floats
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of readable rows."""
        return len(self.stamp)

    def take(self, rows: "slice | npt.NDArray[Any]") -> "RawRows":
        """Return the chosen rows; the problems stay."""
        return RawRows(
            self.line[rows], self.code[rows], self.stamp[rows], self.values[:, rows], self.problems
        )


@dataclass(frozen=True, slots=True)
class Bars:
    """Clean rows: checked, placed in time.

    Attributes:
        source: number of the file they come from, shape [N]. line: shape [N].
        code: shape [N], column in the panel. open_ts, ts: shape [N]. values: shape [5, N].
    """

    source: Codes
    line: Instants
    code: Codes
    open_ts: Instants
    ts: Instants
    values: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ts)

    def take(self, rows: "slice | npt.NDArray[Any]") -> "Bars":
        """Return the chosen rows."""
        return Bars(
            self.source[rows],
            self.line[rows],
            self.code[rows],
            self.open_ts[rows],
            self.ts[rows],
            self.values[:, rows],
        )


def concat(parts: Sequence[Bars]) -> Bars:
    """Join at least one part, in order."""
    if len(parts) == 1:
        return parts[0]
    return Bars(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.line for part in parts]),
        np.concatenate([part.code for part in parts]),
        np.concatenate([part.open_ts for part in parts]),
        np.concatenate([part.ts for part in parts]),
        np.concatenate([part.values for part in parts], axis=1),
    )
