"""The time line: how far the run has come, where the cursor is, and what happened where."""

from collections.abc import Iterable
from typing import NamedTuple

from tui.charts.rows import Charset, Row, join

GRAVITY = ("fill", "refusal", "notice", "breach", "halt", "kill")
"""Kinds of events by how much they matter; where several fall in a cell the last one shows."""
SIGNS = {"fill": "╵", "refusal": "x", "notice": "·", "breach": "!", "halt": "■", "kill": "✖"}
STYLES = {
    "fill": "accent",
    "refusal": "warn",
    "notice": "muted",
    "breach": "warn",
    "halt": "loss",
    "kill": "loss",
}


class Span(NamedTuple):
    """Instants of a run, in nanoseconds: its ends, the newest computed, the one shown."""

    start: int
    end: int
    computed: int
    shown: int


def rail(
    span: Span, marks: Iterable[tuple[int, str]], width: int, charset: Charset = "block"
) -> Row:
    """Draw a run's time from start to end: done, still to come, events, and the cursor.

    Args:
        span: the instants. marks: instants and kinds of what happened.
        width: cells. charset: which characters may be used.
    """
    if width < 1:
        return ()
    done, ahead, cursor = ("=", "-", "O") if charset == "ascii" else ("━", "─", "●")
    reached = cell_of(span, span.computed, width)
    chars = [done if at <= reached else ahead for at in range(width)]
    styles = ["accent" if at <= reached else "muted" for at in range(width)]
    rank = [-1] * width
    for when, kind in marks:
        at = cell_of(span, when, width)
        gravity = GRAVITY.index(kind) if kind in GRAVITY else 0
        if gravity > rank[at]:
            rank[at] = gravity
            chars[at] = SIGNS.get(kind, done) if charset != "ascii" else kind[:1]
            styles[at] = STYLES.get(kind, "accent")
    here = cell_of(span, span.shown, width)
    chars[here], styles[here] = cursor, "cursor"
    return join(chars, styles)


def cell_of(span: Span, when: int, width: int) -> int:
    """Return the cell of an instant; those outside the run go to its ends."""
    length = max(1, span.end - span.start)
    return min(width - 1, max(0, (when - span.start) * (width - 1) // length))


def instant_of(span: Span, cell: int, width: int) -> int:
    """Return the instant a cell stands for, for clicks on the line."""
    if width < 2:  # noqa: PLR2004 - one cell is the start
        return span.start
    return span.start + (span.end - span.start) * min(max(cell, 0), width - 1) // (width - 1)
