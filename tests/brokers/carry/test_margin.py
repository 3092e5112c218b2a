"""Margin, the call, and what is sold."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.kinds.base import Quote
from brokers.simulated.margin import Sale, line, liquidate, margin, may_open
from magents.model.money import ZERO
from tests.brokers.carry.bank import share

A, B = share("A"), share("B")
LINES = [line(A, Decimal(1000), Quote(Decimal(100))), line(B, Decimal(-200), Quote(Decimal(50)))]


def test_initial_and_maintenance_are_sums_over_positions():
    state = margin(Decimal(60_000), LINES)
    assert (state.initial, state.maintenance) == (55_000, 28_000)
    assert (state.excess, state.called) == (5_000, False)
    assert state.leverage == Decimal(110_000) / 60_000
    assert may_open(state, Decimal(5_000))
    assert not may_open(state, Decimal(5_001))


def test_a_call_sells_the_largest_maintenance_first_just_as_much_as_needed():
    state = margin(Decimal(26_000), LINES)
    holdings = {"A": {"one": Decimal(1050), "two": Decimal(-50)}, "B": {"one": Decimal(-200)}}
    assert liquidate(state, holdings, Decimal("0.01")) == [
        Sale("one", "A", Decimal(-84), Decimal("84.00"))
    ]


def test_a_sale_is_shared_by_the_pods_that_hold_that_way_the_largest_first():
    state = margin(Decimal(20_000), [line(A, Decimal(1000), Quote(Decimal(100)))])
    holdings = {"A": {"one": Decimal(50), "three": Decimal(150), "two": Decimal(800)}}
    sales = liquidate(state, holdings)
    assert sales == [Sale("two", "A", Decimal(-200), ZERO)]
    broke = margin(Decimal(-1), state.lines)
    assert [(s.pod, s.units) for s in liquidate(broke, holdings)] == [
        ("two", -800),
        ("three", -150),
        ("one", -50),
    ]


def test_a_short_is_bought_back():
    state = margin(Decimal(1_000), [line(B, Decimal(-200), Quote(Decimal(50)))])
    assert liquidate(state, {"B": {"one": Decimal(-200)}}) == [Sale("one", "B", Decimal(134), ZERO)]


def test_nothing_is_sold_while_equity_covers_maintenance():
    assert liquidate(margin(Decimal(28_000), LINES), {}) == []


@given(
    st.lists(st.tuples(st.integers(-999, 999), st.integers(1, 500)), min_size=1, max_size=6),
    st.integers(-10_000, 200_000),
    st.sampled_from([Decimal(0), Decimal("0.001"), Decimal("0.01")]),
)
def test_what_is_sold_restores_maintenance_or_all_is_sold(positions, equity, fee):
    names = [share(f"N{i}") for i in range(len(positions))]
    quotes = [Quote(Decimal(price)) for _, price in positions]
    units = [Decimal(each) for each, _ in positions]
    lines = [line(*each) for each in zip(names, units, quotes, strict=True)]
    state = margin(Decimal(equity), lines)
    holdings = {i.id: {"pod": each} for i, each in zip(names, units, strict=True)}
    sales = liquidate(state, holdings, fee)
    sold = {sale.instrument: sale.units for sale in sales}
    after = [each + sold.get(i.id, 0) for i, each in zip(names, units, strict=True)]
    left = margin(
        state.equity - sum((s.fee for s in sales), ZERO),
        [line(*each) for each in zip(names, after, quotes, strict=True)],
    )
    assert all(a * b >= 0 and abs(a) <= abs(b) for a, b in zip(after, units, strict=True))
    assert not left.called or not any(after)
