"""Each market of each venue pays its own fees."""

from decimal import Decimal

import pytest

from brokers.simulated.costs import fees_of
from brokers.simulated.fees import FeeQuestion, MakerTakerFees
from brokers.simulated.settings import Costs, OwnFee
from feeds.live.frames import Opening
from magents.cli.live_running import at_venue
from magents.config import load
from magents.model.instruments import Kind
from tests.builders import coin, instrument

SPOT = {"spot": True, "type": "spot", "maker": 0.001, "taker": 0.002}
SWAP = {"swap": True, "linear": True, "type": "swap", "maker": 0.0002, "taker": 0.00055}


def settings(markets, **given):
    return at_venue(load(None, given), Opening(markets=markets))


def charged(costs, name, *, maker=False, units=2, kind=Kind.SPOT_CRYPTO):
    """Return amount and currency of the fee for buying units at 100."""
    of = coin(name, base="BTC", kind=kind)
    quantity = Decimal(units)
    notional = quantity * 100
    fee = fees_of(costs, 0.5).charge(FeeQuestion(of, quantity, Decimal(100), notional, maker, 0))
    return fee.amount, fee.currency


BOTH = {
    "binance": {"BTC/USDT": SPOT},
    "bybit": {"BTC/USDT": {**SPOT, "maker": 0.0007, "taker": 0.0009}, "BTC/USDT:USDT": SWAP},
}


@pytest.mark.parametrize(
    ("name", "maker", "kind", "fee"),
    [
        ("BTC/USDT@binance", True, Kind.SPOT_CRYPTO, ("0.002", "BTC")),
        ("BTC/USDT@binance", False, Kind.SPOT_CRYPTO, ("0.004", "BTC")),
        ("BTC/USDT@bybit", True, Kind.SPOT_CRYPTO, ("0.0014", "BTC")),
        ("BTC/USDT@bybit", False, Kind.SPOT_CRYPTO, ("0.0018", "BTC")),
        ("BTC/USDT:USDT@bybit", True, Kind.PERPETUAL, ("0.04", "USDT")),
        ("BTC/USDT:USDT@bybit", False, Kind.PERPETUAL, ("0.11", "USDT")),
    ],
)
def test_each_market_of_each_venue_pays_its_own_fee(name, maker, kind, fee):
    costs = settings(BOTH).exchange.costs
    amount, currency = charged(costs, name, maker=maker, kind=kind)
    assert (amount, currency) == (Decimal(fee[0]), fee[1])


@pytest.mark.parametrize(
    ("side", "paid_in"), [("get", "received"), ("quote", "quote"), (None, "received")]
)
def test_the_side_that_ccxt_names_pays(side, paid_in):
    market = SPOT if side is None else {**SPOT, "feeSide": side}
    (own,) = settings({"x": {"BTC/USDT": market}}).exchange.costs.own_fees
    assert own == OwnFee(instrument="BTC/USDT", maker=0.001, taker=0.002, paid_in=paid_in)


def test_a_market_that_names_no_fee_pays_the_highest_of_the_others():
    costs = settings({"x": {"BTC/USDT": SPOT, "ADA/USDT": {"spot": True}}}).exchange.costs
    assert charged(costs, "ADA/USDT") == (Decimal("0.4"), "USDT")


def test_fees_that_the_user_sets_go_before():
    costs = {"fees": "flat", "fee_per_order": 1.0}
    own = settings(BOTH, **{"exchange.costs": costs})
    assert own.exchange.costs.own_fees == ()


def test_without_own_fees_nothing_stands_between_fill_and_schedule():
    costs = Costs(fees="maker_taker", maker=0.1, taker=0.2)
    assert type(fees_of(costs, 0.0)) is MakerTakerFees


def test_other_instruments_pay_the_rates_of_all():
    costs = Costs(own_fees=(OwnFee(instrument="AAA", maker=0.0, taker=0.0),))
    fees, hundred = fees_of(costs, 0.01), Decimal(100)
    for name, fee in (("AAA", 0), ("BBB", 1)):
        question = FeeQuestion(instrument(name), Decimal(1), hundred, hundred, False, 0)
        assert fees.charge(question).amount == fee
