"""Slippage and spread: golden numbers by hand, and never in the trader's favour."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.draws import Draws, Shape
from brokers.simulated.slippage import (
    BasisPoints,
    BasisPointSlippage,
    PartsSlippage,
    RandomSlippage,
    SquareRootImpact,
    VolumeShare,
)
from brokers.simulated.spread import HalfSpread, QuotedSpread
from magents.model.money import GRID
from magents.model.orders import Side
from magents.runtime.streams import Streams
from tests.builders import NAN, instrument

PRICES = st.decimals("0.01", 10**5, places=4)
QUANTITIES = st.integers(0, 10**6).map(Decimal)
VOLUMES = st.just(NAN) | st.just(0.0) | st.floats(1, 1e9)
CENT = instrument(tick=Decimal("0.01"))
SIDES = st.sampled_from(Side)


def slipped(*parts, quoted=100, side="buy", of=None, quantity=100, volume=10_000.0, fill="a:1/0"):
    model = PartsSlippage(parts)
    how = (Decimal(quantity), volume, fill)
    return model.price(Decimal(str(quoted)), Side(side), of or instrument(), *how)


def random(bps, seed=1, shape=Shape.EXPONENTIAL):
    return RandomSlippage(bps, Draws(Streams(seed), shape))


def daily(_):
    return 0.02


# -- golden numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "price"), [("buy", "50.025"), ("sell", "49.975")])
def test_basis_points_are_hundredths_of_a_percent_of_the_price(side, price):
    assert BasisPointSlippage(5).price(Decimal(50), Side(side), instrument()) == Decimal(price)


def test_volume_share_is_quadratic():
    """A hundredth of the volume at 0.1: 0.1 x 0.01^2 = 0.00001."""
    assert slipped(VolumeShare(0.1)) == Decimal("100.001")
    assert slipped(VolumeShare(0.1), quantity=1000, side="sell") == Decimal("99.9")


def test_square_root_impact():
    """A hundredth of the volume, two percent a bar: 0.5 x 0.02 x 0.1 = 0.001."""
    assert slipped(SquareRootImpact(0.5, daily)) == Decimal("100.1")
    assert slipped(SquareRootImpact(0.5, daily), quantity=400) == Decimal("100.2")


def test_half_spread_is_paid_by_both_sides():
    spread = HalfSpread(10, {"WIDE": 100})
    assert slipped(spread) == Decimal("100.1")
    assert slipped(spread, side="sell") == Decimal("99.9")
    assert slipped(spread, of=instrument("WIDE")) == 101


@pytest.mark.parametrize(
    ("quotes", "price"),
    [((99.5, 100.5), "100.5"), ((NAN, 100.5), "101"), ((101.0, 100.0), "101"), ((0, 0), "101")],
)
def test_a_spread_from_quotes_falls_back_where_there_are_none(quotes, price):
    assert slipped(QuotedSpread(lambda _: quotes, HalfSpread(100))) == Decimal(price)


def test_parts_add_up_and_are_rounded_once():
    parts = BasisPoints(10), HalfSpread(5), VolumeShare(0.1)
    assert slipped(*parts, of=CENT, quantity=1000) == Decimal("100.25")
    assert slipped(BasisPoints(0.4), BasisPoints(0.4), of=CENT) == Decimal("100.01")


def test_no_parts_leave_the_price_as_the_data_have_it():
    tick = instrument(tick=Decimal(1))
    assert slipped(quoted="10.5", of=tick) == Decimal("10.5")
    assert BasisPointSlippage(0).price(Decimal("10.5"), Side.BUY, tick) == Decimal("10.5")


@pytest.mark.parametrize("part", [VolumeShare(0.1), SquareRootImpact(1, daily)])
def test_unknown_volume_has_no_impact(part):
    assert slipped(part, volume=NAN) == 100


@pytest.mark.parametrize("part", [VolumeShare(0.1), SquareRootImpact(1, daily)])
def test_nothing_to_trade_with_costs_the_price_once_more_at_most(part):
    assert slipped(part, volume=0.0) == 200
    assert slipped(part, volume=0.0, side="sell", of=CENT) == Decimal("0.01")
    assert slipped(part, volume=0.0, side="sell") == GRID


def test_below_zero_worse_still_means_worse():
    assert slipped(BasisPoints(100), quoted=-40) == Decimal("-39.6")
    assert slipped(BasisPoints(100), quoted=-40, side="sell") == Decimal("-40.4")


# -- random slippage ---------------------------------------------------------------------------


def test_random_slippage_depends_on_the_name_of_the_fill_only():
    names = [f"a:{n}/0" for n in range(20)]
    forth, back = random(10), random(10)
    there = {name: slipped(forth, fill=name) for name in names}
    again = {name: slipped(back, fill=name) for name in reversed(names)}
    assert there == again
    assert len(set(there.values())) == 20


def test_random_slippage_depends_on_the_seed():
    assert slipped(random(10, seed=1)) != slipped(random(10, seed=2))


@pytest.mark.parametrize("shape", Shape)
def test_random_slippage_is_right_on_average(shape):
    model = random(10, shape=shape)
    prices = [slipped(model, fill=f"a:{n}/0") for n in range(2000)]
    assert float(sum(prices)) / 2000 == pytest.approx(100.1, abs=0.01)
    assert min(prices) >= 100


# -- for any fill ------------------------------------------------------------------------------

PARTS = {
    "bps": BasisPoints,
    "spread": HalfSpread,
    "volume": lambda x: VolumeShare(x / 100),
    "root": lambda x: SquareRootImpact(x / 100, daily),
    "random": random,
}


@given(PRICES, SIDES, QUANTITIES, VOLUMES, st.floats(0, 500))
@pytest.mark.parametrize("kind", PARTS)
def test_slippage_is_never_in_the_traders_favour(kind, price, side, quantity, volume, size):
    how = {"quoted": price, "side": side, "quantity": quantity, "volume": volume}
    for of in (CENT, instrument()):
        got = slipped(PARTS[kind](size), of=of, **how)
        assert (got - price) * side.sign >= 0
        assert got > 0


@given(PRICES, SIDES, QUANTITIES, VOLUMES, st.tuples(st.floats(0, 500), st.floats(0, 500)))
@pytest.mark.parametrize("kind", PARTS)
def test_more_slippage_is_never_better(kind, price, side, quantity, volume, sizes):
    how = {"quoted": price, "side": side, "quantity": quantity, "volume": volume, "of": CENT}
    less, more = (slipped(PARTS[kind](size), **how) for size in sorted(sizes))
    assert (more - less) * side.sign >= 0


@given(SIDES, st.tuples(QUANTITIES, QUANTITIES), st.floats(1, 1e6))
@pytest.mark.parametrize("kind", ["volume", "root"])
def test_a_larger_order_is_never_better(kind, side, quantities, volume):
    how = {"side": side, "volume": volume}
    less, more = (slipped(PARTS[kind](50), quantity=q, **how) for q in sorted(quantities))
    assert (more - less) * side.sign >= 0


@given(PRICES, st.floats(0.01, 500), SIDES)
def test_a_slipped_price_is_on_the_tick(price, bps, side):
    tick = Decimal("0.05")
    assert BasisPointSlippage(bps).price(price, side, instrument(tick=tick)) % tick == 0


@given(PRICES, SIDES, st.floats(0, 500))
def test_the_fast_way_and_the_sum_agree(price, side, bps):
    fast = BasisPointSlippage(bps).price(price, side, CENT)
    assert abs(fast - slipped(BasisPoints(bps), quoted=price, side=side, of=CENT)) <= Decimal(
        "0.01"
    )


def test_square_root_impact_is_the_same_for_bars_of_any_length():
    """A quarter of the time: a quarter of the volume, half the volatility."""
    day = slipped(SquareRootImpact(1, daily), volume=10_000.0)
    quarter = slipped(SquareRootImpact(1, lambda _: 0.01), volume=2_500.0)
    assert math.isclose(day, quarter)
