"""The folds of a walk-forward: they tile the tests, and training ends where a test begins."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.errors import ConfigError
from magents.sweep.windows import SHORTEST, Length, after, folds, parse_walk

DATES = st.dates(date(1990, 1, 1), date(2030, 1, 1))


def test_three_years_then_one():
    found = folds(parse_walk("3y/1y"), date(2010, 1, 4), date(2015, 6, 30))
    assert [(str(each.start), str(each.cut), str(each.end)) for each in found] == [
        ("2010-01-04", "2013-01-04", "2014-01-03"),
        ("2011-01-04", "2014-01-04", "2015-01-03"),
        ("2012-01-04", "2015-01-04", "2015-06-30"),
    ]


def test_anchored_training_begins_on_the_first_day():
    walk = parse_walk("18m/6m", anchored=True)
    found = folds(walk, date(2010, 1, 31), date(2012, 12, 31))
    assert {each.start for each in found} == {date(2010, 1, 31)}
    assert [str(each.cut) for each in found] == ["2011-07-31", "2012-01-31", "2012-07-31"]


def test_the_last_day_of_a_month_stays_inside_it():
    assert after(date(2011, 1, 31), Length(1, 0)) == date(2011, 2, 28)
    assert after(date(2012, 2, 29), Length(12, 0)) == date(2013, 2, 28)
    assert after(date(2012, 2, 29), Length(0, 7)) == date(2012, 3, 7)


@given(DATES, st.integers(30, 3000), st.sampled_from(["1y/3m", "6m/2m", "10w/4w", "90d/30d"]))
def test_tests_follow_each_other_and_never_overlap_their_training(first, days, text):
    last = first + timedelta(days=days)
    walk = parse_walk(text)
    try:
        found = folds(walk, first, last)
    except ConfigError:
        assert after(first, walk.train) > last - SHORTEST
        return
    assert [each.number for each in found] == list(range(len(found)))
    for each in found:
        assert each.start < each.cut <= each.end <= last
    for one, two in pairwise(found):
        assert two.cut == one.end + timedelta(days=1)


@pytest.mark.parametrize("text", ["3y", "3y/", "3/1", "0y/1y", "3y/1y/1y", "3q/1y"])
def test_anything_else_is_refused(text):
    with pytest.raises(ConfigError, match="expected TRAIN/TEST such as 3y/1y"):
        parse_walk(text)


def test_too_short_data_are_told_with_their_dates():
    with pytest.raises(ConfigError, match="from 2014-01-02 to 2014-12-31; training and one test"):
        folds(parse_walk("3y/1y"), date(2014, 1, 2), date(2014, 12, 31))
