"""One file of facts as columns of text, numbers or instants, read whole."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from feeds import arrow
from feeds.barfile import MISSING
from feeds.lines import head
from feeds.stamps import Form, form_of, parse
from magents.model.bars import Floats, Instants
from magents.model.errors import DataError
from magents.model.time import DAY

NEVER = -1
"""Stands for an instant that is not given."""


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of instants: ``ts`` shape [N] with :data:`NEVER` where missing.

    ``dates`` tells whether they are dates without a time; ``unread`` lists rows in no known form.
    """

    ts: Instants
    dates: bool
    unread: tuple[int, ...]


class FactFile:
    """A file of facts; column names are lower case."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            DataError: it cannot be read.
        """
        self.path = path
        self.parquet = path.name.lower().endswith(".parquet")
        try:
            self._table = pq.read_table(path, use_threads=False) if self.parquet else _csv(path)
        except pa.ArrowInvalid as error:
            raise DataError(f"{path} cannot be read: {error}") from error
        self.names = [name.strip().lower() for name in self._table.column_names]

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._table.num_rows)

    def has(self, name: str) -> bool:
        """Tell whether there is such a column."""
        return name in self.names

    def where(self, row: int) -> str:
        """Write the place of a row (0-based) for people."""
        return f"{self.path}:row {row + 1}" if self.parquet else f"{self.path}:{row + 2}"

    def _column(self, name: str) -> pa.ChunkedArray:
        return self._table.column(self.names.index(name))

    def numbers(self, name: str) -> Floats | None:
        """Return a column as float64, NaN where missing; ``None`` if it is not numeric."""
        try:
            return arrow.floats(self._column(name))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None

    def texts(self, name: str) -> npt.NDArray[np.object_]:
        """Return a column as text, empty where missing."""
        values = self._column(name).cast(pa.string()).to_pylist()
        return np.array([(value or "").strip() for value in values], dtype=object)

    def moments(self, name: str) -> Moments:
        """Return a column of dates or times as instants."""
        column = self._column(name)
        kind = column.type
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            return _typed(column)
        return _written([str(value or "") for value in column.to_pylist()])


def _csv(path: Path) -> pa.Table:
    names = next(csv.reader(head(path)[:1]), [])
    types = {name: pa.string() for name in names}
    return pacsv.read_csv(
        path,
        pacsv.ReadOptions(use_threads=False),
        pacsv.ParseOptions(newlines_in_values=True),
        pacsv.ConvertOptions(
            column_types=types, null_values=list(MISSING), strings_can_be_null=True
        ),
    )


def _typed(column: pa.ChunkedArray) -> Moments:
    given = column.is_valid().to_numpy(zero_copy_only=False)
    ts = np.full(len(column), NEVER, np.int64)
    ts[given] = arrow.instants(column.drop_null(), None)
    return Moments(ts, bool((ts[given] % DAY == 0).all()), ())


def _written(texts: Sequence[str]) -> Moments:
    """Read texts; each distinct one once."""
    form = next((found for text in texts if (found := form_of(text.strip()))), Form.DATE)
    read: dict[str, int | None] = {"": NEVER}
    for text in dict.fromkeys(texts):
        if text:
            read[text] = _one(text.strip(), form)
    values = [read[text] for text in texts]
    unread = tuple(row for row, value in enumerate(values) if value is None)
    ts = np.array([NEVER if value is None else value for value in values], np.int64)
    return Moments(ts, form in {Form.DATE, Form.COMPACT}, unread)


def _one(text: str, form: Form) -> int | None:
    try:
        return parse(text, form)
    except ValueError:
        return None
