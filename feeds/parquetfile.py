"""Bars in Parquet, batch by batch; the same floats as from CSV of the same rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from feeds import arrow
from feeds.barfile import BarFile, CodeOf
from feeds.columns import find_columns
from feeds.exact import DATE, NUMBER, SYMBOL
from feeds.rows import FIELDS, Codes, Problem, RawRows
from feeds.stamps import HOW, Form, epoch_form, form_of, parse
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
        msg = f"{path}: the file {error}"
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
    reader = _BatchReader(file, code_of, prices=prices)
    line = 1
    # Buffered, so that a column chunk is never held whole.
    with pq.ParquetFile(file.path, pre_buffer=False, buffer_size=_BUFFER) as source:
        rows = max(1024, size // 64)
        for batch in source.iter_batches(rows, columns=reader.wanted, use_threads=False):
            yield reader.read(batch, line)
            line += batch.num_rows


class _BatchReader:
    def __init__(self, file: BarFile, code_of: CodeOf, *, prices: bool) -> None:
        self.file = file
        self.code_of = code_of
        self.names = {role: file.columns.names[at] for role, at in file.columns.roles.items()}
        fields = FIELDS if prices else ()
        self.fields = [name for name in fields if name in self.names]
        keys = ["stamp", *(["symbol"] if file.long else []), *self.fields]
        self.wanted = [self.names[key] for key in keys]

    def read(self, batch: Any, line: int) -> RawRows:
        """Return a batch's rows; ``line`` is the number of its first."""
        code = self._codes(batch)
        problems: list[Problem] = []
        bad = np.zeros(len(code), np.bool_)
        labels = _Labels(self, batch, line)
        stamp = self._instants(batch, labels, problems, bad)
        values = self._values(batch, labels, problems, bad)
        self._note_nameless(batch, labels, problems, bad)
        problems = [found for found in problems if code[found.line - line] != -1]
        lines = np.arange(line, line + len(code), dtype=np.int64)
        rows = RawRows(lines, code, stamp, values, problems)
        return rows.take(~bad) if bad.any() else rows

    def _codes(self, batch: Any) -> Codes:
        if self.file.instrument is not None:
            return np.full(batch.num_rows, self.code_of(self.file.instrument), np.int32)
        numbers, symbols = arrow.codes(batch.column(self.names["symbol"]))
        # A row without a symbol is a problem of its own; 0 lets it through to there.
        known = [self.code_of((symbol or "").strip()) for symbol in symbols]
        return np.array([*known, 0], np.int32)[numbers]

    def _note_nameless(
        self, batch: Any, labels: "_Labels", problems: list[Problem], bad: Any
    ) -> None:
        if self.file.instrument is not None or not batch.column(self.names["symbol"]).null_count:
            return
        numbers, _ = arrow.codes(batch.column(self.names["symbol"]))
        for row in np.flatnonzero((numbers < 0) & ~bad):
            bad[row] = True
            problems.append(labels.problem(int(row), SYMBOL, "the row names no instrument"))

    def _instants(
        self, batch: Any, labels: "_Labels", problems: list[Problem], bad: Any
    ) -> Instants:
        column = batch.column(self.names["stamp"])
        try:
            return arrow.instants(column, self.file.form)
        except ValueError:
            pass
        stamps = np.zeros(batch.num_rows, np.int64)
        for row in range(batch.num_rows):
            try:
                stamps[row] = _one_instant(column.slice(row, 1), self.file.form)
            except ValueError:
                bad[row] = True
                text = f"{column[row].as_py()!r} is not a date like the others here"
                problems.append(labels.problem(row, DATE, text, HOW))
        return stamps

    def _values(self, batch: Any, labels: "_Labels", problems: list[Problem], bad: Any) -> Floats:
        values = np.full((len(FIELDS), batch.num_rows), np.nan)
        for place, name in enumerate(FIELDS):
            if name not in self.fields:
                continue
            column = batch.column(self.names[name])
            try:
                values[place] = arrow.floats(column)
            except ValueError:
                self._slow_values(values[place], name, column, labels, problems, bad)
        return values

    def _slow_values(
        self, out: Any, name: str, column: Any, labels: "_Labels", problems: list[Problem], bad: Any
    ) -> None:
        for row, value in enumerate(column.to_pylist()):
            try:
                out[row] = np.nan if value is None else float(value)
            except ValueError:
                if not bad[row]:
                    text = f"{name} {value!r} is not a number"
                    problems.append(labels.problem(row, NUMBER, text))
                bad[row] = True


def _one_instant(column: Any, form: Form | None) -> int:
    value = column[0].as_py()
    if form is not None and value is not None and not isinstance(value, int):
        return parse(str(value).strip(), form)
    if isinstance(value, int) and form is not None and epoch_form(value) is not form:
        return parse(str(value), form)
    return int(arrow.instants(column, form)[0])


class _Labels:
    """Names a row for people."""

    def __init__(self, reader: _BatchReader, batch: Any, line: int) -> None:
        self.reader = reader
        self.batch = batch
        self.line = line

    def problem(self, row: int, reason: str, text: str, mend: str = "mend the row") -> Problem:
        stamp = self.batch.column(self.reader.names["stamp"])[row].as_py()
        symbol = self.reader.file.instrument
        if symbol is None:
            symbol = self.batch.column(self.reader.names["symbol"])[row].as_py()
        label = " ".join(str(word) for word in (symbol, stamp) if word is not None)
        return Problem(self.line + int(row), label, reason, text, None, mend)
