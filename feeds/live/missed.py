"""Trades that were missed while a connection was gone: made up for in order, each exactly once.

From the loss on, what the stream tells of an instrument is kept back.  Once the stream is asked for
again, so is the venue for its last trades, and those after the last one told are told; again and
again, until an answer has the first trade of the new stream: then nothing can lie between the two,
and what was kept back goes on.  Where an answer does not reach back far enough, that is said.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
"""A trade as ccxt gives it."""
LATE = 1_000
"""Milliseconds by which the stream may tell later what REST told already."""
MOST_JOINED = 10_000
"""Trades in one message at most, for a count to be believed."""
KEPT_BACK = 20_000
"""Trades of one instrument that are kept back at most; then they are told without the missed."""


def ids_of(trade: Row) -> list[str]:
    """Return the ids of the trades that a message is of.

    OKX joins the matches of one order at one price in one message: it has the last id and their
    ``count``, and REST tells them one by one.  Source: OKX API guide, "Trades channel".
    """
    info, last = trade.get("info"), str(trade["id"])
    count = str(info.get("count") or "") if isinstance(info, Mapping) else ""
    if not count.isdigit() or not last.isdigit() or not 1 < int(count) <= MOST_JOINED:
        return [last]
    return [str(number) for number in range(int(last) - int(count) + 1, int(last) + 1)]


class Line:
    """The trades of one instrument.

    Attributes:
        held: what is kept back, ``None`` for nothing. made_up: ids that REST told, and the stream
            may tell yet, with their sizes.
    """

    __slots__ = ("_told", "_ts", "held", "made_up")

    def __init__(self) -> None:
        """Have lost nothing yet."""
        self._told: set[str] = set()
        self._ts = 0
        self.made_up: dict[str, float] = {}
        self.held: list[Row] | None = None

    def admit(self, trade: Row) -> Row | None:
        """Return what of a trade of the stream is told now: all, nothing, or what is left of it."""
        if self.held is not None:
            self.held.append(trade)
            return None
        if trade["timestamp"] > self._ts + LATE:
            self.made_up = {}
        ids = ids_of(trade)
        known = [self.made_up[each] for each in ids if each in self.made_up]
        if not known:
            return trade
        left = float(trade["amount"]) - math.fsum(known)
        return {**trade, "amount": left} if len(known) < len(ids) and left > 0 else None

    def lose(self, told: Sequence[Row]) -> None:
        """Keep back what comes from now on; where nothing was told yet, nothing can be missed.

        Args:
            told: the last trades of the stream; they recognise those of the same millisecond.
        """
        if self.held is not None or not told:
            return
        self.held = []
        self._told = {*self.made_up, *(each for trade in told for each in ids_of(trade))}
        self._ts = max(self._ts, *(int(trade["timestamp"]) for trade in told))

    def make_up(self, found: Sequence[Row]) -> tuple[list[Row], bool, bool]:
        """Return the missed trades, whether all are there, and whether the stream has taken over.

        Args:
            found: the last trades by the venue, in any order.
        """
        rows, after = sorted(found, key=_order), self._ts
        late = [row for row in rows if row["timestamp"] >= after]
        missed = [row for row in late if str(row["id"]) not in self._told]
        whole = any(row["timestamp"] <= after for row in rows)
        self.made_up |= {str(row["id"]): float(row["amount"]) for row in missed}
        self._told |= self.made_up.keys()
        self._ts = max([after, *(int(row["timestamp"]) for row in missed)])
        return missed, whole, self._joined(rows)

    def _joined(self, rows: Sequence[Row]) -> bool:
        """Return whether an answer has the first trade kept back, or begins after it."""
        if not self.held or not rows:
            return False
        first = self.held[0]
        known = any(row["id"] == first["id"] for row in rows)
        return known or first["timestamp"] < rows[0]["timestamp"]

    def let_go(self) -> list[Row]:
        """Return what was kept back and may be told now, and keep nothing back any more."""
        held, self.held = self.held or [], None
        return [told for trade in held if (told := self.admit(trade)) is not None]


class Missed:
    """The trades of one venue, by symbol.

    Attributes:
        idle: whether all that the stream tells is told at once.
    """

    def __init__(self, symbols: Iterable[str]) -> None:
        """Have lost nothing yet."""
        self.idle = True
        self._lines = {symbol: Line() for symbol in symbols}
        self._each = tuple(self._lines.values())

    @property
    def waiting(self) -> list[str]:
        """Return the symbols of which trades may have been missed."""
        return [name for name, line in self._lines.items() if line.held is not None]

    def admit(self, trade: Row) -> Sequence[Row]:
        """Return what of the stream is told now: a trade, nothing, or all that was kept back."""
        line = self._lines[trade["symbol"]]
        told = line.admit(trade)
        if told is not None:
            self.idle = all(each.held is None and not each.made_up for each in self._each)
            return (told,)
        if line.held is not None and len(line.held) >= KEPT_BACK:
            return line.let_go()
        return ()

    def lose(self, symbol: str, told: Sequence[Row]) -> None:
        """Keep back what is told of a symbol from now on; ``told`` are its last trades."""
        self._lines[symbol].lose(told)
        self.idle = False

    def make_up(self, symbol: str, found: Sequence[Row] | None) -> tuple[list[Row], int, str]:
        """Return what is told now, how many of it had been missed, and what is to be said of it.

        Args:
            found: the last trades by the venue, ``None`` where it did not tell them.
        """
        line = self._lines[symbol]
        if line.held is None:
            return [], 0, ""
        if found is None:
            return line.let_go(), 0, "trades of a lost connection could not be fetched"
        missed, whole, joined = line.make_up(found)
        why = "" if whole else "the venue's last trades do not reach back to a lost connection"
        return [*missed, *(line.let_go() if joined else ())], len(missed), why


def _order(row: Row) -> tuple[int, int]:
    """Return the order of trades: by time, and by number where a venue numbers them."""
    number = str(row["id"])
    return int(row["timestamp"]), int(number) if number.isdigit() else 0
