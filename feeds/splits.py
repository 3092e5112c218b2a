"""Share splits: the price basis of the bars, applied to per-share numbers of statements.

Bars are back-adjusted: a bar of 2013 is in shares of today.  Earnings per share and share counts
are as reported then.  Dividing by the splits since puts both on one basis.  That is a change of
unit, known afterwards but not used to decide: it scales price and earnings alike.

A statement filed on or after a split's ex-date is on the new basis already, even if its period
ended before (statements must restate earlier periods), so only those known before are changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from feeds.factcolumns import symbols
from feeds.facttable import NEVER, FactFile
from magents.model.bars import Floats, Instants
from magents.model.errors import DataError


@dataclass(frozen=True, slots=True)
class Split:
    """``ratio`` new shares for one old, from the open of the session ``ex_date`` (instant) on."""

    instrument: str
    ex_date: int
    ratio: float


def read_splits(paths: Sequence[Path]) -> list[Split]:
    """Read files with the columns ticker, ex_date, ratio.

    Raises:
        DataError: a column is missing or a row is wrong.
    """
    return [split for path in paths for split in _read(FactFile(path))]


def _read(file: FactFile) -> list[Split]:
    ratios = file.numbers("ratio") if file.has("ratio") else None
    if ratios is None or not file.has("ex_date"):
        raise DataError(f"{file.path}:1: splits need the columns ticker,ex_date,ratio in numbers")
    dates, names = file.moments("ex_date").ts, symbols(file)
    for row in range(len(file)):
        if dates[row] == NEVER or not ratios[row] > 0 or not names[row]:
            raise DataError(
                f"{file.where(row)}: a split needs a ticker, an ex_date and a ratio > 0"
            )
    return [Split(names[i], int(dates[i]), float(ratios[i])) for i in range(len(file))]


def factors(
    splits: Sequence[Split], instrument: npt.NDArray[np.object_], known: Instants
) -> Floats:
    """Return how many shares of the bars' basis each statement's share is, shape [N]."""
    factor = np.ones(len(instrument))
    for split in splits:
        factor[(instrument == split.instrument) & (known < split.ex_date)] *= split.ratio
    return factor


def on_bar_basis(
    columns: dict[str, npt.NDArray[np.generic]], factor: Floats
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the columns with per-share numbers divided and share counts multiplied."""
    changed = dict(columns)
    for name, values in columns.items():
        if values.dtype != np.float64:
            continue
        numbers = values.astype(np.float64)
        if name == "eps" or name.startswith("eps_") or name.endswith("_per_share"):
            changed[name] = numbers / factor
        elif name == "shares":
            changed[name] = numbers * factor
    return changed
