"""The deflated Sharpe ratio: the paper's own numbers, and what it says of pure luck."""

import math

import numpy as np
import pytest

from magents.analytics.deflated import (
    Moments,
    deflated_sharpe,
    expected_best,
    independent_trials,
    moments,
    probabilistic_sharpe,
)

YEAR = 250
PAPER = Moments(2.5 / math.sqrt(YEAR), -3.0, 10.0, 1250)
"""The example of the paper of 2014: five years of days, Sharpe 2.5, a fat left tail."""


def of_variance(variance, count):
    """Return so many ratios of one period whose variance (ddof 1) is this."""
    scale = math.sqrt(variance * (count - 1) / count)
    return [scale if n % 2 else -scale for n in range(count)]


@pytest.mark.parametrize(
    ("trials", "best", "answer"), [(100, 0.1132, 0.9004), (46, 0.1004, 0.9505)]
)
def test_the_numbers_of_the_paper_come_out(trials, best, answer):
    ratios = of_variance(0.5 / YEAR, 100)
    assert expected_best(ratios, trials) == pytest.approx(best, abs=5e-5)
    assert deflated_sharpe(PAPER, ratios, trials) == pytest.approx(answer, abs=5e-5)


def test_without_selection_it_is_the_probabilistic_ratio():
    assert deflated_sharpe(PAPER, [PAPER.sharpe]) == probabilistic_sharpe(PAPER)


def test_more_trials_deflate_more():
    ratios = of_variance(0.5 / YEAR, 100)
    values = [deflated_sharpe(PAPER, ratios, trials) for trials in (2, 10, 100, 10_000)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 4


def test_a_normal_series_of_ratio_zero_is_as_likely_above_as_below():
    assert probabilistic_sharpe(Moments(0.0, 0.0, 3.0, 500)) == 0.5


def test_moments_are_those_of_numpy():
    returns = np.array([0.01, -0.02, 0.03, 0.0, 0.01])
    found = moments(returns)
    scaled = (returns - returns.mean()) / returns.std()
    assert found.sharpe == pytest.approx(returns.mean() / returns.std(ddof=1))
    assert (found.skew, found.kurtosis) == pytest.approx((np.mean(scaled**3), np.mean(scaled**4)))
    assert found.observations == 5


@pytest.mark.parametrize("returns", [[], [0.01], [0.01] * 9, [0.01, math.nan, 0.02]])
def test_what_cannot_be_said_is_nan(returns):
    found = moments(np.array(returns))
    assert math.isnan(found.sharpe)
    assert math.isnan(probabilistic_sharpe(found))


def test_the_best_of_many_worthless_strategies_passes_as_often_as_stated():
    """With 0.95 as the bar about one sweep in twenty passes; without deflation nearly all do."""
    passed, fooled = 0, 0
    for seed in range(200):
        draws = np.random.default_rng(seed).normal(0, 0.01, (50, 500))
        found = [moments(row) for row in draws]
        best = max(found, key=lambda each: each.sharpe)
        passed += deflated_sharpe(best, [each.sharpe for each in found]) > 0.95
        fooled += probabilistic_sharpe(best) > 0.95
    assert passed <= 20
    assert fooled >= 180


def test_a_real_edge_among_worthless_ones_passes():
    rng = np.random.default_rng(1)
    draws = rng.normal(0, 0.01, (50, 1000))
    draws[7] += 0.0025
    found = [moments(row) for row in draws]
    assert deflated_sharpe(found[7], [each.sharpe for each in found]) > 0.95


def test_independent_trials_count_as_many_and_copies_as_one():
    draws = np.random.default_rng(3).normal(0, 1, (20, 4000))
    assert independent_trials(draws) == pytest.approx(20, abs=0.5)
    assert independent_trials([draws[0]] * 20) == pytest.approx(1.0)
    assert independent_trials([np.zeros(9)]) == 0.0


def test_independent_trials_are_those_of_the_mean_correlation():
    common = np.random.default_rng(5).normal(0, 1, (1, 3000))
    draws = common + np.random.default_rng(6).normal(0, 1, (6, 3000))
    pairs = np.corrcoef(draws)[np.triu_indices(6, 1)]
    rho = pairs.mean()
    assert independent_trials(draws) == pytest.approx(rho + (1 - rho) * 6)
