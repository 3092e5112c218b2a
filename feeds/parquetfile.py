"""Bars in Parquet, batch by batch; the same floats as from CSV of the same rows."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from feeds import arrow
from feeds.barfile import MISSING, BarFile, CodeOf
from feeds.coder import SKIPPED
from feeds.columns import find_columns
from feeds.exact import DATE, NUMBER, SYMBOL
from feeds.rows import FIELDS, Codes, Problem, RawRows
from feeds.stamps import HOW, Form, form_of, parse
from magents.model.bars import Floats, Instants
from magents.model.errors import DataError

_BUFFER = 1 << 18


def open_parquet(path: Path, instrument: str) -> BarFile | None:
    """Look at the columns and the first rows; ``None`` for a file without rows.

    Raises:
        DataError: it is no Parquet file, columns are missing, or dates are not in our forms.
    """
    try:
        with pq.ParquetFile(path) as file:
            columns = find_columns(file.schema_arrow.names)
            if not file.metadata.num_rows:
                return None
            form = _find_form(path, file, columns.names[columns.roles["stamp"]])
    except pa.ArrowInvalid as error:
        msg = f"{path} cannot be read as Parquet: {error}"
        raise DataError(msg) from error
    except ValueError as error:
        msg = f"{path}: the file {error}; move it to a folder of its own if it holds no bars"
        raise DataError(msg) from error
    one = None if "symbol" in columns.roles else instrument
    return BarFile(path, columns, form, one)


def _find_form(path: Path, file: Any, name: str) -> Form | None:
    kind = file.schema_arrow.field(name).type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return None
    batch = next(file.iter_batches(batch_size=50, columns=[name], use_threads=False))
    values = [value for value in batch.column(0).to_pylist() if value is not None]
    for value in values:
        if form := form_of(str(value).strip()):
            return form
    msg = f"{path}:row 1: {values[:1]} is not a date that can be read for certain; {HOW}"
    raise DataError(msg)


def read_parquet(
    file: BarFile, code_of: CodeOf, size: int, *, prices: bool = True
) -> Iterator[RawRows]:
    """Yield the rows of a Parquet file in batches of about ``size`` bytes of text."""
    names = {role: file.columns.names[at] for role, at in file.columns.roles.items()}
    wanted = [
        names[role] for role in ("stamp", "symbol", *(FIELDS if prices else ())) if role in names
    ]
    line = 1
    # Buffered, so that a column chunk is never held whole.
    with pq.ParquetFile(file.path, pre_buffer=False, buffer_size=_BUFFER) as source:
        rows = max(1024, size // 64)
        for batch in source.iter_batches(rows, columns=wanted, use_threads=False):
            columns = {role: batch.column(names[role]) for role in names if names[role] in wanted}
            yield _Batch(file, code_of, columns, line).rows()
            line += batch.num_rows


class _Batch:
    """Some rows on their way; ``line`` is the number of the first, ``columns`` are by role."""

    def __init__(
        self, file: BarFile, code_of: CodeOf, columns: Mapping[str, Any], line: int
    ) -> None:
        self.file = file
        self.code_of = code_of
        self.columns = columns
        self.line = line
        self.count = len(columns["stamp"])
        self.bad = np.zeros(self.count, np.bool_)
        self.problems: list[Problem] = []

    def rows(self) -> RawRows:
        """Return the readable rows, and what is wrong with the others."""
        code = self._codes()
        stamp = self._stamps()
        values = self._values()
        lines = np.arange(self.line, self.line + self.count, dtype=np.int64)
        mine = [found for found in self.problems if code[found.line - self.line] != SKIPPED]
        rows = RawRows(lines, code, stamp, values, mine)
        return rows.take(~self.bad) if self.bad.any() else rows

    def _codes(self) -> Codes:
        if self.file.instrument is not None:
            return np.full(self.count, self.code_of(self.file.instrument), np.int32)
        numbers, symbols = arrow.codes(self.columns["symbol"])
        names = [(symbol or "").strip() for symbol in symbols]
        nameless = np.array([*(name in MISSING for name in names), True])[numbers]
        for row in np.flatnonzero(nameless):
            self._note(int(row), SYMBOL, "the row names no instrument", orphan=True)
        known = [0 if name in MISSING else self.code_of(name) for name in names]
        return np.array([*known, 0], np.int32)[numbers]

    def _stamps(self) -> Instants:
        column = self.columns["stamp"]
        try:
            return arrow.instants(column, self.file.form)
        except ValueError:
            return np.array([self._stamp(row, column) for row in range(self.count)], np.int64)

    def _stamp(self, row: int, column: Any) -> int:
        try:
            return _one_instant(column.slice(row, 1), self.file.form)
        except ValueError:
            text = f"{column[row].as_py()!r} is not a date like the others here"
            self._note(row, DATE, text, HOW)
            return 0

    def _values(self) -> Floats:
        values = np.full((len(FIELDS), self.count), np.nan)
        for place, name in enumerate(FIELDS):
            if name not in self.columns:
                continue
            try:
                values[place] = arrow.floats(self.columns[name])
            except ValueError:
                texts = self.columns[name].to_pylist()
                values[place] = [self._number(row, name, text) for row, text in enumerate(texts)]
        return values

    def _number(self, row: int, name: str, value: Any) -> float:
        if value is None or value in MISSING:
            return math.nan
        try:
            return float(value)
        except ValueError:
            self._note(row, NUMBER, f"{name} {value!r} is not a number")
            return math.nan

    def _note(
        self, row: int, reason: str, text: str, mend: str = "mend the row", *, orphan: bool = False
    ) -> None:
        """Mark a row as bad, for the first thing that is wrong with it."""
        if self.bad[row]:
            return
        self.bad[row] = True
        stamp, symbol = self.columns["stamp"][row].as_py(), self.file.instrument
        if symbol is None:
            symbol = self.columns["symbol"][row].as_py()
        label = " ".join(str(word) for word in (symbol, stamp) if word is not None)
        found = Problem(self.line + row, label, reason, text, None, mend, orphan=orphan)
        self.problems.append(found)


def _one_instant(column: Any, form: Form | None) -> int:
    """Read one value the slow way.

    Raises:
        ValueError: it is missing, or in another form than the file's.
    """
    value = column[0].as_py()
    if value is None or form is None:
        return int(arrow.instants(column, form)[0])
    return parse(str(value).strip(), form)
