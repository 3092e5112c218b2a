"""Reading a run's journal back, and walking the way back from a fill to its data."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from magents.model.errors import UnknownNameError
from magents.model.orders import Order
from magents.model.records import Entry, Fill, Signal

Numbered = tuple[int, Entry]


def read(
    path: Path,
    *,
    pod: str | None = None,
    order: str | None = None,
    instrument: str | None = None,
    kind: str | None = None,
    limit: int | None = None,
) -> Iterator[Numbered]:
    """Yield (number, record) in order, of those that match every filter given.

    Args:
        path: the journal file of a run.
    """
    wanted = {"pod": pod, "order_id": order, "instrument": instrument, "kind": kind}
    filters = {column: value for column, value in wanted.items() if value is not None}
    where = " AND ".join(f"{column} = ?" for column in filters) or "1"
    query = f"SELECT seq, body FROM events WHERE {where} ORDER BY seq LIMIT ?"  # noqa: S608 - fixed names
    decode = msgspec.json.Decoder(Entry).decode
    with closing(_open(path)) as database:
        for seq, body in database.execute(query, (*filters.values(), limit or -1)):
            yield seq, decode(body)


def stored_digest(path: Path) -> tuple[str, int] | None:
    """Return the digest and the number of records written at the run's end, if it ended."""
    with closing(_open(path)) as database:
        row = database.execute("SELECT sha256, records FROM digest").fetchone()
    return (row[0], row[1]) if row else None


def begins_as(path: Path, other: Path) -> int | None:
    """Return how many records another journal has, where this one begins with them; else none."""
    query = "SELECT body FROM events ORDER BY seq"
    with closing(_open(path)) as ours, closing(_open(other)) as theirs:
        mine = ours.execute(query)
        count = 0
        for body in theirs.execute(query):
            if mine.fetchone() != body:
                return None
            count += 1
    return count


def trace(path: Path, name: str) -> list[Numbered]:
    """Return all records of one order, with the signal that caused it, in order.

    Args:
        path: the journal file of a run.
        name: an order's id, or the number of a fill.

    Raises:
        UnknownNameError: no such order or fill.
    """
    order = _order_of(path, name)
    chain = list(read(path, order=order))
    if not chain:
        msg = f"no order or fill {name} in {path}; `magents journal show` lists them"
        raise UnknownNameError(msg)
    intent = next(entry for _, entry in chain if isinstance(entry, Order))
    return ([_record(path, intent.signal)] if intent.signal else []) + chain


def _order_of(path: Path, name: str) -> str:
    """Return the order's id: of fill number ``name`` where it is a number."""
    if not name.isdigit():
        return name
    fills = (entry for _, entry in read(path, kind="fill"))
    return next((f.order for f in fills if isinstance(f, Fill) and f.id == int(name)), name)


def _record(path: Path, seq: int) -> Numbered:
    with closing(_open(path)) as database:
        (body,) = database.execute("SELECT body FROM events WHERE seq = ?", (seq,)).fetchone()
    return seq, msgspec.json.decode(body, type=Signal)


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        msg = f"{path} is not there: the folder holds no journal of a run"
        raise UnknownNameError(msg)
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
