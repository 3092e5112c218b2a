"""Journals: records go in, numbers come out, a digest runs along.

Records are encoded and hashed a few at a time, and written to the disk in bulk.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from magents.model.records import Entry

FEW = 64
"""Records that wait at most before they are encoded: while they still are in the cache of the
processor, which makes it four times as fast."""

BULK = 4_096
"""Records that wait at most before they are written."""

SCHEMA = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    pod TEXT AS (json_extract(body, '$.pod')) VIRTUAL,
    order_id TEXT AS (coalesce(json_extract(body, '$.order'), json_extract(body, '$.id'))) VIRTUAL,
    instrument TEXT AS (json_extract(body, '$.instrument')) VIRTUAL
);
CREATE TABLE digest (sha256 TEXT NOT NULL, records INTEGER NOT NULL);
"""


class MemoryJournal:
    """Keeps only the running digest, and hands encoded lines to ``_keep``.

    Attributes:
        watch: shown the records that were encoded and their lines, where somebody watches.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._begin()

    def _begin(self) -> None:
        self._waiting: list[Entry] = []
        self._count = 0
        self._hash = hashlib.sha256()
        self._encode = msgspec.json.Encoder(decimal_format="string").encode_lines
        self.watch: Callable[[list[Entry], bytes], None] | None = None

    def append(self, record: Entry) -> int:
        """Add a record and return its number, counted from 1."""
        waiting = self._waiting
        waiting.append(record)
        count = self._count = self._count + 1
        if len(waiting) >= FEW:
            self._hand_on()
        return count

    def extend(self, records: Sequence[Entry]) -> None:
        """Add records in their order."""
        waiting = self._waiting
        waiting += records
        self._count += len(records)
        if len(waiting) >= FEW:
            self._hand_on()

    def flush(self) -> None:
        """Encode, hash and write what waits."""
        if self._waiting:
            self._hand_on()
        self._write()

    def _hand_on(self) -> None:
        """Encode and hash what waits."""
        lines = self._encode(self._waiting)
        self._hash.update(lines)
        self._keep(self._waiting, lines)
        if self.watch is not None:
            self.watch(self._waiting, lines)
        self._waiting.clear()

    @property
    def waiting(self) -> list[Entry]:
        """Return the records that were not handed on yet; to be read only."""
        return self._waiting

    @property
    def records(self) -> int:
        """Return how many records there are."""
        return self._count

    def digest(self) -> str:
        """Return the SHA-256 over all records, one JSON object a line, hex."""
        self.flush()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Flush for the last time."""
        self.flush()

    def _keep(self, records: list[Entry], lines: bytes) -> None:
        """Keep nothing; the records are the last ones, a line of JSON each."""

    def _write(self) -> None:
        """Write nothing."""


class SqliteJournal(MemoryJournal):
    """A journal in one SQLite file, readable by any tool.

    Args:
        path: a file that does not exist yet.
    """

    def __init__(self, path: Path) -> None:
        """Create the file."""
        super().__init__()
        self._database = sqlite3.connect(path)
        self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)

    def close(self) -> None:
        """Write what waits and the digest, and close the file."""
        digest = self.digest()
        with self._database as database:
            database.execute("DELETE FROM digest")
            database.execute("INSERT INTO digest VALUES (?, ?)", (digest, self._count))
        self._database.execute("PRAGMA journal_mode=DELETE")
        self._database.close()

    def _begin(self) -> None:
        super()._begin()
        self._rows: list[tuple[int, int, str, str]] = []

    def _keep(self, records: list[Entry], lines: bytes) -> None:
        first = self._count - len(records) + 1
        # No record holds a raw line end: JSON writes it as two letters.
        bodies = lines.decode().split("\n")
        self._rows += [
            (first + i, record.ts, _kind(body), body)
            for i, (record, body) in enumerate(zip(records, bodies, strict=False))
        ]
        if len(self._rows) >= BULK:
            self._write()

    def _write(self) -> None:
        if not self._rows:
            return
        with self._database as database:
            database.executemany(
                "INSERT INTO events (seq, ts, kind, body) VALUES (?, ?, ?, ?)", self._rows
            )
        self._rows.clear()


def _kind(body: str) -> str:
    """Return the record's kind: every body starts with it."""
    return body[9 : body.index('"', 9)]
