"""When a value of a macro series is released: its period's date and a lag."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from feeds.facttable import NEVER, FactFile
from feeds.known import COLUMNS, end_of_days
from magents.model.bars import Floats, Instants
from magents.model.time import DAY

LAG_COLUMNS = ("release_lag_days", "approx_release_lag_days")
# Days after the START of the period, by the longest usual step between two values.
DEFAULT_LAGS = ((4, 1.0), (10, 7.0), (45, 50.0), (100, 120.0))
LONGEST_LAG = 400.0


def read_catalog(paths: Sequence[Path]) -> dict[str, float]:
    """Return the release lag by series from files named ``macro_catalog``."""
    lags: dict[str, float] = {}
    for file in map(FactFile, paths):
        name = _lag_column(file)
        numbers = file.numbers(name) if name else None
        if numbers is not None and file.has("series"):
            lags.update(zip(file.texts("series").tolist(), numbers.tolist(), strict=True))
    return lags


def has_release(file: FactFile) -> bool:
    """Tell whether a file says itself when its values were released."""
    return any(file.has(name) for name in COLUMNS)


def released(file: FactFile, catalog: Mapping[str, float]) -> Instants:
    """Return when the values became known: the end of the day ``lag`` days after ``date``.

    The lag is that of the row, else that of the catalog, else :data:`DEFAULT_LAGS` by spacing.
    """
    ts = file.moments("date").ts
    lags = _lags(file, ts, catalog)
    days = ts // DAY + np.ceil(lags).astype(np.int64)
    return np.where(ts == NEVER, NEVER, end_of_days(days))


def _lags(file: FactFile, ts: Instants, catalog: Mapping[str, float]) -> Floats:
    name = _lag_column(file)
    numbers = file.numbers(name) if name else None
    lags = np.full(len(file), np.nan) if numbers is None else numbers.copy()
    series = file.texts("series")
    for each in np.unique(series.astype(str)):
        mine = (series == each) & np.isnan(lags)
        lags[mine] = catalog.get(str(each), _default(ts, series == each))
    return lags


def _default(ts: Instants, mine: npt.NDArray[np.bool_]) -> float:
    days = np.diff(np.unique(ts[mine] // DAY))
    usual = float(np.median(days)) if len(days) else LONGEST_LAG
    return next((lag for step, lag in DEFAULT_LAGS if usual <= step), LONGEST_LAG)


def _lag_column(file: FactFile) -> str:
    return next((name for name in LAG_COLUMNS if file.has(name)), "")
