"""The best combination over its seeds, and a walk whose tests are chained."""

import math

import numpy as np
import pytest

from magents.analytics.series import Series
from magents.model.time import DAY
from magents.sweep.choosing import ranked
from magents.sweep.outcome import figures_of, split


def row(window, seed, sharpe, state="ok"):
    return {"window": window, "seed": seed, "sharpe": sharpe, "state": state}


def test_combinations_are_ranked_by_the_mean_over_their_seeds():
    rows = [row(5, 1, 3.0), row(5, 2, 0.0), row(9, 1, 1.6), row(9, 2, 1.6)]
    found = ranked(rows, ["window", "seed"], "sharpe")
    assert [(each.values, each.score) for each in found] == [
        ({"window": 9}, 1.6),
        ({"window": 5}, 1.5),
    ]


def test_what_failed_or_cannot_be_measured_is_never_best():
    rows = [row(5, 1, 9.0, "failed"), row(7, 1, None), row(9, 1, -1.0)]
    found = ranked(rows, ["window", "seed"], "sharpe")
    assert [(each.values["window"], each.score) for each in found] == [(9, -1.0), (7, -math.inf)]


def test_true_and_one_are_different_values():
    assert len(ranked([row(True, 1, 1.0), row(1, 1, 2.0)], ["window"], "sharpe")) == 2


def series(wealth):
    equity = np.array(wealth, float)
    ts = np.arange(len(equity), dtype=np.int64) * DAY
    returns = equity[1:] / equity[:-1] - 1
    return Series("", ts, equity, equity, equity - equity[0], returns, 252.0, "")


def test_a_series_is_cut_so_that_no_return_is_lost_or_counted_twice():
    whole = series([100, 110, 99, 99, 120])
    train, test = split(whole, 2 * DAY)
    assert train.ts.tolist() == [0, DAY, 2 * DAY]
    assert test.ts.tolist() == [2 * DAY, 3 * DAY, 4 * DAY]
    np.testing.assert_array_equal(np.concatenate([train.returns, test.returns]), whole.returns)
    assert figures_of(train)["total_return"] == pytest.approx(-0.01)
    assert figures_of(test)["total_return"] == pytest.approx(120 / 99 - 1)


@pytest.mark.parametrize("cut", [-1, 4 * DAY, 9 * DAY])
def test_a_part_without_returns_is_measured_as_nothing(cut):
    parts = split(series([100, 110, 99, 99, 120]), cut)
    assert sum(len(part.returns) for part in parts) == 4
    assert any(figures_of(part)["sharpe"] is None for part in parts)
