"""Files of ticks, CSV or Parquet, read batch by batch as columns of numpy."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from feeds import arrow
from feeds.barfile import MISSING
from feeds.lines import head
from feeds.stamps import HOW, Form, form_of
from feeds.ticks_columns import TEXTS, find_roles
from magents.model.errors import DataError

Columns = dict[str, npt.NDArray[Any]]
_BATCH = 1 << 20
_ROWS = 1 << 15
_PROBE = 50


@dataclass(frozen=True, slots=True)
class TickFile:
    """A file of ticks.

    Attributes:
        roles: role to the column's name. form: how instants are written, ``None`` where the
            column has a type. symbol: whose ticks, where the file has no symbol column.
        delimiter: of a CSV file, empty for Parquet.
    """

    path: Path
    level: str
    roles: Mapping[str, str]
    form: Form | None
    symbol: str
    delimiter: str


def open_ticks_file(path: Path, level: str, symbol: str) -> TickFile | None:
    """Look at a file's columns and first rows; ``None`` for one without rows.

    Raises:
        DataError: it cannot be read, a column is missing, or dates are not in our forms.
    """
    look = _look_parquet if path.name.lower().endswith(".parquet") else _look_csv
    try:
        return look(path, level, symbol)
    except ValueError as error:  # pyarrow's errors are ValueErrors
        raise DataError(f"{path}: the file {error}") from error


def _look_csv(path: Path, level: str, symbol: str) -> TickFile | None:
    lines = head(path)
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    header, *rows = [row for row in csv.reader(lines[:_PROBE], delimiter=delimiter) if row] or [[]]
    if not rows:
        return None
    roles = find_roles(level, header)
    place = header.index(roles["ts"])
    form = _form([row[place] for row in rows if len(row) > place])
    return TickFile(path, level, roles, form, symbol, delimiter)


def _look_parquet(path: Path, level: str, symbol: str) -> TickFile | None:
    with pq.ParquetFile(path) as file:
        roles = find_roles(level, file.schema_arrow.names)
        if not file.metadata.num_rows:
            return None
        kind = file.schema_arrow.field(roles["ts"]).type
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            return TickFile(path, level, roles, None, symbol, "")
        batch = next(file.iter_batches(_PROBE, columns=[roles["ts"]], use_threads=False))
        form = _form([str(value) for value in batch.column(0).to_pylist() if value is not None])
        return TickFile(path, level, roles, form, symbol, "")


def _form(texts: Sequence[str]) -> Form:
    for text in texts:
        if form := form_of(text.strip()):
            return form
    msg = f"has {texts[:1]} where an instant should be; {HOW}"
    raise ValueError(msg)


def read_batches(file: TickFile, wanted: Sequence[str]) -> Iterator[Columns]:
    """Yield the wanted roles that the file has, batch by batch.

    ``ts`` is in nanoseconds, numbers are floats, words are objects in lower case but for symbols.

    Raises:
        DataError: something cannot be read; says where, as far as that is known.
    """
    roles = {role: file.roles[role] for role in wanted if role in file.roles}
    batches = _csv_batches(file, roles) if file.delimiter else _parquet_batches(file, roles)
    try:
        for batch in batches:
            yield {role: _column(batch.column(name), role, file) for role, name in roles.items()}
    except ValueError as error:
        raise DataError(f"{file.path}: {error}") from error


def _parquet_batches(file: TickFile, roles: Mapping[str, str]) -> Iterator[Any]:
    with pq.ParquetFile(file.path) as source:
        yield from source.iter_batches(_ROWS, columns=list(roles.values()), use_threads=False)


def _csv_batches(file: TickFile, roles: Mapping[str, str]) -> Iterator[Any]:
    types = {name: _type(role, file) for role, name in roles.items()}
    converting = pacsv.ConvertOptions(
        column_types=types,
        include_columns=list(types),
        null_values=list(MISSING),
        strings_can_be_null=True,
    )
    reading = pacsv.ReadOptions(use_threads=False, block_size=_BATCH)
    parsing = pacsv.ParseOptions(delimiter=file.delimiter)
    with pacsv.open_csv(file.path, reading, parsing, converting) as source:
        yield from source


def _type(role: str, file: TickFile) -> Any:  # noqa: ANN401 - pyarrow has no types
    if role == "ts":
        return arrow.stamp_type(file.form)
    return pa.string() if role in TEXTS else pa.float64()


def _column(
    column: Any,  # noqa: ANN401
    role: str,
    file: TickFile,
) -> npt.NDArray[Any]:
    if role == "ts":
        return arrow.instants(column, file.form)
    if role not in TEXTS:
        return arrow.floats(column)
    numbers, words = arrow.codes(column)
    known = [(word or "").strip() for word in words]
    texts = known if role == "symbol" else [word.lower() for word in known]
    return np.array([*texts, ""], object)[numbers]
