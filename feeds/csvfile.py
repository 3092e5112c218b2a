"""Bars in CSV: a fast way through clean pieces, an exact way through pieces with trouble."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from feeds import arrow
from feeds.barfile import MISSING, BarFile, CodeOf
from feeds.columns import find_columns
from feeds.exact import ExactReader
from feeds.lines import Piece, head, pieces
from feeds.rows import FIELDS, RawRows
from feeds.stamps import HOW, Form, form_of
from magents.model.bars import Floats
from magents.model.errors import DataError

_PROBE = 50


def open_csv(path: Path, instrument: str) -> BarFile | None:
    """Look at the header and first rows; ``None`` for a file without rows.

    Raises:
        DataError: columns are missing, or dates are in a form that is not ours.
    """
    lines = head(path)
    if not lines:
        return None
    delimiter = max(",;\t", key=lines[0].count)
    try:
        columns = find_columns(next(csv.reader(lines[:1], delimiter=delimiter)))
    except ValueError as error:
        msg = f"{path}:1: the file {error}; move it to a folder of its own if it holds no bars"
        raise DataError(msg) from error
    rows = [row for row in csv.reader(lines[1 : _PROBE + 1], delimiter=delimiter) if row]
    if not rows:
        return None
    form = _find_form(path, rows, columns.roles["stamp"])
    one = None if "symbol" in columns.roles else instrument
    return BarFile(path, columns, form, one, delimiter)


def _find_form(path: Path, rows: list[list[str]], place: int) -> Form:
    texts = [row[place].strip() for row in rows if len(row) > place]
    for text in texts:
        if form := form_of(text):
            return form
    shown = texts[0] if texts else ""
    msg = f"{path}:2: {shown!r} is not a date that can be read for certain; {HOW}"
    raise DataError(msg)


def read_csv(
    file: BarFile, code_of: CodeOf, size: int, *, prices: bool = True
) -> Iterator[RawRows]:
    """Yield the rows of a CSV file in pieces of about ``size`` bytes.

    Args:
        prices: whether to read them; without, ``values`` are NaN.
    """
    reader = _FastReader(file, code_of, prices=prices)
    exact = ExactReader(file, code_of, prices=prices)
    for number, piece in enumerate(pieces(file.path, size)):
        body = _without_header(piece) if number == 0 else piece
        if body.data.strip():
            yield reader.read(body) or exact.read(body)


def _without_header(piece: Piece) -> Piece:
    return Piece(piece.line + 1, piece.data[piece.data.find(b"\n") + 1 :])


class _FastReader:
    """Reads a piece with Arrow, typed; gives up on the first thing that does not fit."""

    def __init__(self, file: BarFile, code_of: CodeOf, *, prices: bool) -> None:
        roles = file.columns.roles
        self.file = file
        self.code_of = code_of
        self.fields = [name for name in FIELDS if prices and name in roles]
        self.names = {role: f"c{place}" for role, place in roles.items()}
        types = {self.names[name]: pa.float64() for name in self.fields}
        types[self.names["stamp"]] = arrow.stamp_type(file.form)
        if file.long:
            types[self.names["symbol"]] = pa.dictionary(pa.int32(), pa.string())
        self.parsing = pacsv.ParseOptions(delimiter=file.delimiter)
        self.converting = pacsv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=list(MISSING),
            strings_can_be_null=True,
        )

    def read(self, piece: Piece) -> RawRows | None:
        """Return the rows, or ``None`` if the piece must be read the exact way."""
        names = [f"c{place}" for place in range(len(self.file.columns.names))]
        options = pacsv.ReadOptions(
            use_threads=False, column_names=names, block_size=len(piece.data) + 1
        )
        try:
            table = pacsv.read_csv(pa.py_buffer(piece.data), options, self.parsing, self.converting)
            stamp = arrow.instants(table[self.names["stamp"]], self.file.form)
        except ValueError:
            return None
        code = self._codes(table)
        if code is None:
            return None
        return RawRows(piece.line_numbers(len(stamp)), code, stamp, self._values(table))

    def _codes(self, table: pa.Table) -> npt.NDArray[np.int32] | None:
        if self.file.instrument is not None:
            code = self.code_of(self.file.instrument)
            return np.full(table.num_rows, code, np.int32)
        numbers, symbols = arrow.codes(table[self.names["symbol"]])
        if (numbers < 0).any() or None in symbols:
            return None
        known = [self.code_of((symbol or "").strip()) for symbol in symbols]
        return np.array(known, np.int32)[numbers]

    def _values(self, table: pa.Table) -> Floats:
        values = np.full((len(FIELDS), table.num_rows), np.nan)
        for place, name in enumerate(FIELDS):
            if name in self.fields:
                values[place] = arrow.floats(table[self.names[name]])
        return values
