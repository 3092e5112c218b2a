"""Drawdowns: the start is a peak, open ones are flagged, lengths run to recovery."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from magents.analytics.drawdowns import drawdown_curve, drawdowns, max_drawdown, worst
from magents.model.time import DAY


def found(*values):
    equity = np.array(values, float)
    return drawdowns(equity, np.arange(len(equity)) * DAY)


def test_a_loss_in_the_first_period_counts():
    assert max_drawdown(np.array([100.0, 70.0, 80.0])) == pytest.approx(-0.3)


def test_peak_trough_recovery_by_hand():
    #        0    1   2    3   4   5    6   7
    falls = found(100, 90, 120, 60, 80, 120, 110, 115)
    assert [(f.peak, f.trough, f.recovery) for f in falls] == [
        (0, DAY, 2 * DAY),
        (2 * DAY, 3 * DAY, 5 * DAY),
        (5 * DAY, 6 * DAY, None),
    ]
    assert [f.depth for f in falls] == pytest.approx([-0.1, -0.5, -1 / 12])
    assert [f.open for f in falls] == [False, False, True]
    assert [f.days for f in falls] == [2, 3, 2]
    assert [f.days_down for f in falls] == [1, 1, 1]
    assert [f.depth for f in worst(falls, 2)] == pytest.approx([-0.5, -0.1])


def test_nothing_falls_in_a_rising_series():
    assert found(1, 2, 3) == []


@given(arrays(float, st.integers(1, 60), elements=st.integers(1, 50).map(float)))
def test_the_list_covers_every_row_under_water(equity):
    falls = drawdowns(equity, np.arange(len(equity)))
    curve = drawdown_curve(equity)
    covered = sum(f.end - f.peak - 1 + f.open for f in falls)
    assert covered == int(np.sum(curve < 0))
    assert min((f.depth for f in falls), default=0.0) == max_drawdown(equity)
    assert sum(f.open for f in falls) == int(curve[-1] < 0)
