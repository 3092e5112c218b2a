"""The journal of a live run: on the disk before anything is sent, and whole after any crash."""

import sqlite3
from contextlib import closing
from pathlib import Path

from magents.journal.writing import SCHEMA, SqliteJournal
from magents.model.errors import BrokenPromiseError


class JournalError(BrokenPromiseError):
    """The journal of a live run cannot be written: nothing more may be decided."""


def cut(path: Path, records: int) -> None:
    """Take everything after so many records out of a journal, for another to go on from there.

    Raises:
        BrokenPromiseError: it has fewer.
    """
    with closing(sqlite3.connect(path)) as database, database:
        found = database.execute("SELECT count(*) FROM events").fetchone()[0]
        if found < records:
            raise BrokenPromiseError(f"{path} has {found} records, of {records} that there were")
        database.execute("DELETE FROM events WHERE seq > ?", (records,))
        database.execute("DELETE FROM digest")


class LiveJournal(SqliteJournal):
    """A journal whose every flush is a commit that survives a power cut (WAL, full sync).

    Args:
        path: the file; where it is there already, records are added to it.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file, and take up its digest where it stands.

        Raises:
            BrokenPromiseError: the file is damaged.
        """
        self._begin()
        self._path, self._broken = path, False
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        if self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'digest'").fetchone():
            self._take_up(path)
        else:
            self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Write what waits and the digest, and close the file; a broken one is only closed."""
        if self._broken:
            self._database.close()
            return
        try:
            super().close()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _write(self) -> None:
        """Write what waits.

        Raises:
            JournalError: the disk is full or broken; what was written before is whole.
        """
        try:
            super()._write()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> JournalError:
        self._broken = True
        return JournalError(f"{self._path} cannot be written: {error}; is the disk full?")

    def _take_up(self, path: Path) -> None:
        """Hash what is there, so that the digest is that of one whole journal."""
        found = self._database.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise BrokenPromiseError(f"{path} is damaged: {found}")
        for seq, body in self._database.execute("SELECT seq, body FROM events ORDER BY seq"):
            if seq != self._count + 1:
                raise BrokenPromiseError(f"{path} is damaged: record {self._count + 1} is missing")
            self._hash.update(body.encode() + b"\n")
            self._count = seq
