"""Value over time: a line with its axis, and under it how far below its peak it is."""

from collections.abc import Sequence

from tui.charts.line import DENSITY, line_on
from tui.charts.rows import Charset, Row
from tui.charts.scale import Scale, buckets, labels, scale_of
from tui.charts.spark import envelope

AXIS = 9
"""Cells of the axis at the right: a blank and a number."""
NARROW = 30
"""Below this width the axis is left out."""
UPPER = {"braille": (" ", "▀", "█"), "block": (" ", "▀", "█"), "ascii": (" ", "'", "#")}
"""A cell of a hanging area that is empty, half full, full."""
FLAT = -1e-4
"""A drawdown no deeper than this is drawn as none."""
TICK_ROWS = 3
"""One axis number in so many rows."""


def equity(
    values: Sequence[float],
    width: int,
    height: int,
    charset: Charset = "braille",
    start: float | None = None,
) -> list[Row]:
    """Draw a value's line, its colour that of the gain since ``start``, with an axis at the right.

    Args:
        values: the value at points evenly laid out, oldest first.
        width: cells, axis included. height: rows.
        charset: which characters may be used.
        start: what the gain counts from; the first value where not given.
    """
    if not values or width < 1 or height < 1:
        return [((" " * max(width, 0), ""),)] * max(height, 0)
    room = width - (AXIS if width >= NARROW else 0)
    across, down = DENSITY[charset]
    scale = scale_of(values, height * down)
    drawn = line_on(scale, buckets(values, room * across), room, charset)
    style = "gain" if values[-1] >= (values[0] if start is None else start) else "loss"
    numbers = _labels(scale, height, down)
    return [
        _line_row(text, style, numbers.get(at, ""), width - room) for at, text in enumerate(drawn)
    ]


def drawdown(
    values: Sequence[float], width: int, height: int, charset: Charset = "braille"
) -> list[Row]:
    """Draw how far below its peak a value was, as an area that hangs from zero.

    Args:
        values: shares of the peak, 0 at it and -0.1 a tenth below.
        width: cells, axis included. height: rows. charset: which characters may be used.
    """
    if not values or width < 1 or height < 1:
        return [((" " * max(width, 0), ""),)] * max(height, 0)
    room = width - (AXIS if width >= NARROW else 0)
    deepest = min(FLAT, *values)
    halves = [round(low / deepest * height * 2) for low in envelope(values, room)]
    marks = UPPER[charset]
    rows = []
    for at in range(height):
        text = "".join(marks[min(2, max(0, count - 2 * at))] for count in halves)
        label = (
            "0%"
            if at == 0 and height > 1
            else _share(deepest)
            if at == height - 1 and deepest < FLAT
            else ""
        )
        rows.append(_line_row(text, "loss", label, width - room))
    return rows


def _share(deepest: float) -> str:
    """Write a fall: ``-5.1%``, with more decimals where it is small."""
    size = abs(deepest)
    return f"{deepest:.{1 if size >= 0.01 else 2 if size >= 0.001 else 3}%}"  # noqa: PLR2004


def drawdowns(values: Sequence[float]) -> list[float]:
    """Return how far below its peak so far each value is, as a share: 0 or negative."""
    peak = 0.0
    found = []
    for value in values:
        peak = max(peak, value)
        found.append(value / peak - 1 if peak > 0 else 0.0)
    return found


def _labels(scale: Scale, height: int, down: int) -> dict[int, str]:
    """Return the axis numbers by row."""
    found = labels(scale, max(1, height // TICK_ROWS))
    return {scale.at(value) // down: text for value, text in found}


def _line_row(text: str, style: str, label: str, axis: int) -> Row:
    if not axis:
        return ((text, style),)
    return (
        (text, style),
        (("┤" if label else "│"), "muted"),
        (label[: axis - 1].rjust(axis - 1), "muted"),
    )
