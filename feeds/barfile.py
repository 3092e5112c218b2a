"""One file of bars: where it is, which columns it has, how it writes instants."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from feeds.columns import Columns
from feeds.stamps import Form

CodeOf = Callable[[str], int]
"""Gives the number of an instrument, see :mod:`feeds.coder`."""

MISSING = ("", "NA", "N/A", "nan", "NaN", "NAN", "null", "NULL", "None")
"""Texts that mean there is no value."""


@dataclass(frozen=True, slots=True)
class BarFile:
    """A file of bars.

    Attributes:
        form: how its instants are written; ``None`` where a Parquet column is typed.
        instrument: the instrument of a file without a symbol column.
        delimiter: of a CSV file, empty for Parquet.
    """

    path: Path
    columns: Columns
    form: Form | None
    instrument: str | None
    delimiter: str = ""

    @property
    def parquet(self) -> bool:
        """Whether the file is Parquet."""
        return not self.delimiter

    @property
    def long(self) -> bool:
        """Whether the file has a symbol column."""
        return "symbol" in self.columns.roles

    def where(self, line: int) -> str:
        """Write a place in the file for people."""
        return f"{self.path}:row {line}" if self.parquet else f"{self.path}:{line}"
