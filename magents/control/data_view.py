"""How the world comes in: sources with age, rate and gaps, every bounded queue, the clock."""

from collections.abc import Iterator
from typing import Any

from magents.book.marks import PanelMarks
from magents.model.ports import Watched
from magents.model.snapshots import DataView, FeedRow
from magents.model.time import SECOND
from magents.runtime.gauging import queue_row
from magents.runtime.inbox import Inbox
from magents.runtime.meter import Meter
from magents.staff import Parts

STALE = 10 * SECOND
"""Silence of a live feed after which it is called stale."""


class DataViews:
    """Makes what is on the data screen; asked now and then, it reckons rates of its own.

    Args:
        parts: of the fund.
    """

    def __init__(self, parts: Parts) -> None:
        """Have seen nothing pass yet."""
        self._parts = parts
        self._meters = {name: Meter() for name in parts.marks.tables}
        self._closed: dict[str, int] = {}

    def view(self, *, ended: bool, live: bool) -> DataView:
        """Return everything on the data screen.

        Args:
            ended: whether the data have ended.
            live: whether they should come all the time, so that silence is worth a word.
        """
        feed = self._parts.feed
        health = feed.health() if isinstance(feed, Watched) else DataView()
        return DataView(
            feeds=(*health.feeds, *self._panels(ended=ended, live=live)),
            queues=(*health.queues, *map(queue_row, _inboxes(self._parts))),
            offset=health.offset,
        )

    def _panels(self, *, ended: bool, live: bool) -> Iterator[FeedRow]:
        now = self._parts.clock.now()
        for name, table in self._parts.marks.tables.items():
            seen, closed = passed(table, now, self._closed.get(name, 0))
            self._closed[name] = closed
            age = now - closed if closed else -1
            meter, panel = self._meters[name], table.panel
            meter.reach(seen)
            stale = live and (age > STALE or not seen)
            yield FeedRow(
                source=name,
                state="ended" if ended else "stale" if stale else "ok",
                age=age,
                rate=meter.rate(),
                seen=seen,
                note=f"{len(panel.instruments)} instruments, {panel.level}",
            )


def passed(table: PanelMarks, now: int, closed: int) -> tuple[int, int]:
    """Return how many rows of a panel have closed, and when the last did.

    Args:
        table: of the panel. now: the instant. closed: when the last had at the look before: a new
            block begins with a row that is still to come, and knows nothing of those before.
    """
    row = int(table.ts.searchsorted(now, "right"))
    return table.over + row, int(table.ts[row - 1]) if row else closed


def _inboxes(parts: Parts) -> Iterator[Inbox[Any]]:
    yield parts.risk.inbox
    yield parts.execution.inbox
    yield parts.office.inbox
    for staff in parts.staff.values():
        yield staff.desk.market
        if staff.desk.wants_updates:
            yield staff.desk.updates
