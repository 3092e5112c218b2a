"""How a fund begins: with its capital, or where its journal says that it was."""

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Protocol, runtime_checkable

import numpy as np

from magents.book.marks import forward_fill
from magents.central.allocator import shares
from magents.central.order_past import restore_orders
from magents.journal.past import Booked, Past
from magents.model.orders import OrderState
from magents.model.ports import Stream
from magents.model.records import Allocation, CashFlow, Fill, OrderEvent, Verdict
from magents.staff import Parts

GONE = "resumed: the simulated exchange ended with the process"


@runtime_checkable
class Forgetful(Protocol):
    """A venue that lives in this process, and must be told what it was before."""

    def remember(
        self, booked: Iterable[Booked], notional: Callable[[Fill], Decimal], last_fill: int
    ) -> None:
        """Book what was booked, and number fills from there."""
        ...


@runtime_checkable
class Mindful(Protocol):
    """A venue that lives elsewhere, and knows what the fund may have missed."""

    def recall(self, past: Past, states: Mapping[str, OrderState]) -> None:
        """Take note of what the fund had heard when its process ended."""
        ...


def begin(parts: Parts, past: Past | None, wanted: dict[str, float | None]) -> None:
    """Give every pod its capital, or all it had.

    Args:
        parts: of the fund. past: what an earlier run left. wanted: parts of the capital by pod.
    """
    now = parts.clock.now()
    if past is None:
        for pod, amount in shares(parts.settings.global_.initial_capital, wanted).items():
            parts.ledger.allocate(pod, amount)
            parts.venue.custody.allocate(pod, amount)
            parts.journal.append(Allocation(now, pod, amount))
    else:
        _restore(past, parts)
        _suppose_prices(past, parts)
        story = [*past.story, *_end_orders(past, parts, now)]
        states = restore_orders(story, parts.orders, parts.exposure)
        for entry in story:
            if isinstance(entry, Verdict) and not entry.accepted:
                parts.risk.refusals.append(entry)
        if isinstance(parts.venue, Mindful):
            parts.venue.recall(past, states)
    parts.exposure.read_books()
    parts.equity.start(now, None if past is None else past.curve)
    for book in parts.ledger.books.values():
        for instrument, position in sorted(book.positions.items()):
            if position.quantity:
                parts.equity.note(now, book.name, instrument, late=False)
    for name in parts.exposure.pods:
        parts.exposure.reread(name)


def _restore(past: Past, parts: Parts) -> None:
    """Book all that the journal has, in the books and where the venue does not know it itself."""
    ledger, office = parts.ledger, parts.office
    for pod, amount in past.allocations.items():
        ledger.allocate(pod, amount)
        parts.venue.custody.allocate(pod, amount)
    for event in past.booked:
        if isinstance(event, Fill):
            ledger.apply(event)
            office.fills.append(event)
        elif isinstance(event, CashFlow):
            ledger.pay(event)
            office.flows.append(event)
        else:
            ledger.adjust(event)
            office.adjustments.append(event)
    if isinstance(parts.venue, Forgetful):
        parts.venue.remember(past.booked, ledger.notional, past.last_fill)
    for name, staff in parts.staff.items():
        staff.desk.number_from(past.counts.get(name, 0))


def _suppose_prices(past: Past, parts: Parts) -> None:
    """Value what is held at the newest price known: of the bars before, else of the last fill."""
    newest = {fill.instrument: float(fill.price) for fill in past.fills}
    feed = parts.feed
    for panel in parts.panels:
        block = feed.warmup(panel) if isinstance(feed, Stream) else None
        if block is not None:
            last = forward_fill(block.marks, np.full(len(panel.instruments), np.nan))[-1]
            known = zip(panel.instruments, last.tolist(), strict=True)
            newest |= {name: price for name, price in known if not math.isnan(price)}
    held = {name for book in parts.ledger.books.values() for name in book.positions}
    for name in sorted(held):
        if name in newest and name in parts.marks.where:
            parts.marks.suppose(name, newest[name])


def _end_orders(past: Past, parts: Parts, now: int) -> list[OrderEvent]:
    """Write down that orders ended with the exchange they were at; others ask their venue."""
    if not isinstance(parts.venue, Forgetful):
        return []
    cancelled = OrderState.CANCELLED
    ended = [
        OrderEvent(now, order.pod, order.id, order.instrument, cancelled, GONE)
        for order in past.open.values()
    ]
    for event in ended:
        parts.journal.append(event)
    return ended
