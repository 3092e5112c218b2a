"""Small pictures inside a line of text: sparklines, gauges, bars of depth."""

from collections.abc import Sequence
from math import isfinite

from tui.charts.rows import Charset, Row
from tui.charts.scale import buckets, scale_of

LEVELS = {"braille": "▁▂▃▄▅▆▇█", "block": "▁▂▃▄▅▆▇█", "ascii": "_.-=+*#@"}
EIGHTHS = " ▏▎▍▌▋▊▉█"
WARN_AT = 0.8
"""A limit is worth a look from this share of it on."""


def spark(values: Sequence[float], width: int, charset: Charset = "block") -> str:
    """Draw a series in one line, a character a piece of it; blank where there is nothing."""
    finite = [value for value in values if isfinite(value)]
    if not finite or width < 1:
        return " " * max(width, 0)
    levels = LEVELS[charset]
    count = min(width, len(finite))
    scale = scale_of(finite, len(levels))
    ends = [finite[(at + 1) * len(finite) // count - 1] for at in range(count)]
    return "".join(levels[len(levels) - 1 - scale.at(end)] for end in ends).rjust(width)


def gauge(share: float, width: int, charset: Charset = "block") -> Row:
    """Draw how much of a limit is used: full cells, an eighth's cell, dots for what is left.

    Green below :data:`WARN_AT`, yellow to the limit, red from it on.
    """
    style = "loss" if share >= 1 else "warn" if share >= WARN_AT else "gain"
    filled = _bar(share, width, charset)
    return (
        (filled, style),
        (("." if charset == "ascii" else "·") * (width - len(filled)), "muted"),
    )


def bar(share: float, width: int, style: str, charset: Charset = "block") -> Row:
    """Draw a share of a width as a bar of one style, blank where it ends."""
    filled = _bar(share, width, charset)
    return ((filled, style), (" " * (width - len(filled)), ""))


def _bar(share: float, width: int, charset: Charset) -> str:
    bounded = min(1.0, max(0.0, share)) if isfinite(share) else 0.0
    if charset == "ascii":
        return "#" * round(bounded * width)
    whole, part = divmod(round(bounded * width * 8), 8)
    return EIGHTHS[-1] * whole + (EIGHTHS[part] if part else "")


def envelope(values: Sequence[float], width: int) -> list[float]:
    """Return the deepest value of each of ``width`` pieces, for areas that hang from zero."""
    return [low for low, _ in buckets(values, width)]
