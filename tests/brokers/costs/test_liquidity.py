"""The cap on what the fund may take, shared by all that want it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.liquidity import KEPT, Liquidity
from tests.builders import NAN

ONE = Decimal(1)
WANTS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(1, 60)))


def taken(cap, wants, volume=100.0, lot=ONE):
    """Return what each want gets, and the total of each bar."""
    liquidity, got, totals = Liquidity(cap), [], {}
    for name, bar, wanted in wants:
        units = liquidity.take((name, bar), volume, Decimal(wanted), lot)
        got.append(units)
        totals[name, bar] = totals.get((name, bar), 0) + units
    return got, totals


def test_first_come_first_served_and_the_rest_share_what_is_left():
    wants = [("a", 1, 6), ("a", 1, 6), ("a", 1, 6), ("a", 2, 6), ("b", 1, 6)]
    assert taken(0.1, wants)[0] == [6, 4, 0, 6, 6]


def test_what_is_left_is_floored_to_the_lot():
    assert taken(0.25, [("a", 1, 100)], volume=30.0, lot=Decimal(5))[0] == [5]
    assert taken(0.25, [("a", 1, 100)], volume=30.0, lot=Decimal("0.1"))[0] == [Decimal("7.5")]


@pytest.mark.parametrize("volume", [NAN, float("inf")])
def test_volume_that_is_not_known_is_no_limit(volume):
    assert taken(0.1, [("a", 1, 10**6)], volume=volume)[0] == [10**6]


def test_no_volume_is_nothing():
    assert taken(0.1, [("a", 1, 1)], volume=0.0)[0] == [0]


def test_without_a_cap_there_is_no_limit():
    assert taken(None, [("a", 1, 500), ("a", 1, 500)])[0] == [500, 500]


def test_asking_for_room_takes_nothing():
    liquidity = Liquidity(0.1)
    asked = [liquidity.room(("a", 1), 100.0, Decimal(50), ONE) for _ in range(3)]
    assert asked == [10, 10, 10]
    assert liquidity.take(("a", 1), 100.0, Decimal(50), ONE) == 10


def test_a_level_that_is_new_has_nothing_taken():
    liquidity = Liquidity(1.0)
    assert liquidity.take(("a", 99.5), 10.0, Decimal(50), ONE) == 10
    liquidity.refresh(("a", 99.5))
    assert liquidity.take(("a", 99.5), 7.0, Decimal(50), ONE) == 7


def test_memory_is_bounded():
    liquidity = Liquidity(0.1)
    for bar in range(10 * KEPT):
        liquidity.take(("a", bar), 100.0, ONE, ONE)
    assert len(liquidity._taken["a"]) == KEPT
    assert liquidity.room(("a", 10 * KEPT - 1), 100.0, Decimal(10), ONE) == 9


@given(st.floats(0.01, 1), WANTS, st.floats(0, 500))
def test_all_pods_together_never_take_more_than_the_cap_of_a_bar(cap, wants, volume):
    got, totals = taken(cap, wants, volume)
    assert all(total <= Decimal(repr(cap)) * Decimal(repr(volume)) for total in totals.values())
    assert all(0 <= units <= wanted for units, (*_, wanted) in zip(got, wants, strict=True))


@given(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), WANTS, st.floats(0, 500))
def test_a_smaller_cap_never_fills_more_in_a_bar(caps, wants, volume):
    small, large = (taken(cap, wants, volume)[1] for cap in sorted(caps))
    assert all(small[place] <= large[place] for place in small)


@given(st.floats(0.01, 1), WANTS)
def test_who_asks_changes_who_gets_and_not_how_much_in_all(cap, wants):
    forth, back = taken(cap, wants)[1], taken(cap, wants[::-1])[1]
    assert forth == back
