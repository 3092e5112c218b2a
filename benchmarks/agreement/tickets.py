"""Orders, bars and fills as all sides read and write them; standard library only."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

COMMISSION = 0.001
"""Of the notional of each fill."""
CAPITAL = 1_000_000_000
"""So much that nobody asks whether an order can be paid for."""


class Ticket(NamedTuple):
    """One order, sent as soon as a session has closed.

    Attributes:
        number: from 1, in the order of sending. session: the one that has closed, ``2016-02-08``.
        side: ``buy`` or ``sell``. type: ``market``, ``limit``, ``stop`` or ``stop_limit``.
        limit, stop: prices, 0 where the type has none.
        tif: ``gtc``, or ``day`` for the next session only.
    """

    number: int
    session: str
    instrument: str
    side: str
    quantity: int
    type: str
    limit: float
    stop: float
    tif: str

    @property
    def sign(self) -> int:
        """Return 1 to buy, -1 to sell."""
        return 1 if self.side == "buy" else -1


class Candle(NamedTuple):
    """One bar of one instrument; instants in nanoseconds, UTC."""

    session: str
    instrument: str
    open_ts: int
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: int


class Done(NamedTuple):
    """A fill: of which order, in the bar of which session, at what price, and the fee."""

    number: int
    session: str
    price: float
    quantity: int
    fee: float


def write_rows(path: Path, rows: Sequence[Ticket] | Sequence[Candle]) -> None:
    """Write a file of tickets or candles."""
    with path.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0]._fields)
        writer.writerows(rows)


def read_tickets(path: Path) -> list[Ticket]:
    """Read what :func:`write_rows` wrote."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [
        Ticket(int(n), session, name, side, int(units), kind, float(limit), float(stop), tif)
        for n, session, name, side, units, kind, limit, stop, tif in rows
    ]


def read_candles(path: Path) -> list[Candle]:
    """Read what :func:`write_rows` wrote."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [
        Candle(row[0], row[1], int(row[2]), int(row[3]), *map(float, row[4:8]), int(row[8]))
        for row in rows
    ]


def by_instrument(candles: Iterable[Candle]) -> dict[str, list[Candle]]:
    """Return each instrument's candles, in order."""
    table: dict[str, list[Candle]] = {}
    for candle in candles:
        table.setdefault(candle.instrument, []).append(candle)
    return table


def by_session(tickets: Iterable[Ticket]) -> dict[str, list[Ticket]]:
    """Return the tickets sent after each session."""
    table: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        table.setdefault(ticket.session, []).append(ticket)
    return table


def read_all() -> tuple[list[Ticket], list[Candle]]:
    """Read both files of the directory on the command line."""
    directory = Path(sys.argv[1])
    return read_tickets(directory / "orders.csv"), read_candles(directory / "bars.csv")


def answer(version: str, fills: Iterable[Done]) -> None:
    """Print what the driver reads."""
    print(json.dumps({"version": version, "fills": [list(fill) for fill in fills]}), flush=True)
