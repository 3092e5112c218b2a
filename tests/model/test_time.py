"""Instants: written for people and read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.time import DAY, HOUR, MINUTE, SECOND, Phase, iso, parse_instant

MICROSECONDS = st.integers(-(10**15), 4 * 10**15)


@given(MICROSECONDS)
def test_an_instant_reads_back_as_it_was_written(microseconds):
    instant = microseconds * 1_000
    assert parse_instant(iso(instant)) == instant


@given(st.integers(0, 4 * 10**18), st.integers(0, 4 * 10**18))
def test_written_instants_sort_as_time_does_to_the_second(one, other):
    one, other = one // SECOND * SECOND, other // SECOND * SECOND
    assert (iso(one) < iso(other)) == (one < other)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01", 0),
        ("1970-01-02", DAY),
        ("1970-01-01T01:02:03Z", HOUR + 2 * MINUTE + 3 * SECOND),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.000001", 1_000),
    ],
)
def test_dates_times_and_zones_are_understood(text, instant):
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_391_461_200 * SECOND, "2014-02-03T21:00:00Z"),
        (1_500_000_000, "1970-01-01T00:00:01.5Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (-SECOND, "1969-12-31T23:59:59Z"),
    ],
)
def test_instants_are_written_with_as_many_decimals_as_they_need(instant, text):
    assert iso(instant) == text


@pytest.mark.parametrize("text", ["", "yesterday", "2014-13-01", "2014-02-30", "20:00"])
def test_what_is_not_a_time_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


def test_a_bar_is_over_before_the_next_one_opens_at_the_same_instant():
    assert list(Phase) == sorted(Phase)
    assert Phase.FILLS < Phase.DATA < Phase.TIMER < Phase.LOAD < Phase.OPEN < Phase.END
