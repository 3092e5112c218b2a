"""Fees and slippage: exact, and never in the trader's favour."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.fees import PercentageFees
from brokers.simulated.slippage import BasisPointSlippage
from magents.model.money import GRID
from magents.model.orders import Side
from tests.builders import instrument

PRICES = st.decimals("0.01", 10**5, places=4)
RATES = st.floats(0, 0.05)


@given(st.decimals(-(10**9), 10**9, places=8), RATES)
def test_fees_are_never_negative_and_on_the_grid(notional, rate):
    fee = PercentageFees(rate).charge(notional)
    assert fee >= 0
    assert fee % GRID == 0
    assert fee == PercentageFees(rate).charge(-notional)


def test_a_fee_is_the_rate_as_a_person_reads_it():
    assert PercentageFees(0.1).charge(Decimal("0.3")) == Decimal("0.03")


@given(PRICES, st.floats(0, 500))
def test_slippage_is_never_in_the_traders_favour(price, bps):
    slip, thing = BasisPointSlippage(bps), instrument(tick=Decimal("0.01"))
    assert slip.price(price, Side.BUY, thing) >= price or bps == 0
    assert slip.price(price, Side.SELL, thing) <= price


@given(PRICES, st.floats(0.01, 500), st.sampled_from(Side))
def test_a_slipped_price_is_on_the_tick(price, bps, side):
    tick = Decimal("0.05")
    assert BasisPointSlippage(bps).price(price, side, instrument(tick=tick)) % tick == 0


@given(PRICES, st.sampled_from(Side))
def test_no_slippage_leaves_the_price_as_the_data_have_it(price, side):
    assert BasisPointSlippage(0).price(price, side, instrument(tick=Decimal(1))) == price


@pytest.mark.parametrize(("side", "price"), [("buy", "50.025"), ("sell", "49.975")])
def test_slippage_is_hundredths_of_a_percent_of_the_price(side, price):
    slipped = BasisPointSlippage(5).price(Decimal(50), Side(side), instrument())
    assert slipped == Decimal(price)
