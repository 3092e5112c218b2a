"""The facts of a data directory, by kind, sorted by when they became known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from feeds.badrows import DROP
from feeds.directory import Directory, stem
from feeds.factcolumns import columns, symbols
from feeds.facttable import NEVER, FactFile
from feeds.known import end_of_days, known_at
from feeds.macro import has_release, read_catalog, released
from feeds.splits import Split, factors, on_bar_basis, read_splits
from feeds.stamps import HOW
from magents.model.bars import Instants
from magents.model.errors import DataError
from magents.model.facts import BILLS, CONGRESS, FUNDAMENTALS, MACRO, FactTable
from magents.model.records import Notice
from magents.model.time import DAY, iso

STATUTE = (
    "Disclosures of Congress are public, but 5 U.S.C. 13107(c) makes it unlawful to obtain or use "
    "the reports for a commercial purpose (other than by news media for dissemination to the "
    "general public) or to determine a credit rating."
)
_WORLD = frozenset({MACRO, BILLS})

Column = npt.NDArray[np.generic]


@dataclass(slots=True)
class FactReader:
    """Reads the fact files of a directory.

    Args:
        directory: the files. instruments: facts about others are left out, ``None`` keeps all.
        on_bad_row: ``fail`` or ``drop``.
    """

    directory: Directory
    instruments: frozenset[str] | None
    on_bad_row: str
    notices: list[Notice] = field(default_factory=list)

    def read(self) -> dict[str, FactTable]:
        """Return the tables of the kinds that are there; fills in ``notices``.

        Raises:
            DataError: a file or row is wrong.
        """
        splits = read_splits(self.directory.splits)
        tables = {}
        for kind, paths in self.directory.facts.items():
            catalogs = [path for path in paths if "catalog" in stem(path).lower()]
            lags = read_catalog(catalogs) if kind == MACRO else {}
            files = [path for path in paths if path not in catalogs]
            parts = [self.read_file(path, kind, splits, lags) for path in files]
            if parts:
                tables[kind] = _joined(kind, parts)
        if CONGRESS in tables:
            self.notices.append(Notice(0, "congress", STATUTE))
        return tables

    def read_file(
        self, path: Path, kind: str, splits: Sequence[Split], lags: Mapping[str, float]
    ) -> FactTable:
        """Return the facts of one file, in its order.

        Raises:
            DataError: a row is wrong and bad rows are not to be dropped.
        """
        file = FactFile(path)
        known, unread = _known(file, kind, lags)
        names, found = symbols(file), columns(file, kind)
        wanted = self._wanted(names, kind)
        good = wanted & self._judge(file, known, found, set(unread), wanted)
        table = FactTable(kind, known, names, found).take(good)
        if kind == FUNDAMENTALS and splits:
            factor = factors(splits, table.instrument, table.known_at)
            basis = on_bar_basis(dict(table.columns), factor)
            return FactTable(kind, table.known_at, table.instrument, basis)
        return table

    def _wanted(self, names: npt.NDArray[np.object_], kind: str) -> npt.NDArray[np.bool_]:
        """Tell which rows are about the run: its instruments, or the world."""
        if kind in _WORLD:
            known = self.instruments
            return np.array([not name or known is None or name in known for name in names], bool)
        if self.instruments is None:
            return np.array([bool(name) for name in names], bool)
        return np.array([name in self.instruments for name in names], bool)

    def _judge(
        self,
        file: FactFile,
        known: Instants,
        found: Mapping[str, Column],
        unread: set[int],
        wanted: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.bool_]:
        """Tell good rows from bad, counting or refusing the bad ones."""
        good = np.ones(len(file), np.bool_)
        early = _before_the_deed(known, found)
        counts: dict[str, int] = {}
        for row in np.flatnonzero(wanted & ((known == NEVER) | early)):
            reason, text = _reason(int(row), known, found, unread)
            if self.on_bad_row != DROP:
                mend = HOW if int(row) in unread else "mend the row"
                raise DataError(f"{file.where(int(row))}: {text}; {mend} or pass --on-bad-row drop")
            good[row] = False
            counts[reason] = counts.get(reason, 0) + 1
        for reason, count in sorted(counts.items()):
            rows = "1 row" if count == 1 else f"{count} rows"
            text = f"{file.path}: {rows} dropped: {reason}"
            self.notices.append(Notice(0, "data", text, count))
        return good


def _known(file: FactFile, kind: str, lags: Mapping[str, float]) -> tuple[Instants, list[int]]:
    if kind != MACRO or has_release(file):
        return known_at(file, kind)
    missing = [name for name in ("series", "date", "value") if not file.has(name)]
    if missing:
        raise DataError(
            f"{file.path} lacks {', '.join(missing)}; a macro file has series,date,value "
            "and one row a value"
        )
    return released(file, lags), list(file.moments("date").unread)


def _before_the_deed(known: Instants, found: Mapping[str, Column]) -> npt.NDArray[np.bool_]:
    """Tell which rows became known before what they tell of (before its day, if it is a date)."""
    deed = found.get("transaction_ts", found.get("period_end"))
    if deed is None:
        return np.zeros(len(known), np.bool_)
    done = deed.astype(np.int64)
    eve = end_of_days(done // DAY - 1)
    early = np.where(done % DAY == 0, known <= eve, known < done)
    return np.asarray((done != NEVER) & (known != NEVER) & early)


def _reason(
    row: int, known: Instants, found: Mapping[str, Column], unread: set[int]
) -> tuple[str, str]:
    if row in unread:
        reason = "date that cannot be read"
        return reason, "the date at which it became known cannot be read"
    if known[row] == NEVER:
        return "no date at which it became known", "nothing says when the row became known"
    deed = found.get("transaction_ts", found.get("period_end"))
    done = iso(int(np.asarray(deed)[row]))[:10]
    shown = iso(int(known[row]) - DAY // 2)[:10]
    return "known before it happened", f"it is dated known on {shown}, before it happened, {done}"


def _joined(kind: str, parts: Sequence[FactTable]) -> FactTable:
    """Join the files of a kind and sort by ``known_at``; ties keep the order of the files."""
    known = np.concatenate([part.known_at for part in parts])
    instrument = np.concatenate([part.instrument for part in parts])
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    found = {name: np.concatenate([_filled(part, name, parts) for part in parts]) for name in names}
    return FactTable(kind, known, instrument, found).take(np.argsort(known, kind="stable"))


def _filled(part: FactTable, name: str, parts: Sequence[FactTable]) -> Column:
    """Return a part's column, empty in the kind of the others where the part lacks it."""
    kinds = {each.columns[name].dtype for each in parts if name in each.columns}
    values = part.columns.get(name)
    if np.dtype(object) in kinds:
        missing = np.full(len(part), "", dtype=object)
        return missing if values is None else values.astype(object)
    if values is not None:
        return values
    integer = np.dtype(np.int64) in kinds
    return np.full(len(part), NEVER, np.int64) if integer else np.full(len(part), np.nan)
