"""However rows are cut, written or ordered, the bars are the same bit for bit."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from magents.model.time import iso, parse_instant
from tests.builders_data import feed_of, read, same, whole, write

START = parse_instant("2022-12-13")
MINUTE = 60 * 10**9
PRICES = st.floats(1e-6, 1e9, allow_nan=False).map(lambda x: max(x, 1e-6))


@st.composite
def bars(draw):
    """Draw rows (minute, symbol, o, h, l, c, v), sorted by time, with holes."""
    keys = draw(
        st.sets(
            st.tuples(st.integers(0, 40), st.sampled_from(["A/USD", "B/USD", "C/USD"])),
            min_size=2,
            max_size=60,
        )
    )
    rows = []
    for minute, symbol in sorted(keys):
        low, opened, close, high = sorted(draw(st.tuples(PRICES, PRICES, PRICES, PRICES)))
        rows.append((minute, symbol, opened, high, low, close, draw(st.floats(0, 1e12))))
    return rows


def stamp(minute):
    return iso(START + minute * MINUTE)


def as_csv(path, rows):
    lines = [f"{stamp(m)},{symbol}," + ",".join(map(repr, values)) for m, symbol, *values in rows]
    return write(path, "ts,symbol,open,high,low,close,volume", *lines)


def as_parquet(path, rows):
    minute, symbol, *columns = zip(*rows, strict=True)
    stamps = pa.array([START + m * MINUTE for m in minute], pa.timestamp("ns", "UTC"))
    names = ("open", "high", "low", "close", "volume")
    table = {"ts": stamps, "symbol": list(symbol)}
    table |= {name: list(column) for name, column in zip(names, columns, strict=True)}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(table), path, row_group_size=7)


@settings(max_examples=40)
@given(rows=bars(), size=st.integers(1, 50), piece=st.integers(60, 4_000), data=st.data())
def test_rows_per_block_size_of_pieces_form_and_order_change_nothing(rows, size, piece, data):
    shuffled = data.draw(st.permutations(["A/USD", "B/USD", "C/USD"]))
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        as_csv(place / "csv" / "x.csv", rows)
        as_parquet(place / "parquet" / "x.parquet", rows)
        by_symbol = sorted(rows, key=lambda row: (shuffled.index(row[1]), row[0]))
        as_csv(place / "grouped" / "x.csv", by_symbol)
        half = len(rows) // 2
        as_csv(place / "halves" / "b.csv", rows[:half])
        as_csv(place / "halves" / "a.csv", rows[half:])
        whole_at_once = read(feed_of(place / "csv", bar="1m"), 10_000)
        _check(whole_at_once, rows)
        with _pieces(piece):
            for layout in ("csv", "parquet", "grouped", "halves"):
                assert same(whole_at_once, read(feed_of(place / layout, bar="1m"), size))


def _check(blocks, rows):
    tables = whole(blocks)
    names = blocks[0].panel.instruments
    index = {int(ts): place for place, ts in enumerate(tables["open_ts"])}
    assert np.isfinite(tables["close"]).sum() == len(rows)
    for minute, symbol, *values in rows:
        row, column = index[START + minute * MINUTE], names.index(symbol)
        for name, value in zip(("open", "high", "low", "close", "volume"), values, strict=True):
            assert tables[name][row, column] == value


class _pieces:  # noqa: N801 - reads as a function
    """Read files in pieces of so many bytes."""

    def __init__(self, size):
        self.size = size

    def __enter__(self):
        from feeds import reading

        self.before = reading._SMALLEST, reading._LARGEST, reading._BUDGET
        reading._SMALLEST = reading._LARGEST = reading._BUDGET = self.size

    def __exit__(self, *_):
        from feeds import reading

        reading._SMALLEST, reading._LARGEST, reading._BUDGET = self.before
