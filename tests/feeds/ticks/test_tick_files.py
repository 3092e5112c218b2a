"""Trades, quotes and order books in data directories: found, checked, streamed, never cut."""

import asyncio
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.history import HistoryFeed
from feeds.memory import MemoryFeed
from feeds.ticks_blocks import edge, whole_instants
from feeds.ticks_mid import Middle
from magents.model.errors import DataError
from magents.model.time import parse_instant
from tests.builders_data import daily, read, write

T = parse_instant("2024-01-02T00:00:00Z")
TRADES = (
    "ts,symbol,price,size,side",
    "2024-01-02T00:00:00.000000001Z,BTC/USD,100,1.5,buy",
    "2024-01-02T00:00:00.000000002Z,ETH/USD,10,2,S",
    "2024-01-02T00:00:00.000000002Z,BTC/USD,101,0.25,-1",
    "2024-01-02T00:00:00.000000003Z,BTC/USD,102,3,",
)
QUOTES = (
    "timestamp;bid;ask;bid_size;ask_size",
    "1704153600000000001;99;101;1;2",
    "1704153600000000002;;101;;2",
    "1704153600000000003;98;101;4;0",
)
DEPTH = (
    "recv_ts,symbol,kind,side,price,size",
    "2024-01-02T00:00:00.000000001Z,BTC/USD,snapshot,bid,99,1",
    "2024-01-02T00:00:00.000000001Z,BTC/USD,snapshot,ask,101,2",
    "2024-01-02T00:00:00.000000002Z,BTC/USD,trade,sell,99,0.5",
    "2024-01-02T00:00:00.000000002Z,BTC/USD,update,b,99,0.5",
    "2024-01-02T00:00:00.000000003Z,BTC/USD,update,ask,101,0",
    "2024-01-02T00:00:00.000000004Z,BTC/USD,snapshot,bid,98,1",
    "2024-01-02T00:00:00.000000004Z,BTC/USD,snapshot,ask,100,1",
)


def blocks(feed, name, rows=1000):
    return read(feed, rows, next(panel for panel in feed.panels if panel.name == name))


def names(feed):
    return [panel.name for panel in feed.panels]


def test_trades_of_many_instruments_make_a_panel_each(tmp_path):
    write(tmp_path / "trades.csv", *TRADES)
    feed = HistoryFeed(tmp_path)
    assert names(feed) == ["BTC/USD trades", "ETH/USD trades"]
    assert [each.id for each in feed.instruments] == ["BTC/USD", "ETH/USD"]
    (block,) = blocks(feed, "BTC/USD trades")
    assert block.ts.tolist() == [T + 1, T + 2, T + 3]
    assert block.price.tolist() == [100, 101, 102]
    assert block.size.tolist() == [1.5, 0.25, 3]
    assert block.side.tolist() == [1, -1, 0]
    assert (block.panel.level, block.panel.bar, block.panel.periods_per_year) == (
        "trades",
        "tick",
        365,
    )


def test_one_file_an_instrument_is_named_after_it(tmp_path):
    write(tmp_path / "quotes-BTC-USD.csv", *QUOTES)
    write(tmp_path / "quotes" / "ETH-USD.csv", *QUOTES)
    feed = HistoryFeed(tmp_path)
    assert names(feed) == ["BTC/USD quotes", "ETH/USD quotes"]
    (block,) = blocks(feed, "BTC/USD quotes")
    assert block.bid.tolist()[::2] == [99, 98]
    assert np.isnan(block.bid[1])
    assert np.isnan(block.ask[2]), "a size of 0 empties a side"
    assert block.marks[0, 0] == 100


def test_a_book_has_resets_and_a_middle_and_its_trades_a_panel_of_their_own(tmp_path):
    write(tmp_path / "l2_btc.csv", *DEPTH)
    feed = HistoryFeed(tmp_path)
    assert names(feed) == ["BTC/USD trades", "BTC/USD depth"], "the finest comes last"
    (block,) = blocks(feed, "BTC/USD depth")
    assert block.side.tolist() == [1, -1, 1, -1, 1, -1]
    assert block.reset.tolist() == [1, 0, 0, 0, 1, 0]
    np.testing.assert_array_equal(block.mid, [np.nan, 100, 100, np.nan, np.nan, 99])
    (printed,) = blocks(feed, "BTC/USD trades")
    assert (printed.price[0], printed.size[0], printed.side[0]) == (99, 0.5, -1)


