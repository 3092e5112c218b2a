"""The journal of orders: on the disk before it returns, whole after a crash, full disks told."""

import sqlite3
from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.store import SqliteStore, StoreError
from brokers.ccxt_sandbox.truth.rows import CancelWanted, Filled, Intent, Killed, Moved, State
from magents.model.orders import Side
from tests.brokers.sandbox.memory import START, SYMBOL

ROWS = [
    Intent(
        START,
        client="c1",
        order="pod:1",
        pod="pod",
        instrument=SYMBOL,
        symbol=SYMBOL,
        side=Side.BUY,
        quantity=Decimal("0.10"),
        limit=Decimal("1e3"),
    ),
    Moved(START + 1, "c1", State.WORKING, "v1"),
    Filled(
        START + 2,
        client="c1",
        trade="t1",
        number=1,
        symbol=SYMBOL,
        quantity=Decimal("0.1"),
        price=Decimal("999.99"),
        complete=True,
    ),
    CancelWanted(START + 3, "c1"),
    Killed(START + 4, "me"),
]


def test_rows_come_back_as_they_were_and_another_process_can_read_them(tmp_path):
    store = SqliteStore(tmp_path / "t.sqlite")
    store.commit(ROWS[:2])
    store.commit(ROWS[2:])
    other = SqliteStore(tmp_path / "t.sqlite", read_only=True)
    assert store.load() == other.load() == ROWS
    other.close()
    store.close()


def test_every_commit_is_synced(tmp_path):
    store = SqliteStore(tmp_path / "t.sqlite")
    assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_a_full_disk_is_told_and_leaves_all_or_nothing(tmp_path):
    store = SqliteStore(tmp_path / "t.sqlite")
    store.commit(ROWS[:1])
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count={pages}")
    many = [Moved(START, "c1", State.WORKING, "v" * 5000)] * 10
    with pytest.raises(StoreError, match="full"):
        store.commit(many)
    assert store.load() == ROWS[:1]
    store.close()


def test_a_row_that_is_missing_is_seen(tmp_path):
    store = SqliteStore(tmp_path / "t.sqlite")
    store.commit(ROWS)
    store.close()
    with sqlite3.connect(tmp_path / "t.sqlite") as database:
        database.execute("DELETE FROM truth WHERE seq = 2")
    database.close()
    again = SqliteStore(tmp_path / "t.sqlite")
    with pytest.raises(StoreError, match="row 2 is missing"):
        again.load()
    again.close()


def test_a_file_that_is_no_journal_is_refused(tmp_path):
    (tmp_path / "t.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(tmp_path / "t.sqlite")
