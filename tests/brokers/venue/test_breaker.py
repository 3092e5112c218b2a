"""V11 and V12: circuit breakers decide over the prices of bars."""

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.settings import Venue
from brokers.simulated.venue_rules.breaker import (
    LEVELS,
    MarketWide,
    NameWatch,
    SingleName,
    halts_of,
    market_wide,
    single_name,
)
from brokers.simulated.venue_rules.build import market_breaker, name_breaker
from magents.model.time import MINUTE
from tests.builders import NAN

CLOSE = 390 * MINUTE
"""A session of 6.5 hours from instant 0 on."""


def minutes(prices):
    """Return (instants, prices) from a mapping of minute to price."""
    ts = np.array([minute * MINUTE for minute in prices], np.int64)
    return ts, np.array(list(prices.values()), np.float64)


def wide(prices):
    trips = market_wide(*minutes(prices), 100.0, CLOSE, MarketWide())
    return [(trip.start // MINUTE, trip.end // MINUTE, trip.level) for trip in trips]


@pytest.mark.parametrize(
    ("prices", "trips"),
    [
        ({10: 93.01}, []),
        ({10: 93.0}, [(10, 25, 1)]),
        ({10: 93.0, 12: 86.0, 25: 86.0}, [(10, 25, 1), (25, 40, 2)]),  # the halt hides minute 12
        ({10: 93.0, 30: 95.0, 60: 92.0}, [(10, 25, 1)]),  # once a day
        ({10: 86.0, 60: 92.0}, [(10, 25, 2)]),  # level 1 is over once level 2 was reached
        ({355: 93.0}, [(355, 370, 1)]),  # 15:25 is the last minute for a pause
        ({356: 86.0}, []),
        ({356: 80.0}, [(356, 390, 3)]),  # level 3 always, for the rest of the session
        ({10: 80.0, 30: 70.0}, [(10, 390, 3)]),
        ({10: NAN, 11: 93.0}, [(11, 26, 1)]),
    ],
)
def test_v11_falls_of_seven_thirteen_and_twenty_percent_halt_the_market(prices, trips):
    assert wide(prices) == trips


@given(st.lists(st.floats(60, 110), min_size=1, max_size=40))
def test_v11_each_level_trips_once_and_halts_never_overlap(prices):
    trips = wide({5 * n: price for n, price in enumerate(prices)})
    levels = [level for *_, level in trips]
    assert levels == sorted(set(levels))
    assert all(one[1] <= two[0] for one, two in pairwise(trips))


def test_v11_a_halt_says_the_move_and_the_limit():
    trips = market_wide(*minutes({10: 92.5}), 100.0, CLOSE, MarketWide())
    (halt,) = halts_of(trips)
    assert halt.instrument == ""
    assert halt.why == "V11 market-wide circuit breaker level 1, -7.50% against a limit of 7.00%"


def named(prices, band=0.05):
    trips = single_name(*minutes(prices), SingleName(band))
    return [(trip.start // MINUTE, trip.end // MINUTE) for trip in trips]


@pytest.mark.parametrize(
    ("prices", "trips"),
    [
        ({0: 100, 1: 105}, []),
        ({0: 100, 1: 105.01}, [(1, 6)]),
        ({0: 100, 1: 94.9}, [(1, 6)]),
        ({0: 100, 1: 104, 2: 107.2}, [(2, 7)]),  # against the mean, 102
        ({0: 100, 6: 104, 7: 109}, []),  # minute 0 has left the window
        ({0: 100, 60: 106}, [(60, 65)]),  # nothing within five minutes: against the last
        ({0: 100, 1: 110, 3: 130, 6: 130, 7: 131}, [(1, 6)]),  # measured anew after the pause
        ({0: 100, 1: NAN, 2: 106}, [(2, 7)]),
    ],
)
def test_v12_a_sudden_move_pauses_one_name(prices, trips):
    assert named(prices) == trips


@given(
    st.lists(st.floats(50, 150), min_size=1, max_size=40), st.tuples(*[st.floats(0.01, 0.5)] * 2)
)
def test_v12_the_first_pause_never_comes_later_with_a_narrower_band(prices, bands):
    rows = dict(enumerate(prices))
    narrow, broad = (named(rows, band) for band in sorted(bands))
    assert not broad or (narrow and narrow[0] <= broad[0])


def test_v12_a_pause_says_the_move_and_the_limit():
    trips = single_name(*minutes({0: 100, 1: 110}), SingleName(0.05))
    assert halts_of(trips, "AAA")[0].why == "V12 volatility pause, +10.00% against a limit of 5.00%"


def test_settings_give_the_breakers():
    assert market_breaker(Venue()) is None
    assert name_breaker(Venue()) is None
    assert market_breaker(Venue(breaker_index="SPY")) == MarketWide(LEVELS)
    assert name_breaker(Venue(name_band=0.1)) == SingleName(0.1)


@given(
    st.lists(st.floats(90, 110), min_size=1, max_size=60),
    st.lists(st.integers(0, 60), max_size=5),
    st.sampled_from([0.02, 0.05, 0.15]),
)
def test_v12_prices_told_in_parts_trip_alike(prices, cuts, band):
    ts = np.arange(len(prices)) * MINUTE
    watch, rules = NameWatch(SingleName(band)), SingleName(band)
    edges = sorted({0, len(prices), *(min(cut, len(prices)) for cut in cuts)})
    parts = [watch.trips(ts[a:b], np.array(prices[a:b])) for a, b in pairwise(edges)]
    single = NameWatch(rules)
    slow = [single.trips(ts[n : n + 1], np.array([p])) for n, p in enumerate(prices)]
    assert list(chain.from_iterable(parts)) == list(chain.from_iterable(slow))
