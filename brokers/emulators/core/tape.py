"""The recordings: minutes of trading that were really traded, played again and again.

A recording has so many minutes; the minute after its last is its first again, with all prices
carried on from where it ended.  Those before its first are the last ones of the lap before.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq

from magents.model.bars import Floats
from magents.model.errors import DataError

DATA = Path(__file__).resolve().parent.parent / "data"
NEEDED = ("ts_utc", "venue", "market", "symbol", "open", "high", "low", "close", "volume")
Series = tuple[str, str, str]


class Minute(NamedTuple):
    """One minute: prices of its trades, base volume, spread and how much stood at the best."""

    open: float
    high: float
    low: float
    close: float
    volume: float
    spread: float
    shown: float


class Tape:
    """The recording of one market.

    Args:
        columns: by name, each one value a minute.
    """

    def __init__(self, columns: Mapping[str, Floats]) -> None:
        self._columns = columns
        self._many = len(columns["open"])
        self._lap = float(columns["close"][-1] / columns["open"][0])

    def __len__(self) -> int:
        return self._many

    def minute(self, index: int) -> Minute:
        """Return a minute; any whole number will do."""
        lap, row = divmod(index, self._many)
        factor = self._lap**lap
        names = ("open", "high", "low", "close")
        o, h, lo, c = (float(self._columns[name][row]) * factor for name in names)
        rest = (float(self._columns[name][row]) for name in ("volume", "spread", "shown"))
        return Minute(o, h, lo, c, *rest)


@cache
def read_tapes(path: Path | None = None) -> dict[Series, Tape]:
    """Read recordings from a Parquet file of minute bars; the embedded ones by default.

    Raises:
        DataError: it is not such a file.
    """
    path = path or DATA / "minutes.parquet"
    try:
        table = pq.read_table(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as Parquet: {error}") from None
    missing = [name for name in NEEDED if name not in table.column_names]
    if missing:
        raise DataError(f"{path}: has no column {missing[0]}; needed are {', '.join(NEEDED)}.")
    names = zip(*(table[name].to_pylist() for name in ("venue", "market", "symbol")), strict=True)
    rows: dict[Series, list[int]] = {}
    for row, name in enumerate(names):
        rows.setdefault(name, []).append(row)
    return {name: _tape(table.take(where)) for name, where in rows.items()}


def _tape(table) -> Tape:  # type: ignore[no-untyped-def]  # noqa: ANN001 - pyarrow has no types
    table = table.sort_by("ts_utc")
    columns = {name: _numbers(table, name) for name in ("open", "high", "low", "close", "volume")}
    columns["spread"] = _known(_numbers(table, "spread"), len(table))
    sizes = _numbers(table, "bid_size") + _numbers(table, "ask_size")
    columns["shown"] = _known(sizes / 2, len(table))
    return Tape(columns)


def _numbers(table, name: str) -> Floats:  # type: ignore[no-untyped-def]  # noqa: ANN001
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    values: Floats = table[name].to_numpy().astype(float)
    return values


def _known(values: Floats, many: int) -> Floats:
    """Fill what was not recorded with the median of what was; 0 where nothing was."""
    known = values[~np.isnan(values)]
    middle = float(np.median(known)) if len(known) else 0.0
    return np.where(np.isnan(values), middle, values)[:many]


@cache
def read_ladders() -> Floats:
    """Return sizes of real order books, best level first, each row as multiples of its median."""
    table = pq.read_table(DATA / "ladders.parquet")
    sizes = np.column_stack([column.to_numpy() for column in table.columns]).astype(float)
    ratios: Floats = np.clip(sizes / np.median(sizes, axis=1, keepdims=True), 0.05, 20)
    return ratios


@cache
def read_funding(venue: str, symbol: str) -> tuple[float, ...]:
    """Return recorded funding rates, one an interval, in order; fractions."""
    table = pq.read_table(DATA / "funding.parquet").to_pylist()
    mine = [row for row in table if (row["venue"], row["symbol"]) == (venue, symbol)]
    return tuple(row["rate"] for row in sorted(mine, key=lambda row: row["ts_utc"]))
