"""The models of a run are those that its settings name."""

from dataclasses import replace
from decimal import Decimal

import pytest

from brokers.simulated.costs import Basis, bar_volatility, models, slippage_of
from brokers.simulated.fees import FeeQuestion
from brokers.simulated.settings import Costs, FeeTier, Latency
from magents.model.orders import Side
from magents.runtime.streams import Streams
from tests.builders import instrument, panel

D = Decimal
TIER = FeeTier(volume=D(0), maker=0.0001, taker=0.0003)


def built(latency=None, **costs):
    streams = Streams(7)
    basis = Basis(0.001, 5)
    return models(Costs(**costs), latency or Latency(), basis, streams, [panel(bar="1d")])


def fee(rested=False, **costs):
    question = FeeQuestion(instrument(), D(100), D(50), D(5000), rested, 0)
    return built(**costs).fees.charge(question).amount


def price(**costs):
    slippage = built(**costs).slippage
    return slippage.price(D(100), Side.BUY, instrument(), D(100), 10_000.0, "ma:1/0")


@pytest.mark.parametrize(
    ("costs", "amount"),
    [
        ({}, "5"),
        ({"fees": "maker_taker"}, "5"),
        ({"fees": "maker_taker", "taker": 0.002}, "10"),
        ({"fees": "tiered", "tiers": (TIER,)}, "1.5"),
        ({"fees": "per_share", "fee_per_unit": 0.005, "fee_minimum": 1}, "1"),
        ({"fees": "per_contract", "fee_per_unit": 0.85}, "85"),
        ({"fees": "flat", "fee_per_order": 4.95}, "4.95"),
    ],
)
def test_fees(costs, amount):
    assert fee(**costs) == D(amount)


def test_a_maker_pays_what_is_set():
    assert fee(rested=True, fees="maker_taker", maker=-0.0001) == D("-0.5")


@pytest.mark.parametrize(
    ("costs", "wanted"),
    [
        ({}, "100.05"),
        ({"half_spread_bps": 2}, "100.07"),
        ({"volume_impact": 0.1}, "100.051"),
        ({"root_impact": 1, "volatility": 0.01}, "100.15"),
        ({"random_bps": 3, "random_shape": "fixed"}, "100.08"),
    ],
)
def test_slippage_adds_to_that_of_the_fund(costs, wanted):
    assert price(**costs) == D(wanted)


def test_no_half_spread_where_the_data_have_quotes():
    quotes = replace(panel(), level="quotes")
    slippage = slippage_of(Costs(half_spread_bps=10), 0, Streams(1), [quotes])
    assert slippage.price(D(100), Side.BUY, instrument(), D(1)) == 100


def test_volatility_shrinks_with_the_length_of_a_bar():
    hourly = replace(panel(bar="1h"), periods_per_year=252 * 4)
    assert bar_volatility(0.02, [hourly])("AAA") == pytest.approx(0.01)
    assert bar_volatility(0.02, [panel()])("AAA") == pytest.approx(0.02)


def test_participation_is_the_cap():
    assert built().liquidity.cap is None
    assert built(participation=0.025).liquidity.cap == D("0.025")


def test_latency_is_in_milliseconds():
    fixed = built(Latency(insert_ms=1.5, cancel_ms=2)).latency
    assert (fixed.insert("a:1"), fixed.cancel("a:1"), fixed.amend("a:1")) == (
        1_500_000,
        2_000_000,
        0,
    )
    drawn = built(Latency(insert_ms=1.5, shape="exponential")).latency
    assert drawn.insert("a:1") != drawn.insert("a:2")


def test_settings_without_costs_have_none_of_the_slow_models():
    assert type(built().slippage).__name__ == "BasisPointSlippage"
    assert type(built().fees).__name__ == "PercentageFees"
    assert built().latency.none
