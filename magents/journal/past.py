"""What a journal says of a run that ended or died: enough to go on where it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from magents.journal.curve import Curve
from magents.journal.reading import Numbered, read
from magents.journal.standing import Standing
from magents.model.orders import CLOSED, FORCED, Order
from magents.model.records import (
    Adjustment,
    Allocation,
    Amendment,
    CashFlow,
    Command,
    Entry,
    Fill,
    Halt,
    Notice,
    OrderEvent,
    Verdict,
)

_STORY = (Order, Verdict, OrderEvent, Amendment, Fill, Notice)
Booked = Fill | CashFlow | Adjustment


@dataclass(slots=True)
class Past:
    """A run so far.

    Attributes:
        allocations: capital by pod. booked: what moved money or units, in order.
        open: orders without an end, oldest first. unjudged: ids of those without a verdict.
        counts: the last order number by pod.
        story: what became of orders, and notices, in order. records: how many there were.
        standing: what was halted, limited or killed. since, until: the instants of the
            first record and of the last. curve: of equity, where there is one.
    """

    allocations: dict[str, Decimal] = field(default_factory=dict)
    booked: list[Booked] = field(default_factory=list)
    open: dict[str, Order] = field(default_factory=dict)
    unjudged: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    story: list[Entry] = field(default_factory=list)
    records: int = 0
    standing: Standing = field(default_factory=Standing)
    since: int = 0
    until: int = 0
    curve: Curve | None = None

    @property
    def fills(self) -> Sequence[Fill]:
        """Return the fills, in order."""
        return [each for each in self.booked if isinstance(each, Fill)]

    @property
    def last_fill(self) -> int:
        """Return the number of the last fill, 0 before the first."""
        return max((fill.id for fill in self.fills), default=0)


def past_of(path: Path) -> Past:
    """Read a journal; the file of a run that still goes on may be read too.

    Raises:
        UnknownNameError: there is no journal.
    """
    return past_from(read(path))


def past_in(path: Path) -> Past | None:
    """Return what a journal says, ``None`` where it is not there or its run never began."""
    past = past_of(path) if path.is_file() else None
    return past if past is not None and past.allocations else None


def past_from(records: Iterable[Numbered]) -> Past:
    """Return what numbered records say of a run so far."""
    past = Past()
    for seq, entry in records:
        past.records, past.until = seq, max(past.until, entry.ts)
        past.since = past.since or entry.ts
        if isinstance(entry, _STORY):
            past.story.append(entry)
        if isinstance(entry, Command):
            past.standing.told(entry, past.allocations)
        elif isinstance(entry, Halt):
            past.standing.halted(entry)
        else:
            _book(past, entry)
    return past


def _book(past: Past, entry: Entry) -> None:
    """Take note of capital, orders and what moved money or units."""
    if isinstance(entry, Allocation):
        before = past.allocations.get(entry.pod, Decimal(0))
        past.allocations[entry.pod] = before + entry.amount
    elif isinstance(entry, Order):
        _take_in(past, entry)
    elif isinstance(entry, Verdict):
        # A verdict on an order that has one is about an amendment: the order works on.
        if entry.order in past.unjudged and not entry.accepted:
            past.open.pop(entry.order, None)
        past.unjudged.discard(entry.order)
    elif isinstance(entry, OrderEvent):
        if entry.state in CLOSED:
            past.open.pop(entry.order, None)
    elif isinstance(entry, (Fill, CashFlow, Adjustment)):
        past.booked.append(entry)
        if isinstance(entry, Fill) and entry.complete:
            past.open.pop(entry.order, None)


def _take_in(past: Past, order: Order) -> None:
    past.open[order.id] = order
    past.unjudged.add(order.id)
    owner, _, number = order.id.rpartition(":")
    name = FORCED.rstrip(":") if order.forced else owner
    past.counts[name] = max(past.counts.get(name, 0), int(number or 0))
