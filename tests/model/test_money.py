"""Exact amounts: what a person would write, on a grid, and back as text."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.money import GRID, exact, on_grid, plain, to_step

AMOUNTS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=12)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
STEPS = st.sampled_from([Decimal(text) for text in ("1", "0.01", "0.05", "100", "0.0001")])


@given(FLOATS)
def test_a_float_becomes_the_decimal_a_person_would_write(value):
    assert float(exact(value)) == value
    assert str(exact(67.7142)) == "67.7142"


@pytest.mark.parametrize("value", ["0.1", 0.1, Decimal("0.1")])
def test_text_float_and_decimal_of_one_number_are_the_same_amount(value):
    assert exact(value) == Decimal("0.1")


@given(AMOUNTS)
def test_rounding_to_the_grid_moves_at_most_half_a_step_and_only_once(amount):
    rounded = on_grid(amount)
    assert abs(rounded - amount) <= GRID / 2
    assert rounded % GRID == 0
    assert on_grid(rounded) == rounded


@given(st.lists(AMOUNTS, max_size=50))
def test_sums_of_amounts_on_the_grid_do_not_depend_on_their_order(amounts):
    rounded = [on_grid(amount) for amount in amounts]
    assert sum(rounded) == sum(reversed(rounded)) == sum(sorted(rounded))


def test_halves_go_to_the_even_neighbour():
    assert on_grid(Decimal("0.000000005")) == 0
    assert on_grid(Decimal("0.000000015")) == Decimal("0.00000002")


@given(AMOUNTS, STEPS)
def test_rounding_down_to_a_step_never_adds_units(amount, step):
    rounded = to_step(amount, step, ROUND_DOWN)
    assert rounded % step == 0
    assert abs(rounded) <= abs(amount) < abs(rounded) + step


@given(AMOUNTS, STEPS)
def test_floor_and_ceiling_of_a_step_enclose_the_value(amount, step):
    low, high = to_step(amount, step, ROUND_FLOOR), to_step(amount, step, ROUND_CEILING)
    assert low <= amount <= high
    assert high - low in {0, step}


@given(AMOUNTS)
def test_plain_text_reads_back_as_the_same_amount_without_any_frills(amount):
    text = plain(amount)
    assert Decimal(text) == amount
    assert "E" not in text
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("amount", "text"), [("1.500", "1.5"), ("100", "100"), ("1E+3", "1000"), ("0E-8", "0")]
)
def test_plain_text_of_amounts(amount, text):
    assert plain(Decimal(amount)) == text
