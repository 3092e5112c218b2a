"""Mock bars: seeded random walks in the shape of a real data directory, for trying things out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from feeds.barlength import parse_length
from feeds.calendars import Calendar, open_calendar
from feeds.catalog import default_instrument
from magents.model.bars import Floats, Instants
from magents.model.errors import ConfigError
from magents.model.time import DAY, iso
from magents.runtime.streams import Streams

INSTRUMENTS = ("AAA", "BBB", "CCC", "DDD", "BTC/USDT")
_EPOCH = date(1970, 1, 1).toordinal()
_YEARLY_DRIFT, _YEARLY_VOL = 0.06, 0.25
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class MockBars:
    """Bars of one instrument: ``stamp`` shape [N] (opens), ``values`` [5, N], see feeds.rows."""

    instrument: str
    stamp: Instants
    values: Floats


def write_mock(  # noqa: PLR0913 - one keyword a choice
    directory: Path,
    *,
    instruments: Sequence[str] = INSTRUMENTS,
    start: date = date(2020, 1, 2),
    end: date = date(2021, 12, 31),
    seed: int = 7,
    form: str = "csv",
    layout: str = "per_instrument",
    bar: str = "1d",
) -> list[Path]:
    """Write mock bars and return the files.

    An instrument's bars depend on the seed, its name, the dates and the bar length only; the same
    arguments write the same bytes.

    Args:
        directory: made if it is not there.
        instruments: names with a slash trade round the clock, others on XNYS.
        start, end: first and last day, both included.
        form: ``csv`` or ``parquet``.
        layout: ``per_instrument`` or ``long`` (one file, sorted by time).
        bar: the length, ``1d`` or less.

    Raises:
        ConfigError: form, layout or bar is none of these.
    """
    if form not in {"csv", "parquet"} or layout not in {"per_instrument", "long"}:
        raise ConfigError("form is csv or parquet, layout is per_instrument or long")
    directory.mkdir(parents=True, exist_ok=True)
    days = (start.toordinal() - _EPOCH, end.toordinal() - _EPOCH)
    walks = [mock_bars(name, days, seed, bar) for name in sorted(instruments)]
    daily = parse_length(bar) == DAY
    if layout == "long":
        return [_write(directory / f"bars.{form}", _by_time(walks), daily=daily)]
    return [
        _write(directory / f"{walk.instrument.replace('/', '-')}.{form}", _table(walk), daily=daily)
        for walk in walks
    ]


def mock_bars(instrument: str, days: tuple[int, int], seed: int, bar: str) -> MockBars:
    """Walk at random from a price between 20 and 200.

    Args:
        days: first and last, as days since 1970.
    """
    calendar = open_calendar(default_instrument(instrument).calendar, days[0] - 7, days[1] + 7)
    length = parse_length(bar)
    stamp = _stamps(calendar, days, length)
    draw = Streams(seed).stream(f"mock/{instrument}")
    step = _YEARLY_VOL * np.sqrt(length / DAY / calendar.days_per_year)
    drift = _YEARLY_DRIFT * length / DAY / calendar.days_per_year
    moves = drift + step * draw.standard_normal(len(stamp))
    close = draw.uniform(20, 200) * np.exp(np.cumsum(moves))
    before = np.concatenate([close[:1], close[:-1]])
    opened = before * np.exp(0.2 * step * draw.standard_normal(len(stamp)))
    reach = np.exp(0.5 * step * np.abs(draw.standard_normal((2, len(stamp)))))
    high = np.maximum(opened, close) * reach[0]
    low = np.minimum(opened, close) / reach[1]
    volume = np.round(1e6 * np.exp(0.5 * draw.standard_normal(len(stamp))))
    prices = np.round([opened, high, low, close], _DECIMALS)
    return MockBars(instrument, stamp, np.vstack([np.maximum(prices, 0.0001), volume]))


def _stamps(calendar: Calendar, days: tuple[int, int], length: int) -> Instants:
    """Return when bars open: midnights of sessions for daily bars, steps of sessions for others."""
    if length > DAY:
        raise ConfigError("mock bars are daily or shorter; say 1d, 1h, 5m or 1m")
    sessions = calendar.sessions(*days) * DAY
    if length == DAY:
        return sessions
    times = calendar.daily(sessions)
    spans = zip(times.open_ts.tolist(), times.ts.tolist(), strict=True)
    return np.concatenate([np.arange(first, last, length) for first, last in spans])


def _table(walk: MockBars) -> pa.Table:
    return pa.table(
        {
            "stamp": walk.stamp,
            "open": walk.values[0],
            "high": walk.values[1],
            "low": walk.values[2],
            "close": walk.values[3],
            "volume": walk.values[4],
        }
    )


def _by_time(walks: Sequence[MockBars]) -> pa.Table:
    tables = []
    for walk in walks:
        names = pa.array([walk.instrument] * len(walk.stamp))
        tables.append(_table(walk).add_column(1, "symbol", names))
    return pa.concat_tables(tables).sort_by([("stamp", "ascending"), ("symbol", "ascending")])


def _write(path: Path, table: pa.Table, *, daily: bool) -> Path:
    if path.suffix == ".parquet":
        kind = pa.timestamp("ns", "UTC")
        stamps = table["stamp"].cast(kind)
        stamps = stamps.cast(pa.date32()) if daily else stamps
        name = "date" if daily else "ts_utc"
        pq.write_table(table.set_column(0, name, stamps), path, compression="zstd")
        return path
    with path.open("w", encoding="ascii", newline="\n") as file:
        names = ["date" if daily else "ts_utc", *table.column_names[1:]]
        file.write(",".join(names) + "\n")
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            file.write(",".join(_cell(cell, daily=daily) for cell in row) + "\n")
    return path


def _cell(cell: "int | float | str", *, daily: bool) -> str:
    if isinstance(cell, int):
        return iso(cell)[:10] if daily else iso(cell)
    return repr(cell) if isinstance(cell, float) else cell
