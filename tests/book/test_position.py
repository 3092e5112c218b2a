"""A position at average cost: opening, adding, closing, turning."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from magents.book.position import Position

CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)
UNITS = st.integers(-500, 500).filter(bool).map(Decimal)
TRADES = st.lists(st.tuples(UNITS, CENTS), max_size=30)


def held(*trades, commission="0"):
    """Return the position after trades of (units, price)."""
    position = Position()
    for units, price in trades:
        position.add(Decimal(units), Decimal(units) * Decimal(price), Decimal(commission))
    return position


def test_buying_twice_adds_up_units_and_cost():
    position = held((10, 100), (10, 110))
    assert (position.quantity, position.cost, position.realised) == (20, 2100, 0)


def test_selling_a_part_releases_its_part_of_the_cost():
    position = held((10, 100), (10, 110), (-5, 120))
    assert (position.quantity, position.cost) == (15, 1575)
    assert position.realised == 5 * 120 - 525


def test_closing_releases_all_of_the_cost_and_leaves_nothing():
    position = held((3, "33.33"), (4, "44.44"), (-7, "50"))
    assert (position.quantity, position.cost) == (0, 0)
    assert position.realised == Decimal(350) - Decimal("99.99") - Decimal("177.76")


def test_a_short_position_earns_when_the_price_falls():
    position = held((-10, 100), (10, 90))
    assert (position.quantity, position.cost, position.realised) == (0, 0, 100)


def test_turning_closes_everything_and_opens_the_rest_at_the_new_price():
    position = held((10, 100), (-25, 120))
    assert (position.quantity, position.cost, position.realised) == (-15, -1800, 200)


@given(TRADES, CENTS, st.integers(1, 500))
def test_turning_is_the_same_as_closing_first_and_opening_then(trades, price, extra):
    before = held(*trades)
    assume(before.quantity)
    onward = -before.quantity - extra * (1 if before.quantity > 0 else -1)
    at_once = held(*trades, (onward, price))
    in_two = held(*trades, (-before.quantity, price), (onward + before.quantity, price))
    assert (at_once.quantity, at_once.cost) == (in_two.quantity, in_two.cost)
    assert at_once.realised == in_two.realised


@given(TRADES, CENTS)
def test_realised_and_unrealised_make_up_all_money_that_moved(trades, mark):
    position = held(*trades, commission="0.07")
    paid = sum((units * price for units, price in trades), Decimal(0))
    unrealised = position.quantity * mark - position.cost
    assert position.realised + unrealised == position.quantity * mark - paid
    assert position.commission == Decimal("0.07") * len(trades)


@given(TRADES)
def test_cost_has_the_sign_of_what_is_held(trades):
    position = held(*trades)
    assert position.quantity == sum((units for units, _ in trades), Decimal(0))
    if position.quantity:
        assert (position.cost > 0) == (position.quantity > 0)
    else:
        assert position.cost == 0


@given(st.integers(2, 1000), CENTS, st.data())
def test_selling_bit_by_bit_never_leaves_cost_behind(units, price, data):
    position = held((units, price))
    while position.quantity:
        part = data.draw(st.integers(1, int(position.quantity)))
        position.add(-Decimal(part), -part * price, Decimal(0))
    assert (position.cost, position.realised) == (0, 0)
