"""Bars in blocks: columns of numpy, one row a close, one column an instrument."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Instants = npt.NDArray[np.int64]


CHUNK = 512
"""Rows that are made into objects at once; who stops reading has not paid for more."""


class Bar(msgspec.Struct, frozen=True, gc=False):
    """One finished bar of one instrument; prices are floats as the data have them."""

    instrument: str
    open_ts: int
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True)
class Panel:
    """Instruments that open and close together: same calendar, same bar length.

    Attributes:
        name: unique in a run, such as ``XNYS 1d``.
        instruments: ids in column order, sorted.
        bar: the length of a bar as the user would write it: ``1d``, ``1m``.
        periods_per_year: bars in a year on this calendar, for annualising.
        days_per_year: trading days in a year on this calendar: 252, 365, ...
        level: what the data are: ``bars``, ``trades``, ``quotes`` or ``depth``.
    """

    name: str
    instruments: tuple[str, ...]
    bar: str
    periods_per_year: float
    days_per_year: float
    level: str = "bars"


@dataclass(frozen=True, slots=True)
class BarBlock:
    """Consecutive bars of one panel.

    ``open_ts`` and ``ts`` have shape [T]: when each row's bars open and close, both strictly
    increasing.  The five tables have shape [T, I], ``I`` in the order of ``panel.instruments``.
    An instrument without a bar in a row has NaN in all five.  All arrays are read-only.
    """

    panel: Panel
    open_ts: Instants
    ts: Instants
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __post_init__(self) -> None:
        """Freeze the arrays; check the shapes."""
        shape = (len(self.ts), len(self.panel.instruments))
        for name in ("open", "high", "low", "close", "volume"):
            table = getattr(self, name)
            if table.shape != shape:
                msg = f"{name} has shape {table.shape}, the block needs {shape}"
                raise ValueError(msg)
            table.flags.writeable = False
        self.ts.flags.writeable = False
        self.open_ts.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ts)

    @property
    def marks(self) -> Floats:
        """Return the price known at each row, shape [T, I]: the close."""
        return self.close

    @property
    def first(self) -> int:
        """Return the instant at which the first bar opens."""
        return int(self.open_ts[0])

    def rows(self, start: int, stop: int) -> "BarBlock":
        """Return rows ``start:stop`` as a block of its own (views, not copies)."""
        cut = slice(start, stop)
        return BarBlock(
            self.panel,
            self.open_ts[cut],
            self.ts[cut],
            self.open[cut],
            self.high[cut],
            self.low[cut],
            self.close[cut],
            self.volume[cut],
        )

    def items(self, start: int, column: int) -> Iterator[Bar]:
        """Yield what a reader of every bar is handed, from a row on: the instrument's bars."""
        name = self.panel.instruments[column]
        for first in range(start, len(self.ts), CHUNK):
            rows = slice(first, first + CHUNK)
            tables = (self.open, self.high, self.low, self.close, self.volume)
            columns = [table[rows, column].tolist() for table in tables]
            stamps = (self.open_ts[rows].tolist(), self.ts[rows].tolist())
            for opened, ts, o, h, l, c, v in zip(*stamps, *columns, strict=True):  # noqa: E741
                if c == c:  # noqa: PLR0124 - not NaN
                    yield Bar(name, opened, ts, o, h, l, c, v)

    def bar(self, row: int, column: int) -> Bar | None:
        """Return one bar, or ``None`` where the instrument has none in that row."""
        close = float(self.close[row, column])
        if close != close:  # noqa: PLR0124 - NaN
            return None
        return Bar(
            self.panel.instruments[column],
            int(self.open_ts[row]),
            int(self.ts[row]),
            float(self.open[row, column]),
            float(self.high[row, column]),
            float(self.low[row, column]),
            close,
            float(self.volume[row, column]),
        )
