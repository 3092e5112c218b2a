"""Where order truth is kept: one SQLite file, every commit on the disk before it returns."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from brokers.ccxt_sandbox.truth.rows import Entry
from magents.model.errors import BrokenPromiseError

VERSION = 1
_SCHEMA = """
CREATE TABLE truth (
    seq INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    kind TEXT NOT NULL,
    client TEXT AS (json_extract(body, '$.client')) VIRTUAL,
    body TEXT NOT NULL
);
"""


class StoreError(BrokenPromiseError):
    """The journal of orders cannot be written or read: nothing more may be sent."""


class Store(Protocol):
    """Keeps rows."""

    def load(self) -> list[Entry]:
        """Return all rows in order."""
        ...

    def commit(self, rows: Iterable[Entry]) -> None:
        """Add rows, all or none; they survive a power cut once this returns."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class SqliteStore:
    """Rows in a SQLite file: WAL, full sync, append only.

    Args:
        path: the file; made if it is not there. read_only: for looking from another process.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file and check it.

        Raises:
            StoreError: it is damaged, of another version, or cannot be opened.
        """
        self._path = path
        self._encode = msgspec.json.Encoder(decimal_format="string").encode
        self._decode = msgspec.json.Decoder(Entry).decode
        mode = "ro" if read_only else "rwc"
        try:
            self._database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None
            )
            if not read_only:
                self._prepare()
            self._check()
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be opened: {error}") from error

    def load(self) -> list[Entry]:
        """Return all rows in order.

        Raises:
            StoreError: rows are missing or cannot be read.
        """
        rows: list[Entry] = []
        try:
            for seq, body in self._database.execute("SELECT seq, body FROM truth ORDER BY seq"):
                if seq != len(rows) + 1:
                    raise StoreError(f"{self._path} is damaged: row {len(rows) + 1} is missing")
                rows.append(self._decode(body))
        except (sqlite3.Error, msgspec.DecodeError) as error:
            raise StoreError(f"{self._path} cannot be read: {error}") from error
        return rows

    def commit(self, rows: Iterable[Entry]) -> None:
        """Add rows, all or none.

        Raises:
            StoreError: the disk is full or broken; nothing was added.
        """
        values = [(row.ts, _kind(row), self._encode(row).decode()) for row in rows]
        if not values:
            return
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                "INSERT INTO truth (ts, kind, body) VALUES (?, ?, ?)", values
            )
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise StoreError(f"{self._path} cannot be written: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        there = self._database.execute("SELECT 1 FROM sqlite_master WHERE name='truth'").fetchone()
        if there is None:
            self._database.executescript(f"{_SCHEMA} PRAGMA user_version={VERSION};")

    def _check(self) -> None:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise StoreError(f"{self._path} is of version {version}, this magents reads {VERSION}")
        (found,) = self._database.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise StoreError(f"{self._path} is damaged: {found}")


class MemoryStore:
    """Rows in a list: for storms, where a crash forgets everything else."""

    def __init__(self) -> None:
        """Start empty."""
        self.rows: list[Entry] = []

    def load(self) -> list[Entry]:
        """Return all rows in order."""
        return list(self.rows)

    def commit(self, rows: Iterable[Entry]) -> None:
        """Add rows."""
        self.rows.extend(rows)

    def close(self) -> None:
        """Do nothing."""


def _kind(row: Entry) -> str:
    return str(row.__struct_config__.tag)
