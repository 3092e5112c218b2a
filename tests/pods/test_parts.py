"""Sizing, combining, averages and crossings: the small parts that pods are made of."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pods.agents.crossover import CrossoverAgent
from pods.combining import WeightedMean
from pods.indicators import Sma
from pods.sizing import FractionOfCapital, equal_parts
from tests.builders import NAN, block

PRICES = st.lists(st.integers(1, 50).map(float) | st.just(NAN), min_size=1, max_size=40)


# -- sizing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conviction", "units"), [(1.0, "20"), (-1.0, "-20"), (0.5, "10"), (0.0, "0")]
)
def test_a_position_is_a_fraction_of_the_capital_times_conviction(conviction, units):
    rule = FractionOfCapital(0.2)
    assert rule.units(conviction, 100.0, Decimal(10_000)) == Decimal(units)


@pytest.mark.parametrize("price", [0.0, -1.0, NAN])
def test_nothing_is_bought_without_a_price(price):
    assert FractionOfCapital(1).units(1.0, price, Decimal(100)) == 0


def test_equal_parts_leave_one_percent_for_costs():
    assert equal_parts(10).units(1.0, 1.0, Decimal(1_000)) == 99


# -- combining ---------------------------------------------------------------------------------


def combined(weights, *heard, agents=("graham", "wood")):
    mean = WeightedMean(weights)
    for agent in agents:
        mean.seat(agent)
    return [mean.hear(agent, name, conviction) for agent, name, conviction in heard]


def test_a_lone_agent_is_the_pods_opinion():
    assert combined(None, ("graham", "AAA", 0.7), agents=["graham"]) == [0.7]


def test_an_agent_that_has_not_spoken_counts_as_zero():
    heard = [("graham", "AAA", 1.0), ("wood", "AAA", -1.0), ("graham", "AAA", 0.5)]
    assert combined(None, *heard) == [0.5, 0.0, -0.25]


def test_opinions_are_weighted_and_kept_apart_by_instrument():
    heard = [("graham", "AAA", 1.0), ("wood", "BBB", 1.0), ("wood", "AAA", 1.0)]
    assert combined({"graham": 3.0}, *heard) == [0.75, 0.25, 1.0]


@given(st.permutations([("a", 0.3), ("b", -0.7), ("c", 0.9)]))
def test_the_order_in_which_agents_speak_does_not_matter_in_the_end(order):
    heard = [(agent, "AAA", conviction) for agent, conviction in order]
    last = combined({"b": 2.0}, *heard, agents=["c", "a", "b"])[-1]
    assert last == combined({"b": 2.0}, *sorted(heard), agents=["a", "b", "c"])[-1]


# -- averages ----------------------------------------------------------------------------------


def slow_average(closes, window):
    """Average an instrument's own bars, NaN where it has none or not enough yet."""
    seen, out = [], []
    for close in closes:
        if close == close:  # noqa: PLR0124 - not NaN
            seen.append(close)
        warm = len(seen) >= window and close == close  # noqa: PLR0124
        out.append(sum(seen[-window:]) / window if warm else NAN)
    return out


@given(PRICES, st.integers(1, 12))
def test_an_average_is_of_the_last_bars_the_instrument_has(closes, window):
    got = Sma(window).update(np.array(closes)[:, None])[:, 0]
    assert np.allclose(got, slow_average(closes, window), rtol=1e-12, equal_nan=True)


@given(PRICES, PRICES, st.integers(1, 12), st.lists(st.integers(1, 9), min_size=40, max_size=40))
def test_averages_are_the_same_bit_for_bit_however_rows_are_cut(one, two, window, sizes):
    rows = min(len(one), len(two))
    table = np.column_stack([one[:rows], two[:rows]]) * 1.1
    whole, cut, parts, start = Sma(window).update(table), Sma(window), [], 0
    for size in sizes:
        if start < rows:
            parts.append(cut.update(table[start : start + size]))
            start += size
    assert np.array_equal(np.vstack(parts), whole, equal_nan=True)


# -- crossings ---------------------------------------------------------------------------------


def convictions(closes, *, allow_short=False, size=99):
    agent, bars = CrossoverAgent(1, 2, allow_short=allow_short), block(closes)
    parts = [
        agent.evaluate(bars.rows(start, min(start + size, len(bars))), {}).conviction[:, 0]
        for start in range(0, len(bars), size)
    ]
    return np.concatenate(parts).tolist()


@pytest.mark.parametrize(
    ("closes", "long"),
    [
        ([5, 6, 7, 8], [0, 0, 0, 0]),  # above from the start: no crossing yet
        ([5, 4, 5, 6], [0, 0, 1, 1]),  # crosses up at the third close
        ([5, 4, 5, 4], [0, 0, 1, 0]),  # and down at the fourth
        ([5, 4, 5, 5], [0, 0, 1, 1]),  # a tie keeps the side it came from
        ([5, 4, NAN, 5], [0, 0, 0, 1]),  # a gap changes nothing
        ([5], [0]),
    ],
)
def test_it_takes_a_crossing_to_be_long(closes, long):
    assert convictions(closes) == long


def test_below_is_short_where_shorts_are_allowed():
    assert convictions([5, 6, 5, 6], allow_short=True) == [0, 0, -1, 1]


@given(PRICES, st.integers(1, 9), st.booleans())
def test_crossings_are_the_same_however_rows_are_cut(closes, size, allow_short):
    whole = convictions(closes, allow_short=allow_short)
    assert convictions(closes, allow_short=allow_short, size=size) == whole
