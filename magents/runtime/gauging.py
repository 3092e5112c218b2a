"""What a screen is told of a bounded queue."""

from typing import Any

from magents.model.snapshots import QueueRow
from magents.runtime.inbox import Inbox


def queue_row(inbox: Inbox[Any]) -> QueueRow:
    """Return how full a queue is, and was."""
    counts = inbox.statistics()
    return QueueRow(
        counts.name,
        counts.waiting,
        counts.capacity,
        counts.peak,
        counts.dropped,
        str(inbox.overflow.value),
    )
