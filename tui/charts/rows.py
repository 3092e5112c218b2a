"""What every renderer gives: rows of runs, a run being text and the name of its style."""

from collections.abc import Sequence
from typing import Literal

Run = tuple[str, str]
"""Text and a style's name: ``gain``, ``loss``, ``muted``, ``accent``, ``warn`` or empty."""
Row = tuple[Run, ...]
Charset = Literal["braille", "block", "ascii"]


def plain(row: Row) -> str:
    """Return a row's characters without its styles."""
    return "".join(text for text, _ in row)


def join(chars: Sequence[str], styles: Sequence[str]) -> Row:
    """Make a row of one character a cell, neighbours of one style in one run."""
    runs: list[Run] = []
    start = 0
    for at in range(1, len(chars) + 1):
        if at == len(chars) or styles[at] != styles[start]:
            runs.append(("".join(chars[start:at]), styles[start]))
            start = at
    return tuple(runs)


def width(row: Row) -> int:
    """Return how many cells a row takes; every character here is one cell wide."""
    return sum(len(text) for text, _ in row)


def fit(row: Row, cells: int) -> Row:
    """Cut or pad a row to a number of cells."""
    out: list[Run] = []
    left = cells
    for text, style in row:
        out.append((text[:left], style))
        left -= len(out[-1][0])
        if left <= 0:
            return tuple(out)
    return (*out, (" " * left, ""))
