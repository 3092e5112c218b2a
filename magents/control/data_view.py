"""How the world comes in: panels, their age and rate, and every bounded queue."""

from collections.abc import Iterator
from typing import Any

from magents.model.snapshots import DataView, FeedRow, QueueRow
from magents.model.time import SECOND
from magents.runtime.inbox import Inbox
from magents.staff import Parts

STALE = 10 * SECOND
"""Silence of a live feed after which it is called stale."""


def data_view(parts: Parts, elapsed: float, *, ended: bool, live: bool = False) -> DataView:
    """Return everything on the data screen.

    Args:
        elapsed: real seconds since the run began. ended: whether the data have ended.
        live: whether they should come all the time, so that silence is worth a word.
    """
    return DataView(
        feeds=tuple(_feeds(parts, elapsed, ended=ended, live=live)),
        queues=tuple(_queue(inbox) for inbox in _inboxes(parts)),
    )


def _feeds(parts: Parts, elapsed: float, *, ended: bool, live: bool) -> Iterator[FeedRow]:
    now = parts.clock.now()
    for table in parts.marks.tables.values():
        row = int(table.ts.searchsorted(now, "right")) - 1
        age = now - int(table.ts[row]) if row >= 0 else -1
        panel = table.panel
        stale = live and (age < 0 or age > STALE)
        yield FeedRow(
            source=panel.name,
            state="ended" if ended else "stale" if stale else "ok",
            age=age,
            rate=parts.data.bars / elapsed if elapsed > 0 else 0.0,
            seen=parts.data.bars,
            note=f"{len(panel.instruments)} instruments, {panel.level}",
        )


def _inboxes(parts: Parts) -> Iterator[Inbox[Any]]:
    yield parts.risk.inbox
    yield parts.execution.inbox
    yield parts.office.inbox
    for staff in parts.staff.values():
        yield staff.desk.market
        if staff.desk.wants_updates:
            yield staff.desk.updates


def _queue(inbox: Inbox[Any]) -> QueueRow:
    counts = inbox.statistics()
    return QueueRow(
        counts.name,
        counts.waiting,
        counts.capacity,
        counts.peak,
        counts.dropped,
        str(inbox.overflow.value),
    )
