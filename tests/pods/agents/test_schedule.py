"""Rebalance rows."""

import numpy as np
import pytest

from magents.model.time import DAY, parse_instant
from pods.agents.schedule import Schedule


def test_months_start_at_the_first_row_and_at_each_new_month(world):
    ts = world.days("2014-01-30", 35)
    assert Schedule("monthly").rows(ts) == [0, 2, 30]


def test_weeks_start_on_monday_or_the_first_day_there_is(world):
    # 2014-01-17 is a Friday; Monday the 20th is a holiday; then Monday the 27th.
    days = ("2014-01-17", "2014-01-21", "2014-01-22", "2014-01-27")
    ts = np.array([parse_instant(day) for day in days])
    assert Schedule("weekly").rows(ts) == [0, 1, 3]


def test_days_start_once_whatever_the_bar_length():
    ts = parse_instant("2014-01-17") + np.arange(8) * DAY // 4
    assert Schedule("daily").rows(ts) == [0, 4]


@pytest.mark.parametrize("every", ["daily", "weekly", "monthly"])
@pytest.mark.parametrize("size", [1, 7, 512])
def test_rows_do_not_depend_on_the_cut(world, every, size):
    ts = world.days("2014-01-17", 600)
    schedule = Schedule(every)
    cut = [
        start + row
        for start in range(0, len(ts), size)
        for row in schedule.rows(ts[start : start + size])
    ]
    assert cut == Schedule(every).rows(ts)


def test_no_rows_no_rebalance():
    assert Schedule("daily").rows(np.empty(0, np.int64)) == []