def test_without_kinds_every_instant_is_a_snapshot(tmp_path):
    rows = [f"{ts},{side},{price},1" for ts in (10**18, 10**18 + 5) for side, price in SIDES]
    write(tmp_path / "depth" / "BTC-USD.csv", "ts_ns,side,price,size", *rows)
    (block,) = blocks(HistoryFeed(tmp_path), "BTC/USD depth")
    assert block.reset.tolist() == [1, 0, 0, 1, 0, 0]


SIDES = (("bid", 99), ("bid", 98), ("ask", 101))


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_blocks_join_to_the_same_rows_and_never_cut_an_instant(tmp_path, rows):
    write(tmp_path / "l2.csv", *DEPTH)
    for name in ("BTC/USD depth", "BTC/USD trades"):
        (whole,) = blocks(HistoryFeed(tmp_path), name)
        parts = blocks(HistoryFeed(tmp_path), name, rows)
        for column in ("ts", "price", "size", "side"):
            joined = np.concatenate([getattr(part, column) for part in parts])
            assert joined.tolist() == getattr(whole, column).tolist()
        assert all(a.ts[-1] < b.ts[0] for a, b in pairwise(parts))
        assert all(len(part) <= max(rows, 2) for part in parts)


def test_memory_does_not_cut_an_instant_either(tmp_path):
    write(tmp_path / "l2.csv", *DEPTH)
    feed = asyncio.run(MemoryFeed.of(HistoryFeed(tmp_path)))
    assert [len(block) for block in blocks(feed, "BTC/USD depth", 1)] == [2, 1, 1, 2]


def test_within_a_message_there_is_no_middle(tmp_path):
    rows = ("2024-01-02T00:00:00.000000005Z,BTC/USD,update,ask,99,1",) * 2
    write(tmp_path / "l2.csv", *DEPTH, *rows)
    (block,) = blocks(HistoryFeed(tmp_path), "BTC/USD depth")
    np.testing.assert_array_equal(block.mid[-3:], [99, np.nan, 98.5])


def test_an_edge_lies_between_instants():
    ts = np.array([1, 1, 2, 3, 3, 3])
    assert [edge(ts, rows) for rows in (1, 2, 3, 4, 5, 6)] == [2, 2, 3, 3, 3, 3]
    assert edge(ts[3:], 2) == 0, "the last instant may go on"
    assert [whole_instants(ts[3:], rows) for rows in (1, 2, 3)] == [3, 3, 3]


