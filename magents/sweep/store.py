"""The memory of a sweep: each outcome is on disk before the next is awaited.

One SQLite file in the sweep's folder; a trial is known by the key of its content, so whatever is
in there never has to be run again.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from magents.model.errors import UserError
from magents.sweep.outcome import FAILED, Outcome

NAME = "sweep.sqlite"
_LOCK = "sweep.lock"
_SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS plan (key TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    error TEXT NOT NULL,
    figures TEXT NOT NULL,
    ts BLOB NOT NULL,
    returns BLOB NOT NULL,
    seconds REAL NOT NULL,
    worker TEXT NOT NULL
);
"""


class SweepIsBusyError(UserError):
    """Another process works on this sweep."""


class Store:
    """The outcomes of one sweep; one process at a time may write.

    Args:
        folder: of the sweep, which exists.

    Raises:
        SweepIsBusyError: another process has it.
    """

    def __init__(self, folder: Path) -> None:
        """Open or create the file."""
        self.folder = folder
        self._lock = _locked(folder)
        self._database = sqlite3.connect(folder / NAME)
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the sweep."""
        self._database.execute("PRAGMA journal_mode=DELETE")
        self._database.close()
        os.close(self._lock)

    def describe(self, key: str, body: dict[str, Any]) -> None:
        """Write down which sweep this is."""
        with self._database as database:
            database.execute("DELETE FROM plan")
            text = msgspec.json.encode(body).decode()
            database.execute("INSERT INTO plan VALUES (?, ?)", (key, text))

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome, in place of a failed one of the same trial."""
        figures = msgspec.json.encode(outcome.figures).decode()
        row = (outcome.key, outcome.state, outcome.error, figures, outcome.ts, outcome.returns)
        with self._database as database:
            database.execute(
                "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, outcome.seconds, outcome.worker),
            )

    def finished(self) -> set[str]:
        """Return the keys of the trials that need not be run again: all but failed ones."""
        found = self._database.execute("SELECT key FROM outcomes WHERE state != ?", (FAILED,))
        return {key for (key,) in found}

    def outcomes(self, keys: list[str]) -> Iterator[Outcome | None]:
        """Yield the outcome of each key, ``None`` where there is none yet."""
        for key in keys:
            row = self._database.execute(
                "SELECT key, state, error, figures, ts, returns, seconds, worker"
                " FROM outcomes WHERE key = ?",
                (key,),
            ).fetchone()
            yield None if row is None else _outcome(row)


def plan_key(folder: Path) -> str | None:
    """Return which sweep a folder holds, ``None`` where it holds none."""
    path = folder / NAME
    if not path.is_file():
        return None
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        row = database.execute("SELECT key FROM plan").fetchone()
    except sqlite3.DatabaseError:
        return None
    finally:
        database.close()
    return None if row is None else str(row[0])


def _outcome(row: tuple[Any, ...]) -> Outcome:
    key, state, error, figures, ts, returns, seconds, worker = row
    numbers = msgspec.json.decode(figures)
    return Outcome(key, state, error, numbers, ts, returns, seconds, worker)


def _locked(folder: Path) -> int:
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        msg = f"{folder} is being worked on by another process; wait for it, or add --fresh"
        raise SweepIsBusyError(msg) from None
    return lock
