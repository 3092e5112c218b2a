"""One instrument's ticks in order, checked: from the batches of its files to clean columns."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from feeds.badrows import FAIL
from feeds.ticks_columns import (
    DEPTH,
    KINDS,
    QUOTES,
    SIGNS,
    SPELLINGS,
    TRADE,
    TRADES,
)
from feeds.ticks_file import Columns, TickFile, read_batches
from magents.model.bars import Panel
from magents.model.errors import DataError
from magents.model.records import Notice

Hits = npt.NDArray[np.bool_]
_NUMBERS = {
    TRADES: ("price", "size"),
    DEPTH: ("price", "size"),
    QUOTES: ("bid", "ask", "bid_size", "ask_size"),
}


class TickRows:
    """One pass over one instrument's rows of one level.

    Args:
        files: in order of time. panel: whose rows, and which: trades may come out of depth files.
        span: first instant, and the one after the last. on_bad_row: ``fail`` or ``drop``.
    """

    def __init__(
        self,
        files: Sequence[TickFile],
        panel: Panel,
        span: tuple[int, int],
        on_bad_row: str,
    ) -> None:
        """Read nothing yet."""
        self._files = files
        self._symbol = panel.instruments[0]
        self._level = panel.level
        self._span = span
        self._on_bad_row = on_bad_row
        self._last = span[0]
        self._dropped: dict[str, int] = {}

    def read(self) -> Iterator[Columns]:
        """Yield clean columns; ``side`` as signs, ``kind`` as numbers.

        Raises:
            DataError: a row is bad, or goes back in time.
        """
        for file in self._files:
            row = 1
            for batch in read_batches(file, tuple(SPELLINGS[file.level])):
                numbers = np.arange(row, row + len(batch["ts"]))
                row += len(batch["ts"])
                columns = self._clean(file, self._mine(file, batch, numbers))
                if len(columns["ts"]):
                    yield columns

    def notices(self) -> list[Notice]:
        """Return what was dropped."""
        return [
            Notice(0, "data", f"{text}: rows dropped", count)
            for text, count in sorted(self._dropped.items())
        ]

    def _mine(self, file: TickFile, batch: Columns, numbers: npt.NDArray[np.int64]) -> Columns:
        """Return the instrument's rows of the level and span, in order of time."""
        keep = (batch["ts"] >= self._span[0]) & (batch["ts"] < self._span[1])
        if "symbol" in batch:
            keep &= batch["symbol"] == self._symbol
        kinds = self._kinds(file, batch)
        if kinds is not None:
            keep &= (kinds == TRADE) == (self._level == TRADES)
        columns = {name: values[keep] for name, values in batch.items() if name != "symbol"}
        columns["row"] = numbers[keep]
        if kinds is not None:
            columns["kind"] = kinds[keep]
        self._check_order(file, columns)
        return columns

    def _kinds(self, file: TickFile, batch: Columns) -> npt.NDArray[np.int8] | None:
        if "kind" not in batch:
            return None
        return _translated(batch["kind"], KINDS, f"{file.path}: kind")

    def _check_order(self, file: TickFile, columns: Columns) -> None:
        ts = columns["ts"]
        back = np.flatnonzero(np.diff(ts, prepend=self._last) < 0)
        if len(back):
            place = f"{file.path}: row {columns['row'][back[0]]}"
            raise DataError(f"{place} of {self._symbol} goes back in time; sort the file")
        if len(ts):
            self._last = int(ts[-1])

    def _clean(self, file: TickFile, columns: Columns) -> Columns:
        """Translate words, and judge every row."""
        rows = len(columns["ts"])
        for name in _NUMBERS[self._level]:
            columns.setdefault(name, np.full(rows, np.nan))
        if self._level != QUOTES:
            side = columns.get("side")
            signs = np.zeros(rows, np.int8)
            columns["side"] = (
                signs if side is None else _translated(side, SIGNS, f"{file.path}: side")
            )
        judge = {TRADES: _bad_trades, QUOTES: _bad_quotes, DEPTH: _bad_levels}[self._level]
        text, bad = judge(columns)
        if not bad.any():
            return columns
        if self._on_bad_row == FAIL:
            place = f"{file.path}: row {columns['row'][bad.argmax()]} of {self._symbol}"
            raise DataError(f"{place}: {text}; mend the row or pass --on-bad-row drop")
        told = f"{file.path}: {self._symbol}: {text}"
        self._dropped[told] = self._dropped.get(told, 0) + int(bad.sum())
        return {name: values[~bad] for name, values in columns.items()}


def _bad_trades(columns: Columns) -> tuple[str, Hits]:
    fine = np.isfinite(columns["price"]) & (columns["price"] > 0)
    fine &= np.isfinite(columns["size"]) & (columns["size"] > 0)
    return "a trade needs a price and a size above 0", ~fine


def _bad_quotes(columns: Columns) -> tuple[str, Hits]:
    """Empty sides that show a size of 0; judge what is left."""
    for side in ("bid", "ask"):
        prices, empty = columns[side], columns[f"{side}_size"] == 0
        columns[side] = np.where(empty, np.nan, prices)
    bad = (columns["bid"] > columns["ask"]) | (columns["bid"] <= 0) | (columns["ask"] <= 0)
    bad |= (columns["bid_size"] < 0) | (columns["ask_size"] < 0)
    return "a quote needs prices above 0, the bid not above the ask", bad


def _bad_levels(columns: Columns) -> tuple[str, Hits]:
    fine = np.isfinite(columns["price"]) & (columns["price"] > 0) & (columns["side"] != 0)
    fine &= np.isfinite(columns["size"]) & (columns["size"] >= 0)
    return "a level needs a side, a price above 0 and a size of 0 or more", ~fine


def _translated(
    words: npt.NDArray[np.object_], known: Mapping[str, int], what: str
) -> npt.NDArray[np.int8]:
    """Turn words into their numbers.

    Raises:
        DataError: a word is not known.
    """
    texts, at = np.unique(words.astype(str), return_inverse=True)
    for text in texts.tolist():
        if text not in known:
            raise DataError(f"{what} {text!r} is not known; it is one of {', '.join(known)}")
    return np.array([known[text] for text in texts.tolist()], np.int8)[at]
