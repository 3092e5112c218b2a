"""Is the best of many trials more than luck? The probabilistic and the deflated Sharpe ratio.

All Sharpe ratios here are of one period, not of a year: divide an annual one by the root of the
periods in a year.  What cannot be said is NaN.

Sources: Bailey, D. H. & Lopez de Prado, M. (2012), "The Sharpe Ratio Efficient Frontier", Journal
of Risk 15(2), for the probabilistic ratio; the same (2014), "The Deflated Sharpe Ratio: Correcting
for Selection Bias, Backtest Overfitting and Non-Normality", Journal of Portfolio Management 40(5),
for the rest.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from magents.analytics.measures import FEWEST, FLAT, NAN
from magents.model.bars import Floats

EULER = 0.5772156649015329
"""The Euler-Mascheroni constant."""

_NORMAL = NormalDist()


class Moments(NamedTuple):
    """What a series of returns says about its own Sharpe ratio.

    Attributes:
        sharpe: mean over standard deviation (ddof 1) of one period.
        skew: third standardised moment. kurtosis: fourth; 3 for a normal distribution.
        observations: how many returns.
    """

    sharpe: float
    skew: float
    kurtosis: float
    observations: int


def moments(returns: Floats) -> Moments:
    """Measure returns, shape [N]; a flat or too short series has no ratio (NaN)."""
    count = len(returns)
    if count < FEWEST or np.isnan(returns).any() or np.ptp(returns) <= FLAT:
        return Moments(NAN, NAN, NAN, count)
    mean, deviation = float(np.mean(returns)), float(np.std(returns))
    scaled = (returns - mean) / deviation
    return Moments(
        sharpe=mean / float(np.std(returns, ddof=1)),
        skew=float(np.mean(scaled**3)),
        kurtosis=float(np.mean(scaled**4)),
        observations=count,
    )


def probabilistic_sharpe(of: Moments, benchmark: float = 0.0) -> float:
    """Return the probability that the true Sharpe ratio lies above a benchmark.

    ``Z((SR - SR*) sqrt(T - 1) / sqrt(1 - skew SR + (kurtosis - 1) / 4 SR^2))``, equation 11 of
    the paper of 2012.  NaN where the root is of nothing positive: extreme skew in a short series.
    """
    spread = 1.0 - of.skew * of.sharpe + (of.kurtosis - 1.0) / 4.0 * of.sharpe**2
    if not spread > 0 or of.observations < FEWEST or math.isnan(benchmark):
        return NAN
    return _NORMAL.cdf((of.sharpe - benchmark) * math.sqrt((of.observations - 1) / spread))


def expected_best(ratios: Sequence[float], trials: float | None = None) -> float:
    """Return the Sharpe ratio that the best of so many trials without any skill is likely to show.

    ``sqrt(V) ((1 - g) Z^-1(1 - 1/N) + g Z^-1(1 - 1/(N e)))`` with V the variance of the trials'
    ratios and g the Euler-Mascheroni constant: equation 1 of the paper of 2014, with mean 0.

    Args:
        ratios: of every trial made, those thrown away included; NaN ones are left out.
        trials: N, if not their number: :func:`independent_trials`.
    """
    known = np.array([ratio for ratio in ratios if not math.isnan(ratio)])
    count = float(len(known)) if trials is None else trials
    if len(known) < FEWEST or not count > 1:
        return 0.0
    typical = (1.0 - EULER) * _NORMAL.inv_cdf(1.0 - 1.0 / count)
    extreme = EULER * _NORMAL.inv_cdf(1.0 - 1.0 / (count * math.e))
    return float(np.std(known, ddof=1)) * (typical + extreme)


def deflated_sharpe(of: Moments, ratios: Sequence[float], trials: float | None = None) -> float:
    """Return the probability that a trial's skill is above what luck gives the best of all trials.

    The probabilistic ratio against :func:`expected_best`: equation 2 of the paper of 2014.
    """
    return probabilistic_sharpe(of, expected_best(ratios, trials))


def independent_trials(returns: Iterable[Floats]) -> float:
    """Return how many independent trials these are worth, from 1 to their number.

    ``rho + (1 - rho) M`` with the mean correlation of all pairs, appendix 3 of the paper of 2014.
    The mean needs no table of pairs: the variance of the sum of M series of variance 1 is
    ``M + M (M - 1) rho``.

    Args:
        returns: of each trial, all over the same periods; flat ones are left out.  They are read
            once and not kept.
    """
    count, total = 0, np.zeros(0)
    for each in returns:
        if len(each) >= FEWEST and np.ptp(each) > FLAT:
            total = _standard(each) + (total if count else 0.0)
            count += 1
    if count < FEWEST:
        return float(count)
    rho = (float(np.var(total)) - count) / (count * (count - 1))
    return float(min(max(rho + (1.0 - rho) * count, 1.0), count))


def _standard(values: Floats) -> Floats:
    return np.asarray((values - np.mean(values)) / np.std(values))
