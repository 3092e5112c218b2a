"""Keeps what a screen may ask for of what has happened, in bounded memory.

Fed from the journal in bulk, so that a record costs next to nothing while nobody looks.
"""

from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from magents.control.kinds import kinds_of, met_a_limit
from magents.journal.writing import MemoryJournal
from magents.model.money import ZERO
from magents.model.orders import Order, OrderState
from magents.model.records import (
    Amendment,
    Command,
    Entry,
    Fill,
    Halt,
    OrderEvent,
    Signal,
    Verdict,
)
from magents.model.snapshots import Mark, MarkKind
from magents.model.time import MINUTE

ORDERS = 2_000
FILLS = 2_000
EVENTS = 4_000
THOUGHTS = 40
MARKS = 400
IN_WHOLE = 8_192
"""Records of those between two frames that are taken in one by one: the newest, and a few more."""

Numbered = tuple[int, Entry]
Take = Callable[[int, Any], None]


class Seen(NamedTuple):
    """An order with its fate so far."""

    order: Order
    state: OrderState
    filled: Decimal
    note: str


class Watch:
    """Takes in the journal of a run.

    Args:
        journal: what is watched.
    """

    def __init__(self, journal: MemoryJournal) -> None:
        """Begin with what comes from now on."""
        self._journal = journal
        self._ahead = 0
        self._number = journal.records
        self._unread: deque[list[Entry]] = deque()
        self._unread_count = 0
        self._news: deque[Entry] | None = None
        self.orders: dict[str, Seen] = {}
        self.fills: deque[Fill] = deque(maxlen=FILLS)
        self.events: deque[Numbered] = deque(maxlen=EVENTS)
        self.signals: dict[tuple[str, str], dict[str, Signal]] = {}
        self.thoughts: dict[str, deque[Entry]] = {}
        self.counts: dict[str, int] = {}
        self.pod_fills: dict[str, int] = {}
        self.marks = Marks()
        self._take: dict[type, Take] = {
            Signal: self._mind,
            Order: self._order,
            Verdict: self._verdict,
            OrderEvent: self._event,
            Fill: self._fill,
            Amendment: self._amended,
        }
        journal.watch = self._flushed

    def recall(self, past: Iterable[Numbered]) -> None:
        """Take in what another process recorded before this one took the run up."""
        for number, record in past:
            self._take.get(type(record), self._tell)(number, record)

    def look(self) -> None:
        """Take in what was recorded since."""
        waiting = self._journal.waiting
        if len(waiting) > self._ahead:
            new = waiting[self._ahead :]
            self._ahead = len(waiting)
            self._put_by(new)
        self._read()

    def news(self) -> Iterable[Entry]:
        """Return the records since this was asked last; keeps them from the first time on."""
        if self._news is None:
            self._news = deque(maxlen=EVENTS)
        self.look()
        fresh = list(self._news)
        self._news.clear()
        return fresh

    def forget_news(self) -> None:
        """Keep no more records for :meth:`news`."""
        self._news = None

    def _flushed(self, records: list[Entry]) -> None:
        new = records[self._ahead :]
        self._ahead = 0
        self._put_by(new)
        while self._unread_count - len(self._unread[0]) >= IN_WHOLE:
            self._pass_over(self._unread.popleft())

    def _pass_over(self, records: list[Entry]) -> None:
        """Skim the oldest of what was put by."""
        self._skim(self._number, records)
        self._number += len(records)
        self._unread_count -= len(records)

    def _put_by(self, records: list[Entry]) -> None:
        """Keep records until somebody looks, or there are too many."""
        if self._news is not None:
            self._news.extend(records)
        self._unread.append(records)
        self._unread_count += len(records)

    def _read(self) -> None:
        """Take in what was put by, one by one."""
        take, number = self._take, self._number
        for records in self._unread:
            for record in records:
                number += 1
                take.get(type(record), self._tell)(number, record)
        self._number = number
        self._unread.clear()
        self._unread_count = 0

    def _skim(self, number: int, records: list[Entry]) -> None:
        """Take in what nobody will look at one by one: thousands of records between two frames."""
        signals, fills, refused = self.signals, self.pod_fills, 0
        breaches = filled = 0
        last: Verdict | None = None
        record: Any
        for record in records:
            number += 1
            # Not isinstance: it is asked of every record, most of which are the first two kinds.
            kind = type(record)
            if kind is Signal:
                try:
                    signals[record.pod, record.agent][record.instrument] = record
                except KeyError:
                    self._signal(number, record)
            elif kind is Order or kind is OrderEvent:
                continue
            elif kind is Verdict:
                if not record.accepted:
                    refused += 1
                    last = record
                    breaches += met_a_limit(record)
            elif kind is Fill:
                fills[record.pod] = fills.get(record.pod, 0) + 1
                filled = filled or record.ts
            else:
                self._tell(number, record)
        if filled:
            self.marks.add(filled, "fill")
        if last is not None:
            self._tell(number, last)
            self._count("refusal", refused - 1)
            self._count("breach", breaches - met_a_limit(last))

    def _count(self, kind: str, more: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + more

    def _tell(self, number: int, record: Entry) -> None:
        """Keep an event, count it, and mark it on the time line."""
        self.events.append((number, record))
        kinds = kinds_of(record)
        for kind in kinds:
            self._count(kind, 1)
            self.marks.add(record.ts, kind)
        if isinstance(record, Halt | Command | Verdict | OrderEvent):
            self._think(record)

    def _think(self, record: Entry) -> None:
        pod = getattr(record, "pod", "")
        thoughts = self.thoughts.get(pod)
        if thoughts is None:
            thoughts = self.thoughts[pod] = deque(maxlen=THOUGHTS)
        thoughts.append(record)

    def _signal(self, number: int, record: Signal) -> None:
        agent = (record.pod, record.agent)
        self.signals.setdefault(agent, {})[record.instrument] = record

    def signals_of(self, pod: str) -> list[Signal]:
        """Return the newest signal of each agent of a pod about each instrument."""
        return [s for (of, _), by in self.signals.items() if of == pod for s in by.values()]

    def _mind(self, number: int, record: Signal) -> None:
        self._signal(number, record)
        self._think(record)

    def _order(self, number: int, record: Order) -> None:
        if len(self.orders) >= ORDERS:
            del self.orders[next(iter(self.orders))]
        self.orders[record.id] = Seen(record, OrderState.CREATED, ZERO, record.reason)
        self._think(record)

    def _verdict(self, number: int, record: Verdict) -> None:
        if record.accepted:
            return
        self._tell(number, record)
        seen = self.orders.get(record.order)
        if seen is not None and seen.state is OrderState.CREATED:
            self.orders[record.order] = seen._replace(
                state=OrderState.REFUSED, note=refusal(record)
            )

    def _event(self, number: int, record: OrderEvent) -> None:
        if record.state is OrderState.REJECTED:
            self._tell(number, record)
        seen = self.orders.get(record.order)
        if seen is not None:
            self.orders[record.order] = seen._replace(
                state=record.state, note=record.note or seen.note
            )

    def _fill(self, number: int, record: Fill) -> None:
        self._tell(number, record)
        self.fills.append(record)
        self.pod_fills[record.pod] = self.pod_fills.get(record.pod, 0) + 1
        seen = self.orders.get(record.order)
        if seen is not None:
            state = OrderState.FILLED if record.complete else OrderState.PARTLY_FILLED
            filled = seen.filled + record.quantity
            self.orders[record.order] = seen._replace(
                state=state, filled=filled, note=f"rule {record.rule}"
            )

    def _amended(self, number: int, record: Amendment) -> None:
        seen = self.orders.get(record.order)
        if seen is not None:
            self.orders[record.order] = seen._replace(note="amended")


def refusal(verdict: Verdict) -> str:
    """Return in words which checks refused an order."""
    failed = [check for check in verdict.checks if not check.ok]
    return "; ".join(f"{c.rule} {c.value:.6g} against a limit of {c.limit:.6g}" for c in failed)


class Marks:
    """What happened where on the time line: at most one of a kind in each piece of time."""

    def __init__(self) -> None:
        """Mark nothing; pieces are a minute at first, and grow."""
        self._width = MINUTE
        self._at: dict[tuple[str, int], int] = {}

    def add(self, ts: int, kind: str) -> None:
        """Mark that something of a kind happened."""
        if kind in _MARKED:
            self._at.setdefault((kind, ts // self._width), ts)
            if len(self._at) > MARKS:
                self._widen()

    def rows(self) -> tuple[Mark, ...]:
        """Return the marks in order of time."""
        marked = sorted((ts, kind) for (kind, _), ts in self._at.items())
        return tuple(Mark(ts, _MARKED[kind]) for ts, kind in marked)

    def _widen(self) -> None:
        self._width *= 2
        before, self._at = self._at, {}
        for (kind, _), ts in before.items():
            self._at.setdefault((kind, ts // self._width), ts)


_MARKED: dict[str, MarkKind] = {
    "fill": "fill",
    "refusal": "refusal",
    "notice": "notice",
    "breach": "breach",
    "halt": "halt",
    "kill": "kill",
}
