"""Fees: golden numbers by hand, exactness, and what holds for any fills."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.fees import (
    Fee,
    FeeQuestion,
    FlatFees,
    MakerTakerFees,
    PaidIn,
    PercentageFees,
    PerUnitFees,
    Tier,
    TieredFees,
)
from magents.model.instruments import Kind
from magents.model.money import GRID, on_grid
from magents.model.time import DAY
from tests.builders import coin, instrument

AMOUNTS = st.decimals("0.01", 10**6, places=4)
RATES = st.floats(0, 0.05)


def asked(quantity=100, price=50, *, of=None, maker=False, ts=0, filled=0, traded=0, paid=0):
    of = of or instrument()
    quantity, price = Decimal(str(quantity)), Decimal(str(price))
    before = (Decimal(str(filled)), Decimal(str(traded)), Decimal(str(paid)))
    notional = on_grid(quantity * price * of.multiplier)
    return FeeQuestion(of, quantity, price, notional, maker, ts, *before)


def cost(fees, **how):
    return fees.charge(asked(**how)).amount


def split(fees, parts, price=50):
    """Return what an order costs that fills in parts."""
    filled = traded = paid = Decimal(0)
    for part in parts:
        question = asked(part, price, filled=filled, traded=traded, paid=paid)
        paid += fees.charge(question).amount
        filled += part
        traded += question.notional
    return paid


# -- golden numbers ----------------------------------------------------------------------------


def test_a_percentage_of_the_notional():
    assert PercentageFees(0.001).charge(asked(-100, 50)) == Fee(Decimal(5), "USD")


def test_a_rate_is_what_a_person_reads():
    assert cost(PercentageFees(0.1), quantity=1, price="0.3") == Decimal("0.03")


def test_maker_and_taker_pay_their_own_rate():
    fees = MakerTakerFees(0.0002, 0.0005)
    assert [cost(fees, maker=maker) for maker in (True, False)] == [Decimal(1), Decimal("2.5")]


def test_a_rebate_is_a_negative_fee():
    assert cost(MakerTakerFees(-0.0001, 0.0005), maker=True) == Decimal("-0.5")


@pytest.mark.parametrize(
    ("quantity", "price", "due"),
    [
        (1000, 50, "5"),  # 1000 at 0.005 a share
        (100, 50, "1"),  # 0.50 is below the minimum
        (100_000, "0.20", "200"),  # 500 is above 1 % of 20,000
        (10, "0.20", "0.02"),  # the maximum of 1 % of 2.00 wins over the minimum
    ],
)
def test_per_share_has_a_minimum_and_a_maximum(quantity, price, due):
    assert cost(PerUnitFees(0.005, 1, 0.01), quantity=quantity, price=price) == Decimal(due)


def test_per_contract_knows_no_price():
    future = instrument("ES", kind=Kind.FUTURE, multiplier=Decimal(50))
    assert cost(PerUnitFees(2.25), quantity=-4, price=5000, of=future) == Decimal(9)


def test_many_small_fills_share_one_minimum():
    assert split(PerUnitFees(0.005, 1), [Decimal(20)] * 5) == 1
    assert split(PerUnitFees(0.005, 1), [Decimal(150)] * 2) == Decimal("1.5")


def test_a_flat_fee_is_charged_once_an_order():
    assert split(FlatFees(4.95), [Decimal(20)] * 5) == Decimal("4.95")


@pytest.mark.parametrize(
    ("paid_in", "side", "fee"),
    [
        (PaidIn.QUOTE, 1, Fee(Decimal(30), "USDT")),
        (PaidIn.BASE, 1, Fee(Decimal("0.001"), "BTC")),
        (PaidIn.BASE, -1, Fee(Decimal("0.001"), "BTC")),
        (PaidIn.RECEIVED, 1, Fee(Decimal("0.001"), "BTC")),
        (PaidIn.RECEIVED, -1, Fee(Decimal(30), "USDT")),
    ],
)
@pytest.mark.parametrize("kind", [PercentageFees, lambda *how: MakerTakerFees(0, *how)])
def test_fees_in_quote_in_base_and_in_what_is_received(kind, paid_in, side, fee):
    assert kind(0.001, paid_in).charge(asked(side, 30_000, of=coin())) == fee


def test_what_has_no_base_currency_pays_in_quote():
    assert PercentageFees(0.001, PaidIn.BASE).charge(asked()) == Fee(Decimal(5), "USD")


# -- tiers -------------------------------------------------------------------------------------

TIERS = [
    Tier(Decimal(volume), Decimal(maker), Decimal(taker))
    for volume, maker, taker in [("10000", "0.0001", "0.0004"), ("0", "0.0002", "0.0006")]
]


def test_a_tier_is_that_of_the_whole_days_before():
    fees = TieredFees(TIERS)
    charged = [cost(fees, quantity=200, ts=ts) for ts in (0, DAY - 1, DAY)]
    assert charged == [Decimal(6), Decimal(6), Decimal(4)]


def test_a_tier_is_lost_when_its_volume_is_older_than_thirty_days():
    fees = TieredFees(TIERS)
    cost(fees, quantity=200, ts=5 * DAY)
    assert [fees.tier(day * DAY).taker for day in (35, 36)] == [TIERS[0].taker, TIERS[1].taker]


def test_a_maker_pays_the_tiers_maker_rate():
    assert cost(TieredFees(TIERS), quantity=200, maker=True) == Decimal(2)


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 400)), max_size=20))
def test_tiers_agree_with_adding_up_the_days(trades):
    fees, done = TieredFees(TIERS), []
    for day, quantity in sorted(trades):
        volume = sum(amount for when, amount in done if day - 30 <= when < day)
        assert fees.tier(day * DAY) == (TIERS[0] if volume >= 10_000 else TIERS[1])
        cost(fees, quantity=quantity, ts=day * DAY)
        done.append((day, quantity * 50))


# -- for any fills -----------------------------------------------------------------------------

SCHEDULES = [
    PercentageFees(0.0013),
    MakerTakerFees(0.0001, 0.0007),
    PerUnitFees(0.0035, 0.35, 0.01),
    FlatFees(1.25),
]


@given(AMOUNTS, AMOUNTS, RATES)
def test_fees_are_on_the_grid_and_the_same_for_both_sides(quantity, price, rate):
    fees = PercentageFees(rate)
    bought, sold = (
        cost(fees, quantity=quantity, price=price),
        cost(fees, quantity=-quantity, price=price),
    )
    assert bought == sold
    assert bought >= 0
    assert bought % GRID == 0


@given(AMOUNTS, AMOUNTS, RATES, RATES)
def test_a_higher_rate_never_costs_less(quantity, price, one, two):
    low, high = sorted([one, two])
    how = {"quantity": quantity, "price": price}
    assert cost(PercentageFees(low), **how) <= cost(PercentageFees(high), **how)
    assert cost(PerUnitFees(low, 1, 0.01), **how) <= cost(PerUnitFees(high, 1, 0.01), **how)
    assert cost(PerUnitFees(1, low, 0.01), **how) <= cost(PerUnitFees(1, high, 0.01), **how)


@given(st.lists(st.integers(1, 500).map(Decimal), min_size=1, max_size=6))
@pytest.mark.parametrize("fees", SCHEDULES)
def test_an_order_costs_the_same_in_parts_as_whole(fees, parts):
    whole = split(fees, [sum(parts, Decimal(0))])
    assert abs(split(fees, parts) - whole) <= GRID * len(parts)


@given(st.lists(st.integers(1, 500).map(Decimal), min_size=1, max_size=6))
@pytest.mark.parametrize("fees", SCHEDULES)
def test_no_part_of_an_order_is_charged_less_than_nothing(fees, parts):
    costs = [split(fees, parts[: n + 1]) for n in range(len(parts))]
    assert costs == sorted(costs)