def test_parquet_reads_like_csv_and_batches_join(tmp_path):
    count = 70_000
    ts = T + np.arange(count) // 3
    columns = {"ts_ns": ts, "qty": np.arange(count) + 1.0, "px": np.arange(count) % 7 + 1.0}
    pq.write_table(
        pa.table({**columns, "side": ["b", "s"] * (count // 2)}), tmp_path / "trades.parquet"
    )
    (tmp_path / "trades.parquet").rename(tmp_path / "trades_XYZ-USD.parquet")
    feed = HistoryFeed(tmp_path)
    parts = blocks(feed, "XYZ/USD trades", 4096)
    assert sum(len(part) for part in parts) == count
    assert max(len(part) for part in parts) <= 4096
    assert np.concatenate([part.size for part in parts]).tolist() == columns["qty"].tolist()
    assert parts[0].side[:2].tolist() == [1, -1]


def test_files_of_one_instrument_follow_each_other(tmp_path):
    head, *rows = [row.replace("BTC/USD,", "").replace(",symbol", "") for row in TRADES]
    rows = [row for row in rows if "ETH" not in row]
    write(tmp_path / "trades" / "BTC-USD.csv", head, *rows[2:])
    write(tmp_path / "trades_BTC-USD.csv.txt", head)
    write(tmp_path / "trades_BTC-USD.csv", head, *rows[:2])
    (block,) = blocks(HistoryFeed(tmp_path), "BTC/USD trades")
    assert block.price.tolist() == [100, 101, 102]


def test_bars_and_ticks_share_a_directory(tmp_path):
    daily(tmp_path, "BTC-USD", "2024-01-01,1,1,1,1,1", "2024-01-02,1,1,1,1,1")
    write(tmp_path / "trades.csv", *TRADES)
    feed = HistoryFeed(tmp_path)
    assert names(feed) == ["24/7 1d", "BTC/USD trades", "ETH/USD trades"]
    assert names(HistoryFeed(tmp_path, instruments=["BTC/USD"])) == ["24/7 1d", "BTC/USD trades"]
    assert feed.span() == (T - 86_400_000_000_000, T + 86_400_000_000_000)


def test_the_range_of_days_cuts_ticks(tmp_path):
    later = "2024-01-03T00:00:00.000000000Z,BTC/USD,103,1,b"
    write(tmp_path / "trades.csv", *TRADES, later)
    assert len(blocks(HistoryFeed(tmp_path, end=date(2024, 1, 2)), "BTC/USD trades")[0]) == 3
    assert len(blocks(HistoryFeed(tmp_path, start=date(2024, 1, 3)), "BTC/USD trades")[0]) == 1


BAD = {
    "a price of 0": (TRADES, "2024-01-02T00:00:01Z,BTC/USD,0,1,b", "price and a size above 0"),
    "no size": (TRADES, "2024-01-02T00:00:01Z,BTC/USD,5,,b", "price and a size above 0"),
    "crossed": (QUOTES, "1704153600000000009;102;101;1;1", "the bid not above the ask"),
    "no side": (DEPTH, "2024-01-02T00:00:01Z,BTC/USD,update,,5,1", "a level needs a side"),
}


@pytest.mark.parametrize(("lines", "bad", "text"), BAD.values(), ids=BAD.keys())
def test_a_bad_row_is_an_error_or_dropped_and_counted(tmp_path, lines, bad, text):
    level = {id(TRADES): "trades", id(QUOTES): "quotes", id(DEPTH): "depth"}[id(lines)]
    write(tmp_path / f"{level}-BTC-USD.csv", *lines, bad)
    name = f"BTC/USD {level}"
    with pytest.raises(DataError, match=rf"row {len(lines)} of BTC/USD: .*{text}"):
        blocks(HistoryFeed(tmp_path), name)
    feed = HistoryFeed(tmp_path, on_bad_row="drop")
    assert blocks(feed, name)
    assert [notice.count for notice in feed.notices()] == [1]


BROKEN = {
    "back in time": ("2024-01-01T23:00:00Z,BTC/USD,1,1,b", "row 5 of BTC/USD goes back in time"),
    "an unknown side": ("2024-01-02T00:00:01Z,BTC/USD,1,1,up", "side 'up' is not known"),
    "no number": ("2024-01-02T00:00:01Z,BTC/USD,one,1,b", "invalid value 'one'"),
    "no instant": (",BTC/USD,1,1,b", "an instant is missing"),
}


@pytest.mark.parametrize(("bad", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_says_where(tmp_path, bad, text):
    path = write(tmp_path / "trades.csv", *TRADES, bad)
    with pytest.raises(DataError, match=text) as caught:
        blocks(HistoryFeed(tmp_path, on_bad_row="drop"), "BTC/USD trades")
    assert str(path) in str(caught.value)


def test_a_missing_column_is_named(tmp_path):
    write(tmp_path / "trades.csv", "ts,symbol,price", "2024-01-02T00:00:01Z,BTC/USD,1")
    with pytest.raises(DataError, match="has no column for size"):
        HistoryFeed(tmp_path)


def test_an_empty_file_is_passed_over(tmp_path):
    write(tmp_path / "trades.csv", *TRADES)
    write(tmp_path / "quotes.csv", QUOTES[0])
    assert names(HistoryFeed(tmp_path)) == ["BTC/USD trades", "ETH/USD trades"]


def test_the_middle_follows_both_sides():
    rows = {
        "side": np.array([1, -1, 1, 1, -1]),
        "price": np.array([99.0, 101, 100, 100, 101]),
        "size": np.array([1.0, 1, 1, 0, 0]),
        "reset": np.zeros(5),
    }
    np.testing.assert_array_equal(Middle().after(rows), [np.nan, 100, 100.5, 100, np.nan])
