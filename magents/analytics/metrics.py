"""The figures of one series, gathered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from magents.analytics import measures as m
from magents.analytics.drawdowns import max_drawdown
from magents.analytics.series import Series, returns_of
from magents.model.bars import Floats
from magents.model.results import RunResult


@dataclass(frozen=True, slots=True)
class Metrics:
    """What the fund or a pod did; fractions, a year where the name of the measure implies it.

    Attributes:
        name: pod, or ``""`` for the fund. observations: number of returns.
        years: length of the series, act/365.25.
        reliable: at least 30 returns over at least 30 days; annual figures of less are greyed.
        short: under one year, so ``cagr`` extrapolates.
        max_drawdown: at bar resolution, zero or negative.
        best, worst: single periods. positive: share of periods above zero.
    """

    name: str
    observations: int
    years: float
    reliable: bool
    short: bool
    total_return: float
    cagr: float
    volatility: float
    sharpe: float
    sharpe_error: float
    sortino: float
    calmar: float
    max_drawdown: float
    best: float
    worst: float
    positive: float


def metrics_of(result: RunResult, name: str = "") -> Metrics:
    """Measure the fund (``""``) or one pod.

    Raises:
        KeyError: no pod by that name.
    """
    series = returns_of(result, name)
    return measure(series, result.max_drawdown.get(name))


def all_metrics(result: RunResult) -> list[Metrics]:
    """Measure the fund, then its pods in order."""
    return [metrics_of(result, name) for name in ("", *result.equity.pods)]


def measure(series: Series, bar_drawdown: float | None = None) -> Metrics:
    """Measure a series; ``bar_drawdown`` is its largest fall at bar resolution, if known."""
    returns, periods = series.returns, series.periods_per_year
    growth = m.cagr(series.wealth, series.ts)
    depth = _depth(series, bar_drawdown)
    ratio = m.sharpe(returns, periods)
    span = m.years(series.ts)
    return Metrics(
        name=series.name,
        observations=len(returns),
        years=span,
        reliable=len(returns) >= m.RELIABLE and span * m.YEAR_DAYS >= m.MIN_SPAN_DAYS,
        short=span < 1.0,
        total_return=m.total_return(series.wealth),
        cagr=growth,
        volatility=m.volatility(returns, periods),
        sharpe=ratio,
        sharpe_error=m.sharpe_error(ratio, len(returns), periods),
        sortino=m.sortino(returns, periods),
        calmar=m.calmar(growth, depth),
        max_drawdown=depth,
        best=_extreme(returns, np.max),
        worst=_extreme(returns, np.min),
        positive=float(np.mean(returns > 0)) if len(returns) else m.NAN,
    )


def _depth(series: Series, bar_drawdown: float | None) -> float:
    """Return the deeper of the table's and the bars' drawdown: bars see inside the day."""
    table = max_drawdown(series.wealth)
    if bar_drawdown is None or np.isnan(bar_drawdown):
        return table
    return float(np.fmin(-abs(bar_drawdown), table))


def _extreme(returns: Floats, pick: Callable[[Floats], np.floating[Any]]) -> float:
    return float(pick(returns)) if len(returns) else m.NAN
