"""From a run to the series that measures are taken of, and the convention they are taken by.

The fund is named ``""``, as in :attr:`RunResult.max_drawdown`.
"""

from dataclasses import dataclass

import numpy as np

from magents.analytics.measures import period_returns
from magents.model.bars import Floats, Instants
from magents.model.results import RunResult
from magents.model.time import DAY, SECOND

FUND = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One series to measure.

    Attributes:
        name: a pod, or ``""`` for the fund.
        ts, equity: shape [N], money in the fund's currency; the first row is the capital.
        wealth: shape [N], equity with capital moves taken out, so that it grows by the
            time-weighted return; equal to ``equity`` where no capital moved.
        profit: shape [N], money made since the first row, capital moves left out.
        returns: shape [N - 1], fractions.
        periods_per_year: what annualises ``returns``.
        convention: one sentence that says so.
    """

    name: str
    ts: Instants
    equity: Floats
    wealth: Floats
    profit: Floats
    returns: Floats
    periods_per_year: float
    convention: str


def returns_of(result: RunResult, name: str = FUND) -> Series:
    """Return the series of the fund or of one pod: the only place that chooses returns.

    Long runs keep the last value of each day and are annualised by trading days a year; short
    ones keep every bar and are annualised by bars a year; live ones have a row a second, or of a
    longer step, and are annualised by such steps a year.  Rows before a pod first had capital
    are left out.

    Raises:
        KeyError: no pod by that name.
    """
    table = result.equity
    equity = table.fund if name == FUND else table.pods[name]
    start = _first_funded(equity)
    ts, equity = table.ts[start:], equity[start:]
    flows = _flows(result, name, ts)
    wealth = _without_flows(equity, flows) if flows.any() else equity
    return Series(
        name=name,
        ts=ts,
        equity=equity,
        wealth=wealth,
        profit=equity - equity[:1] - np.cumsum(flows),
        returns=period_returns(wealth),
        periods_per_year=periods_a_year(result),
        convention=convention(result),
    )


def periods_a_year(result: RunResult) -> float:
    """Return what annualises the returns of a run: how many of its rows there are in a year."""
    if result.equity.daily:
        return result.days_per_year
    if result.equity.step:
        return result.days_per_year * DAY / result.equity.step
    return result.periods_per_year


def convention(result: RunResult) -> str:
    """Say in one sentence how annual figures of this run are made."""
    if result.equity.daily:
        return f"Daily returns (last value of each day), annualised by {result.days_per_year:g}."
    if result.equity.step:
        every = f"{result.equity.step / SECOND:g} s"
        return f"Returns of every {every}, annualised by {periods_a_year(result):,.10g} a year."
    if result.periods_per_year == result.days_per_year:
        return f"Daily returns (daily bars), annualised by {result.days_per_year:g}."
    return f"Bar returns (every bar), annualised by {result.periods_per_year:,.10g} bars a year."


def _first_funded(equity: Floats) -> int:
    funded = np.flatnonzero(equity != 0)
    return int(funded[0]) if len(funded) else 0


def _flows(result: RunResult, name: str, ts: Instants) -> Floats:
    """Return capital given in each row, shape [N]; what came up to the first row is its start."""
    flows = np.zeros(len(ts))
    if name == FUND or not len(ts):
        return flows
    for given in result.allocations:
        row = int(np.searchsorted(ts, given.ts, side="left"))
        if given.pod == name and 0 < row < len(ts):
            flows[row] += float(given.amount)
    return flows


def _without_flows(equity: Floats, flows: Floats) -> Floats:
    """Chain time-weighted growth: what a row ends with, less what came in, over the row before.

    Capital counts at the end of its row, as in the GIPS standards' time-weighted return with a
    valuation at every flow.  NaN from the row on where equity is not above zero.
    """
    growth = np.full(len(equity), np.nan)
    growth[0] = 1.0
    np.divide(equity[1:] - flows[1:], equity[:-1], out=growth[1:], where=equity[:-1] > 0)
    return np.asarray(equity[0] * np.cumprod(growth))
