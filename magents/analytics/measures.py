"""Measures of performance: pure functions on arrays of equity and of returns.

Shapes: ``equity`` and ``ts`` are [N] (the first row is the capital at the start), ``returns`` is
[N - 1]; returns and results are fractions (0.01 is one per cent).  Standard deviations divide by
``n - 1``.  What cannot be said is NaN: fewer than two returns, a flat series under a ratio,
equity at or below zero.  Nothing here raises on numbers.
"""

import math

import numpy as np

from magents.model.bars import Floats, Instants
from magents.model.time import DAY

YEAR_DAYS = 365.25
"""Days in a year where time is measured by the calendar (act/365.25)."""

RELIABLE = 30
"""Annualised figures from fewer returns than this are flagged."""

MIN_SPAN_DAYS = 30.0
"""A compound annual rate is not made from a run shorter than this."""

FEWEST = 2
"""Returns needed for a standard deviation."""

FLAT = 1e-12
"""Returns that differ by less than this are the same number with noise."""

NAN = float("nan")


def period_returns(equity: Floats) -> Floats:
    """Return simple returns, shape [N - 1]; NaN next to equity that is not above zero."""
    before, after = equity[:-1], equity[1:]
    out = np.full(max(len(equity) - 1, 0), np.nan)
    fine = (before > 0) & (after > 0)
    np.divide(after, before, out=out, where=fine)
    return out - 1.0


def years(ts: Instants) -> float:
    """Return the time from the first to the last row in years of 365.25 days."""
    if len(ts) < FEWEST:
        return 0.0
    return float(ts[-1] - ts[0]) / (YEAR_DAYS * DAY)


def total_return(equity: Floats) -> float:
    """Return the last value over the first, less one."""
    if len(equity) < FEWEST or not equity[0] > 0:
        return NAN
    return float(equity[-1] / equity[0] - 1.0)


def cagr(equity: Floats, ts: Instants) -> float:
    """Return the compound annual growth rate over the time that really passed (act/365.25).

    NaN for a run under 30 days: a year made of a few days says nothing (the GIPS standards, 2020,
    provision 2.A.12, forbid annualising under one year; runs under a year are flagged).
    """
    span = years(ts)
    if span * YEAR_DAYS < MIN_SPAN_DAYS or not np.all(equity > 0):
        return NAN
    return float((equity[-1] / equity[0]) ** (1.0 / span) - 1.0)


def volatility(returns: Floats, periods_per_year: float) -> float:
    """Return the standard deviation of returns a year: ``std * sqrt(periods)`` (ddof 1)."""
    if len(returns) < FEWEST:
        return NAN
    return float(np.std(returns, ddof=1)) * math.sqrt(periods_per_year)


def per_period(annual: float, periods_per_year: float) -> float:
    """Turn an annual rate into the rate of one period by compounding."""
    return float((1.0 + annual) ** (1.0 / periods_per_year) - 1.0)


def sharpe(returns: Floats, periods_per_year: float, risk_free: float = 0.0) -> float:
    """Return mean excess return over its standard deviation, a year.

    Sharpe, W. F. (1994), "The Sharpe Ratio", Journal of Portfolio Management 21(1): the ex post
    ratio of the differential return, times the root of the periods in a year.  ``risk_free`` is
    an annual rate, compounded down to a period.
    """
    if len(returns) < FEWEST or _flat(returns):
        return NAN
    excess = returns - per_period(risk_free, periods_per_year)
    return float(np.mean(excess) / np.std(excess, ddof=1)) * math.sqrt(periods_per_year)


def sharpe_error(ratio: float, observations: int, periods_per_year: float) -> float:
    """Return the standard error of an annual Sharpe ratio, returns taken as independent.

    Lo, A. W. (2002), "The Statistics of Sharpe Ratios", Financial Analysts Journal 58(4), eq. 9:
    ``sqrt((1 + SR^2 / 2) / T)`` with SR per period, scaled to the year as the ratio is.
    """
    if observations < FEWEST:
        return NAN
    single = ratio / math.sqrt(periods_per_year)
    return math.sqrt((1.0 + single * single / 2.0) / observations * periods_per_year)


def downside_deviation(returns: Floats, minimum: float = 0.0) -> float:
    """Return ``sqrt(mean(min(r - minimum, 0)^2))`` over *all* periods, not a year.

    The target semideviation of Sortino, F. A. & van der Meer, R. (1991), "Downside Risk", Journal
    of Portfolio Management 17(4).  ``minimum`` is the acceptable return of one period.
    """
    if len(returns) < FEWEST:
        return NAN
    return float(np.sqrt(np.mean(np.minimum(returns - minimum, 0.0) ** 2)))


def sortino(returns: Floats, periods_per_year: float, minimum: float = 0.0) -> float:
    """Return mean return above the minimum over the downside deviation, a year.

    Sortino, F. A. & Price, L. N. (1994), "Performance Measurement in a Downside Risk Framework",
    Journal of Investing 3(3).  ``minimum`` is an annual rate.  NaN where no period fell short.
    """
    target = per_period(minimum, periods_per_year)
    risk = downside_deviation(returns, target)
    if not risk > FLAT:
        return NAN
    return float(np.mean(returns) - target) / risk * math.sqrt(periods_per_year)


def calmar(growth: float, drawdown: float) -> float:
    """Return the compound annual growth over the largest drawdown, both of the whole run.

    Young, T. W. (1991), "Calmar Ratio: A Smoother Tool", Futures 20(1); he took the last 36
    months.  ``drawdown`` may have either sign.
    """
    depth = abs(drawdown)
    return growth / depth if depth > FLAT else NAN


def rolling_sharpe(returns: Floats, window: int, periods_per_year: float) -> Floats:
    """Return the Sharpe ratio of the last ``window`` returns, shape of ``returns``.

    The first ``window - 1`` rows and flat windows are NaN.
    """
    out = np.full(len(returns), np.nan)
    if window < FEWEST or len(returns) < window:
        return out
    middle = float(np.mean(returns))
    first, second = _window_sums(returns - middle, window)
    variance = (second - first * first / window) / (window - 1)
    fine = variance > FLAT * FLAT
    means = first / window + middle
    scale = math.sqrt(periods_per_year)
    out[window - 1 :][fine] = means[fine] / np.sqrt(variance[fine]) * scale
    return out


def rolling_volatility(returns: Floats, window: int, periods_per_year: float) -> Floats:
    """Return the annual volatility of the last ``window`` returns, NaN before the first."""
    out = np.full(len(returns), np.nan)
    if window < FEWEST or len(returns) < window:
        return out
    first, second = _window_sums(returns - float(np.mean(returns)), window)
    variance = np.maximum((second - first * first / window) / (window - 1), 0.0)
    out[window - 1 :] = np.sqrt(variance * periods_per_year)
    return out


def _window_sums(values: Floats, window: int) -> tuple[Floats, Floats]:
    """Return sums and sums of squares of each window, shape [N - window + 1]."""
    return _moving(values, window), _moving(values * values, window)


def _moving(values: Floats, window: int) -> Floats:
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(total[window:] - total[:-window])


def _flat(returns: Floats) -> bool:
    return bool(np.ptp(returns) <= FLAT)
