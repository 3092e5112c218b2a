"""The instants under a chart: the first, the last, and some between where there is room."""

from collections.abc import Sequence

from magents.model.time import DAY
from tui.charts.equity import AXIS, NARROW
from tui.charts.rows import Row
from tui.format import Zone

ROOM = 24
"""Cells for one instant and the blanks around it."""


def foot(ts: Sequence[int], zone: Zone, width: int) -> Row:
    """Write when the points of a chart were.

    Args:
        ts: of points evenly laid out, oldest first; at least one.
        zone: they are written in. width: cells, the chart's axis included.
    """
    room = width - (AXIS if width >= NARROW else 0)
    brief = ts[-1] - ts[0] < 2 * DAY
    write = zone.clock if brief else zone.day
    first, last = (zone.stamp(ts[0]) if brief else write(ts[0])), write(ts[-1])
    text = first
    count = max(2, room // ROOM)
    for at in range(1, count - 1):
        place = at * (room - len(last)) // (count - 1)
        middle = (place + len(last) / 2) / room
        text = text.ljust(place) + write(ts[round(middle * (len(ts) - 1))])
    text = text.ljust(max(len(text) + 1, room - len(last))) + last
    return ((text[:width].ljust(width), "muted"),)
