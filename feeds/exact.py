"""The exact way through a piece of CSV: line by line, saying what is wrong with each bad row."""

import csv
import math
from collections.abc import Sequence

import numpy as np

from feeds.barfile import MISSING, BarFile, CodeOf
from feeds.coder import SKIPPED
from feeds.lines import Piece
from feeds.rows import FIELDS, Problem, RawRows
from feeds.stamps import HOW, Form, parse

COLUMNS = "wrong number of columns"
DATE = "date that cannot be read"
NUMBER = "text in a number"
SYMBOL = "no instrument"


class _BadRowError(Exception):
    def __init__(self, reason: str, text: str, mend: str = "mend the row") -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
        self.mend = mend


class ExactReader:
    """Reads a piece of a CSV file row by row."""

    def __init__(self, file: BarFile, code_of: CodeOf, *, prices: bool) -> None:
        """Take the file's layout; without ``prices`` only instants and instruments are read."""
        self.file = file
        self.code_of = code_of
        self.roles = file.columns.roles
        self.fields = FIELDS if prices else ()

    def read(self, piece: Piece) -> RawRows:
        """Return the rows that can be read, and what is wrong with the others."""
        good: list[tuple[int, int, int, list[float]]] = []
        problems: list[Problem] = []
        for offset, text in enumerate(piece.data.decode("utf-8", "replace").split("\n")):
            if not text.strip("\r"):
                continue
            self._read_line(piece.line + offset, text, good, problems)
        return _as_rows(good, problems)

    def _read_line(
        self,
        line: int,
        text: str,
        good: list[tuple[int, int, int, list[float]]],
        problems: list[Problem],
    ) -> None:
        row = next(csv.reader([text.rstrip("\r")], delimiter=self.file.delimiter))
        stamp: int | None = None
        code: int | None = None
        try:
            self._check_width(row)
            code = self._code(row)
            stamp = self._stamp(row)
            good.append((line, code, stamp, self._numbers(row)))
        except _BadRowError as error:
            if code != SKIPPED:
                problems.append(
                    Problem(
                        line,
                        self._label(row),
                        error.reason,
                        error.text,
                        stamp,
                        error.mend,
                        orphan=code is None,
                    )
                )

    def _check_width(self, row: Sequence[str]) -> None:
        wanted = len(self.file.columns.names)
        if len(row) != wanted:
            raise _BadRowError(COLUMNS, f"the row has {len(row)} columns, the header {wanted}")

    def _code(self, row: Sequence[str]) -> int:
        if self.file.instrument is not None:
            return self.code_of(self.file.instrument)
        symbol = row[self.roles["symbol"]].strip()
        if symbol in MISSING:
            raise _BadRowError(SYMBOL, "the row names no instrument")
        return self.code_of(symbol)

    def _stamp(self, row: Sequence[str]) -> int:
        text = row[self.roles["stamp"]].strip()
        try:
            return parse(text, self.file.form or Form.DATE)
        except ValueError:
            reason = f"{text!r} is not a date like the others here"
            raise _BadRowError(DATE, reason, HOW) from None

    def _numbers(self, row: Sequence[str]) -> list[float]:
        return [self._number(row, name) for name in self.fields]

    def _number(self, row: Sequence[str], name: str) -> float:
        place = self.roles.get(name)
        text = row[place].strip() if place is not None else ""
        if text in MISSING:
            return math.nan
        try:
            return float(text.replace("_", "?"))
        except ValueError:
            raise _BadRowError(NUMBER, f"{name} {text!r} is not a number") from None

    def _label(self, row: Sequence[str]) -> str:
        symbol = self._cell(row, "symbol") if self.file.long else self.file.instrument
        words = [symbol or "", self._cell(row, "stamp")]
        return " ".join(word for word in words if word)

    def _cell(self, row: Sequence[str], role: str) -> str:
        place = self.roles[role]
        return row[place].strip() if place < len(row) else ""


def _as_rows(good: list[tuple[int, int, int, list[float]]], problems: list[Problem]) -> RawRows:
    values = np.full((len(FIELDS), len(good)), np.nan)
    for place, (*_, numbers) in enumerate(good):
        values[: len(numbers), place] = numbers
    return RawRows(
        np.array([row[0] for row in good], np.int64),
        np.array([row[1] for row in good], np.int32),
        np.array([row[2] for row in good], np.int64),
        values,
        problems,
    )
