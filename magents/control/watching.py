"""Keeps what a screen may ask for of what has happened, in bounded memory.

Fed from the journal, a few records at a time.  Each is counted while it is warm (``tally.py``); the
rest is put by as the journal encoded it, and read only when somebody looks.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from magents.control.tally import Found, Numbered, Tally
from magents.journal.writing import MemoryJournal
from magents.model.money import ZERO
from magents.model.orders import Order, OrderState
from magents.model.records import (
    Amendment,
    CashFlow,
    Command,
    Entry,
    Fill,
    Halt,
    OrderEvent,
    Signal,
    Verdict,
)

ORDERS = 2_000
FILLS = 2_000
EVENTS = 4_000
THOUGHTS = 40
IN_WHOLE = 2_048
"""Records of those between two frames that are read one by one: the newest, and a few more."""

Take = Callable[[int, Any], None]


class Seen(NamedTuple):
    """An order with its fate so far."""

    order: Order
    state: OrderState
    filled: Decimal
    note: str


class _Piece(NamedTuple):
    """Records that nobody has looked at yet.

    Attributes:
        first: the number of the first. lines: encoded. skip: how many of them were read before.
        many: how many there are. found: among them.
    """

    first: int
    lines: bytes
    skip: int
    many: int
    found: Found


class Watch:
    """Takes in the journal of a run.

    Args:
        journal: what is watched.

    Attributes:
        tally: what is counted of every record. orders, fills, thoughts: the newest that were read.
    """

    def __init__(self, journal: MemoryJournal) -> None:
        """Begin with what comes from now on."""
        self._journal = journal
        self._counted = self._read_ahead = len(journal.waiting)
        self._ahead: list[Found] = []
        self._unread: deque[_Piece] = deque()
        self._unread_count = 0
        self._passed: Numbered | None = None
        self._news: deque[Entry] | None = None
        self._decode = msgspec.json.Decoder(Entry).decode_lines
        self.tally = Tally()
        self.orders: dict[str, Seen] = {}
        self.fills: deque[Fill] = deque(maxlen=FILLS)
        self.thoughts: dict[str, deque[Entry]] = {}
        self._events: deque[Numbered] = deque(maxlen=EVENTS)
        self._rare: deque[Numbered] = deque(maxlen=EVENTS)
        self._take: dict[type, Take] = {
            Signal: self._think,
            Order: self._order,
            Verdict: self._verdict,
            OrderEvent: self._event,
            Fill: self._fill,
            Amendment: self._amended,
            CashFlow: self._tell,
            Halt: self._think,
            Command: self._think,
        }
        journal.watch = self._handed_on

    def recall(self, number: int, record: Entry) -> None:
        """Take in what another process recorded before this one took the run up."""
        self._count(number, [record])
        self._read(number, [record])

    def look(self) -> None:
        """Take in what was recorded since."""
        self._count_waiting()
        if self._passed is not None:
            self._tell(*self._passed)
            self._passed = None
        for piece in self._unread:
            records = self._decode(piece.lines)[piece.skip :]
            self._read(piece.first, records)
        self._unread.clear()
        self._unread_count = 0
        waiting = self._journal.waiting
        new = waiting[self._read_ahead :]
        self._read(self._journal.records - len(new) + 1, new)
        self._read_ahead = len(waiting)

    def news(self) -> Iterable[Entry]:
        """Return the records since this was asked last; keeps them from the first time on."""
        self._count_waiting()
        fresh = [] if self._news is None else list(self._news)
        self._news = deque(maxlen=EVENTS)
        return fresh

    def forget_news(self) -> None:
        """Keep no more records for :meth:`news`, until it is asked again."""
        self._news = None

    def events(self, newest: int) -> list[Numbered]:
        """Return the newest events, oldest first: fills, refusals, and whatever is rare."""
        both = merge(reversed(self._events), reversed(self._rare), key=itemgetter(0), reverse=True)
        return list(islice(both, newest))[::-1]

    # -- every record ------------------------------------------------------------------------

    def _handed_on(self, records: list[Entry], lines: bytes) -> None:
        """Count records that were encoded, and put them by."""
        first = self._journal.records - len(records) + 1
        skip, counted = self._read_ahead, self._counted
        found = self._count(first + counted, records[counted:] if counted else records)
        if self._ahead:
            found = _together([*self._ahead, found])
            self._ahead.clear()
        self._counted = self._read_ahead = 0
        count = len(records) - skip
        self._unread.append(_Piece(first + skip, lines, skip, count, found))
        self._unread_count += count
        while self._unread_count - self._unread[0].many >= IN_WHOLE:
            self._pass_over(self._unread.popleft())

    def _count_waiting(self) -> None:
        """Count what was recorded and is not encoded yet."""
        waiting = self._journal.waiting
        new = waiting[self._counted :]
        if new:
            first = self._journal.records - len(new) + 1
            self._ahead.append(self._count(first, new))
            self._counted = len(waiting)

    def _count(self, first: int, records: Sequence[Entry]) -> Found:
        found = self.tally.take(first, records)
        if found.rare:
            self._rare.extend(found.rare)
        if self._news is not None:
            self._news.extend(records)
        return found

    def _pass_over(self, piece: _Piece) -> None:
        """Let go of the oldest of what was put by, but for what must not be missed."""
        self._unread_count -= piece.many
        rare, refused = piece.found
        self._passed = refused or self._passed
        for number, record in rare:
            if isinstance(record, Halt | Command):
                self._think(number, record)

    # -- what is looked at -------------------------------------------------------------------

    def _read(self, first: int, records: Sequence[Entry]) -> None:
        """Take in records one by one."""
        take = self._take
        for number, record in enumerate(records, first):
            act = take.get(type(record))
            if act is not None:
                act(number, record)

    def _tell(self, number: int, record: Entry) -> None:
        self._events.append((number, record))

    def _think(self, _: int, record: Entry) -> None:
        pod = getattr(record, "pod", "")
        try:
            self.thoughts[pod].append(record)
        except KeyError:
            self.thoughts[pod] = deque([record], maxlen=THOUGHTS)

    def _order(self, number: int, record: Order) -> None:
        if len(self.orders) >= ORDERS:
            del self.orders[next(iter(self.orders))]
        self.orders[record.id] = Seen(record, OrderState.CREATED, ZERO, record.reason)
        self._think(number, record)

    def _verdict(self, number: int, record: Verdict) -> None:
        if record.accepted:
            return
        self._tell(number, record)
        self._think(number, record)
        seen = self.orders.get(record.order)
        if seen is not None and seen.state is OrderState.CREATED:
            self.orders[record.order] = Seen(
                seen.order, OrderState.REFUSED, seen.filled, refusal(record)
            )

    def _event(self, number: int, record: OrderEvent) -> None:
        if record.state is OrderState.REJECTED:
            self._tell(number, record)
            self._think(number, record)
        seen = self.orders.get(record.order)
        if seen is not None:
            note = record.note or seen.note
            self.orders[record.order] = Seen(seen.order, record.state, seen.filled, note)

    def _fill(self, number: int, record: Fill) -> None:
        self._tell(number, record)
        self.fills.append(record)
        seen = self.orders.get(record.order)
        if seen is not None:
            state = OrderState.FILLED if record.complete else OrderState.PARTLY_FILLED
            filled = seen.filled + record.quantity
            self.orders[record.order] = Seen(seen.order, state, filled, f"rule {record.rule}")

    def _amended(self, _: int, record: Amendment) -> None:
        seen = self.orders.get(record.order)
        if seen is not None:
            self.orders[record.order] = seen._replace(note="amended")


def refusal(verdict: Verdict) -> str:
    """Return in words which checks refused an order."""
    failed = [check for check in verdict.checks if not check.ok]
    return "; ".join(f"{c.rule} {c.value:.6g} against a limit of {c.limit:.6g}" for c in failed)


def _together(found: Sequence[Found]) -> Found:
    """Return what was found in several parts of a piece as one, in order."""
    rare = tuple(each for part in found for each in part.rare)
    refused = next((part.refused for part in reversed(found) if part.refused), None)
    return Found(rare, refused)
