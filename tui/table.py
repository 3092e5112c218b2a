"""A table without a screen: columns, rows, sort, filter, widths, CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

SHORT = 12
"""A column that grows is content with so many cells."""
GAP = 2
"""Blanks between columns."""


class Cell(NamedTuple):
    """What stands in a cell, its style, and what it sorts and exports as (its text if ``None``)."""

    text: str
    style: str = ""
    value: float | str | None = None

    def key(self) -> float | str:
        """Return what the cell sorts by."""
        return self.text if self.value is None else self.value


class Line(NamedTuple):
    """A row: a key that stays the same while the row is about the same thing, and its cells."""

    key: str
    cells: tuple[Cell, ...]


class Column(NamedTuple):
    """A column.

    Attributes:
        name: its heading, and what a filter calls it, in lower case.
        align: numbers stand at the right.
        rank: columns of a high rank go first where there is too little room; 0 never goes.
        grow: takes the room that is left; such a column may be cut.
        least: cells that a column which grows is content with, before others go.
    """

    name: str
    align: Literal["left", "right"] = "left"
    rank: int = 0
    grow: bool = False
    least: int = SHORT


@dataclass(frozen=True)
class View:
    """How a table is looked at: sorted by which column, which way, and filtered by what."""

    sort: int | None = None
    descending: bool = False
    needle: str = ""


def arrange(columns: Sequence[Column], lines: Sequence[Line], view: View) -> list[Line]:
    """Return the lines that pass the filter, in the order asked for; ties keep theirs."""
    tests = [_Word(columns, word) for word in view.needle.lower().split()]
    kept = [line for line in lines if all(test(line) for test in tests)]
    if view.sort is None:
        return kept
    at = view.sort
    return sorted(kept, key=lambda line: _rank(line.cells[at]), reverse=view.descending)


def _rank(cell: Cell) -> tuple[int, float, str]:
    """Return a key that lets numbers and words stand in one column."""
    key = cell.key()
    return (1, 0.0, key.lower()) if isinstance(key, str) else (0, float(key), "")


class _Word:
    """Whether a line passes one word: ``abc``, ``!abc``, ``pod:ma``, ``qty>100``, ``pnl<0``."""

    def __init__(self, columns: Sequence[Column], word: str) -> None:
        self._wanted = not word.startswith("!")
        self._column, self._sign, self._value = _split(columns, word.removeprefix("!"))

    def __call__(self, line: Line) -> bool:
        return self._passes(line) is self._wanted

    def _passes(self, line: Line) -> bool:
        cells = line.cells if self._column is None else line.cells[self._column : self._column + 1]
        if self._sign == ":":
            return any(self._value in cell.text.lower() for cell in cells)
        return any(self._compares(cell) for cell in cells)

    def _compares(self, cell: Cell) -> bool:
        key = cell.key()
        try:
            ours, theirs = float(key), float(self._value)
        except ValueError:
            return False
        return ours > theirs if self._sign == ">" else ours < theirs


def _split(columns: Sequence[Column], word: str) -> tuple[int | None, str, str]:
    """Take a word apart; a word that names no column is looked for everywhere."""
    for at, column in enumerate(columns):
        for sign in ":<>":
            start = f"{column.name.lower()}{sign}"
            if word.startswith(start):
                return at, sign, word[len(start) :]
    return None, ":", word


def widths(columns: Sequence[Column], lines: Sequence[Line], room: int) -> dict[int, int]:
    """Return the width of each column that is shown, by its place, so that they fill the room."""
    need = {at: _need(column, at, lines) for at, column in enumerate(columns)}
    while sum(need.values()) + GAP * (len(need) - 1) > room and len(need) > 1:
        last = max(need, key=lambda at: (columns[at].rank, at))
        if columns[last].rank == 0:
            break
        del need[last]
    return _spread(columns, need, room)


def _need(column: Column, at: int, lines: Sequence[Line]) -> int:
    longest = max((len(line.cells[at].text) for line in lines), default=0)
    head = len(column.name) + 1
    return max(head, min(longest, column.least) if column.grow else longest)


def _spread(columns: Sequence[Column], need: dict[int, int], room: int) -> dict[int, int]:
    spare = room - sum(need.values()) - GAP * (len(need) - 1)
    growing = [at for at in need if columns[at].grow]
    if spare > 0 and growing:
        need[growing[-1]] += spare
    elif spare < 0:
        last = growing[-1] if growing else max(need)
        need[last] = max(1, need[last] + spare)
    return need


def to_csv(columns: Sequence[Column], lines: Sequence[Line]) -> str:
    """Write lines as CSV: numbers as they are, everything else as it is shown."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name.lower() for column in columns])
    writer.writerows([[cell.key() for cell in line.cells] for line in lines])
    return out.getvalue()
