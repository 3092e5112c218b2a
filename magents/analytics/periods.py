"""Returns by calendar month and year, UTC."""

from dataclasses import dataclass

import numpy as np

from magents.analytics.measures import NAN
from magents.model.bars import Floats, Instants

_EPOCH_YEAR = 1970
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class PeriodReturns:
    """Returns by month and year.

    Attributes:
        years: calendar years in order, none left out between the first and the last.
        months: shape [Y, 12], NaN where the run has no row in the month.
        totals: shape [Y], the return of the (possibly partial) year.
    """

    years: tuple[int, ...]
    months: Floats
    totals: Floats


def month_numbers(ts: Instants) -> Instants:
    """Return months since January 1970, shape [N].

    A bar that closes at midnight belongs to the day, and month, that just ended.
    """
    instants = (ts - 1).view("datetime64[ns]")
    return instants.astype("datetime64[M]").astype(np.int64)


def last_rows(periods: Instants) -> Instants:
    """Return the last row of each run of equal numbers, row 0 (the start) left out."""
    ends = np.flatnonzero(periods[1:] != periods[:-1])
    rows = np.append(ends, len(periods) - 1)
    return np.asarray(rows[rows > 0])


def period_returns_table(equity: Floats, ts: Instants) -> PeriodReturns:
    """Return the months and years of a series; each starts where the one before ended."""
    numbers = month_numbers(ts)
    rows = last_rows(numbers)
    if not len(rows):
        return PeriodReturns((), np.empty((0, _MONTHS)), np.empty(0))
    first, final = int(numbers[rows[0]]) // _MONTHS, int(numbers[rows[-1]]) // _MONTHS
    months = np.full((final - first + 1, _MONTHS), np.nan)
    values = _chain(equity, rows)
    at = numbers[rows] - first * _MONTHS
    months[at // _MONTHS, at % _MONTHS] = values
    totals = np.array([_compound(row) for row in months])
    years = tuple(range(_EPOCH_YEAR + first, _EPOCH_YEAR + final + 1))
    return PeriodReturns(years, months, totals)


def _chain(equity: Floats, rows: Instants) -> Floats:
    """Return ``equity[row] / equity[previous row] - 1``, from row 0; NaN at or below zero."""
    points = np.concatenate((equity[:1], equity[rows]))
    points = np.where(points > 0, points, np.nan)
    return np.asarray(points[1:] / points[:-1] - 1.0)


def _compound(row: Floats) -> float:
    known = row[~np.isnan(row)]
    return float(np.prod(1.0 + known) - 1.0) if len(known) else NAN
