"""Whether the orders of a fund may go straight through to the books; see docs/decisions/0024."""

from brokers.simulated.exchange import SimulatedExchange
from magents.central.straight import StraightThrough
from magents.model.ports import Stream
from magents.staff import Parts
from pods.straight import writer_for


def short_way(parts: Parts) -> StraightThrough | None:
    """Return the short way of a fund's orders, ``None`` where only the long one is right.

    History only: a stream, live or recorded, brings rows when they are over, some of them late.
    All pods must trade to target on one agent's word, everything must be booked plainly, and the
    next open of the one panel of bars must be all that decides on a market order.
    """
    if isinstance(parts.feed, Stream):
        return None
    venue = parts.venue.straight() if isinstance(parts.venue, SimulatedExchange) else None
    if venue is None or not parts.exposure.plain or len(parts.feed.panels) != 1:
        return None
    found = {name: writer_for(each.pod, each.desk) for name, each in parts.staff.items()}
    writers = {name: writer for name, writer in found.items() if writer is not None}
    if len(writers) < len(found):
        return None
    return StraightThrough(
        parts.clock,
        parts.journal,
        parts.orders,
        parts.risk,
        parts.office,
        writers,
        parts.exposure.columns,
        venue,
        parts.marks.tables[parts.panels[0].name],
    )
