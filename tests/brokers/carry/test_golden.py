"""The golden ledgers of ``docs/carry.md``, to the last digit."""

from decimal import Decimal

import pytest

from brokers.simulated.carry import borrow, conversion, interest, options, rollover, splits
from brokers.simulated.carry.schedule import CarryTerms
from brokers.simulated.sessions import Sessions
from magents.model.events import (
    Borrow,
    Delisting,
    Dividend,
    Events,
    Exchange,
    Funding,
    Rate,
    Split,
    Timeline,
)
from magents.model.instruments import (
    BondTerms,
    FutureTerms,
    Instrument,
    Kind,
    OptionTerms,
    PerpetualTerms,
)
from magents.model.time import DAY, HOUR, parse_instant
from tests.brokers.carry.bank import HOUSE, Bank, share

FRIDAY = parse_instant("2024-03-01T21:00:00Z")
MONDAY = FRIDAY + 3 * DAY
OPENING = parse_instant("2024-03-04T14:30:00Z")
WEEK = {"XNYS": Sessions([FRIDAY - 6 * HOUR, OPENING], [FRIDAY, MONDAY])}


def of(**events):
    """Return events of some kinds."""
    return Events(**{name: Timeline(each) for name, each in events.items()})


def test_a_dividend_is_paid_to_longs_and_charged_to_shorts():
    paid = of(dividends=[Dividend(OPENING, "AAA", Decimal("0.47"))])
    bank = Bank([share()], paid, WEEK, long=10_000, short=10_000)
    bank.trade("AAA", 100, 50, "long")
    bank.trade("AAA", -40, 50, "short")
    bank.play(OPENING)
    assert (bank.cash("long"), bank.cash("short")) == (Decimal("5047.00"), Decimal("11981.20"))
    assert bank.position("AAA", "short").carry == Decimal("-18.80")


def test_a_split_of_three_for_two_pays_half_a_share_in_cash():
    bank = Bank([share()], of(splits=[Split(OPENING, "AAA", Decimal("1.5"))]), WEEK, pod=20_000)
    bank.trade("AAA", 101, 100)
    bank.mark(AAA=120)
    bank.play(OPENING)
    held = bank.position("AAA")
    assert (held.quantity, held.cost, held.realised) == (
        151,
        Decimal("10066.66666667"),
        Decimal("6.66666667"),
    )
    assert bank.cash() == 20_000 - 10_100 + 40
    bank.mark(AAA=80)
    assert bank.gain() == 151 * 80 + 40 - 10_100 == 101 * 120 - 10_100


def test_a_short_pays_for_the_fraction_of_a_reverse_split():
    event = Split(OPENING, "AAA", Decimal("0.1"))
    moves = splits.split(event, share(), {"pod": Decimal(-25)}, Decimal(3))
    assert [getattr(m, "units", None) for m in moves[:2]] == [Decimal("22.5"), Decimal("0.5")]
    assert moves[2].amount == Decimal("-15.0")


def test_a_new_symbol_keeps_units_and_cost():
    event = Exchange(OPENING, "OLD", "NEW")
    bank = Bank([share("OLD"), share("NEW")], of(exchanges=[event]), WEEK)
    bank.trade("OLD", 30, 200)
    bank.play(OPENING)
    assert (bank.units("OLD"), bank.position("OLD").cost) == (0, 0)
    assert (bank.units("NEW"), bank.position("NEW").cost) == (30, 6000)


def test_a_merger_for_shares_and_cash():
    event = Exchange(OPENING, "OLD", "NEW", Decimal("0.333"), Decimal("12.5"))
    bank = Bank([share("OLD"), share("NEW")], of(exchanges=[event]), WEEK, pod=10_000)
    bank.trade("OLD", 100, 50)
    bank.mark(OLD=55, NEW=90)
    bank.play(OPENING)
    held = bank.position("NEW")
    assert bank.cash() == 5000 + 1250 + 27
    assert (held.quantity, held.cost, held.realised) == (
        33,
        Decimal("4954.95495495"),
        Decimal("1231.95495495"),
    )


def test_a_merger_for_cash_only_closes_the_position():
    event = Exchange(OPENING, "OLD", "", Decimal(0), Decimal("52.25"))
    bank = Bank([share("OLD")], of(exchanges=[event]), WEEK)
    bank.trade("OLD", 100, 50)
    bank.play(OPENING)
    assert (bank.units("OLD"), bank.position("OLD").realised) == (0, 225)


@pytest.mark.parametrize(
    ("price", "realised"), [(Decimal("0.05"), -2950), (None, -1000), (Decimal(0), -3000)]
)
def test_a_delisting_pays_its_price_or_the_last_or_nothing(price, realised):
    bank = Bank([share()], of(delistings=[Delisting(OPENING, "AAA", price)]), WEEK)
    bank.trade("AAA", 1000, 3)
    bank.mark(AAA=2)
    bank.play(OPENING)
    assert (bank.units("AAA"), bank.position("AAA").realised) == (0, realised)


def test_a_short_pays_its_borrow_fee_for_the_nights_of_a_weekend():
    events = Events(borrow={"AAA": Timeline([Borrow(0, "AAA", Decimal("0.072"))])})
    bank = Bank([share()], events, WEEK)
    bank.trade("AAA", -500, 20)
    bank.mark(AAA=21)
    bank.play(FRIDAY)
    assert bank.amounts("borrow") == [Decimal("-6.3")]


def test_a_recalled_short_is_bought_in_after_its_notice_the_largest_first():
    recalls = borrow.Recalls(2)
    shorts = {"AAA": {"a": Decimal(-100), "b": Decimal(-300), "c": Decimal(50)}}
    assert recalls.session(shorts, {"AAA": Decimal(350)}) == []
    assert recalls.session(shorts, {"AAA": Decimal(10)}) == []
    assert recalls.session(shorts, {"AAA": Decimal(10)}) == []
    assert recalls.session(shorts, {"AAA": Decimal(10)}) == [
        borrow.BuyIn("b", "AAA", Decimal(300)),
        borrow.BuyIn("a", "AAA", Decimal(40)),
    ]
    assert recalls.session(shorts, {"AAA": None}) == []


def test_interest_on_debits_and_credits_with_the_difference_in_the_house():
    events = Events(rates={"USD": Timeline([Rate(0, "USD", Decimal("0.05"))])})
    bank = Bank([share()], events, WEEK, borrower=100_000, lender=100_000)
    bank.trade("AAA", 3500, 100, "borrower")
    bank.play(MONDAY)
    assert bank.amounts("interest", "borrower")[0] == Decimal("-135.41666667")  # three nights
    one = interest.Terms(Decimal("0.05"), interest.Spreads(), 1)
    flows = interest.interest(
        0, {"a": Decimal(-250_000), "b": Decimal(100_000), HOUSE: Decimal(0)}, one
    )
    assert {flow.pod: flow.amount for flow in flows} == {
        "a": Decimal("-45.13888889"),
        "b": Decimal("12.50000000"),
        HOUSE: Decimal("5.55555556"),
    }


def test_funding_of_a_linear_and_of_an_inverse_perpetual():
    linear = Instrument(
        id="BTC/USDT:USDT", kind=Kind.PERPETUAL, currency="USDT", terms=PerpetualTerms()
    )
    inverse = Instrument(
        id="BTC/USD:BTC", kind=Kind.INVERSE_PERPETUAL, currency="BTC", terms=PerpetualTerms()
    )
    stamps = [Funding(HOUR, i.id, Decimal("0.0001")) for i in (linear, inverse)]
    bank = Bank([linear, inverse], of(funding=stamps), pod=100_000, other=100_000)
    bank.trade(linear.id, 2, 39_000)
    bank.trade(linear.id, -1, 39_000, "other")
    bank.trade(inverse.id, 80_000, 39_000)
    bank.prices.update({linear.id: Decimal(40_000), inverse.id: Decimal(40_000)})
    bank.play(HOUR)
    assert bank.cash() == 100_000 - 8
    assert bank.cash("other") == 100_004
    assert bank.units("BTC") == Decimal("-0.0002")


FUT = {"kind": Kind.FUTURE, "multiplier": Decimal(50)}
EXPIRY = MONDAY + DAY


def future(name="ES", rolls_to=""):
    return Instrument(id=name, terms=FutureTerms(EXPIRY, rolls_to), **FUT)


def test_a_future_is_settled_each_day_and_at_expiry():
    bank = Bank([future()], sessions=WEEK, pod=50_000)
    bank.trade("ES", 2, 4000, fee="4.2")
    bank.mark(ES=4010)
    bank.play(FRIDAY)
    assert bank.cash() == Decimal("50995.8")
    bank.trade("ES", -1, 4005, fee="2.1")
    bank.mark(ES=4003)
    bank.play(MONDAY)
    bank.mark(ES=4020)
    bank.play(EXPIRY)
    assert bank.amounts("settlement") == [1000, -600, 850]
    assert (bank.units("ES"), bank.position("ES").realised) == (0, 1250)
    assert bank.cash() == bank.value() == Decimal(50000) + 1250 - Decimal("6.3")


def test_a_future_rolls_at_the_two_prices_and_pays_for_two_trades():
    known = [
        future("ESH", "ESM"),
        Instrument(id="ESM", terms=FutureTerms(EXPIRY + 90 * DAY), **FUT),
    ]
    bank = Bank(known, sessions=WEEK, terms=CarryTerms(roll_cost=Decimal("0.0001")), pod=50_000)
    bank.trade("ESH", 2, 4000)
    bank.mark(ESH=4010, ESM=4025)
    bank.play(EXPIRY)
    assert (bank.units("ESH"), bank.units("ESM")) == (0, 2)
    assert bank.position("ESM").cost == 402_500
    assert bank.position("ESM").commission == Decimal("80.35")
    assert bank.value() == bank.cash() == 50_000 + 1000 - Decimal("80.35")


NOTE = BondTerms(0.06, parse_instant("2030-07-15"), parse_instant("2020-07-15"))


def bond(daycount="30/360"):
    terms = BondTerms(NOTE.coupon, NOTE.maturity, NOTE.issued, 2, daycount)
    return Instrument(id="NOTE", kind=Kind.BOND, terms=terms)


@pytest.mark.parametrize(
    ("daycount", "paid"),
    [("30/360", "992.66666667"), ("act/365", "992.56164384"), ("act/act", "992.58241758")],
)
def test_a_bond_is_bought_with_accrued_interest_and_pays_coupons(daycount, paid):
    bank = Bank([bond(daycount)], pod=2_000)
    bought = parse_instant("2024-03-01T15:00:00Z")
    bank.now = bought
    bank.trade("NOTE", 10, "98.5", ts=bought)
    assert bank.cash() == 2_000 - Decimal(paid)
    bank.mark(NOTE="98.5")
    assert bank.gain() == 0
    bank.play(parse_instant("2024-07-15"))
    assert bank.amounts("coupon") == [30]
    bank.play(NOTE.maturity)
    assert (bank.units("NOTE"), bank.cash()) == (0, 2_000 - Decimal(paid) + 13 * 30 + 1000)


def option(right="call", settlement="cash", name="OPT"):
    terms = OptionTerms("AAA", Decimal(100), OPENING, right, settlement=settlement)
    return Instrument(id=name, kind=Kind.OPTION, multiplier=Decimal(100), terms=terms)


def test_a_cash_settled_call_pays_its_intrinsic_value():
    bank = Bank([share(), option()], sessions=WEEK)
    bank.trade("OPT", 3, "2.5")
    bank.mark(AAA="107.25")
    bank.play(OPENING)
    assert (bank.units("OPT"), bank.position("OPT").realised) == (0, 2175 - 750)


def test_a_physical_call_turns_into_shares_at_the_strike():
    bank = Bank([share(), option(settlement="physical")], sessions=WEEK, pod=50_000)
    bank.trade("OPT", 3, "2.5")
    bank.mark(AAA="107.25")
    bank.play(OPENING)
    assert (bank.units("OPT"), bank.units("AAA")) == (0, 300)
    assert bank.position("AAA").cost == 30_750
    assert bank.cash() == 50_000 - 750 - 30_000
    assert bank.gain() == 300 * Decimal("107.25") - 30_750


def test_a_short_put_is_assigned_and_its_premium_lowers_the_cost():
    bank = Bank([share(), option("put", "physical")], sessions=WEEK, pod=50_000)
    bank.trade("OPT", -2, 3)
    bank.mark(AAA=95)
    bank.play(OPENING)
    assert (bank.units("AAA"), bank.position("AAA").cost) == (200, 19_400)


@pytest.mark.parametrize("settlement", ["cash", "physical"])
def test_an_option_out_of_the_money_ends_worthless(settlement):
    bank = Bank([share(), option("put", settlement)], sessions=WEEK)
    bank.trade("OPT", 1, 3)
    bank.mark(AAA="100.001")
    bank.play(OPENING)
    assert (bank.units("AAA"), bank.position("OPT").realised) == (0, -300)


def test_an_option_on_a_future_becomes_the_future_at_the_strike():
    terms = OptionTerms("ES", Decimal(4000), OPENING, "call", settlement="physical")
    on = Instrument(id="OPT", kind=Kind.OPTION, multiplier=Decimal(50), terms=terms)
    bank = Bank([future(), on], sessions=WEEK, pod=50_000)
    bank.trade("OPT", 1, 20)
    bank.mark(ES=4030)
    bank.play(MONDAY)
    assert bank.units("ES") == 1
    assert bank.cash() == 50_000 - 1000 + 1500


def test_a_call_is_exercised_early_where_the_dividend_exceeds_its_time_value():
    american = OptionTerms("AAA", Decimal(100), OPENING, "call", style="american")
    call = Instrument(id="OPT", kind=Kind.OPTION, terms=american)
    assert options.exercised_early(call, Decimal(120), Decimal("20.3"), Decimal("0.5"))
    assert not options.exercised_early(call, Decimal(120), Decimal("20.6"), Decimal("0.5"))
    assert not options.exercised_early(option(), Decimal(120), Decimal("20.3"), Decimal("0.5"))


def test_converting_costs_the_spread_whichever_way():
    deal = conversion.Deal("EUR", "USD", Decimal("1.10"), Decimal("0.001"))
    flows = conversion.sweep(0, {"a": Decimal(10_000), "b": Decimal(-10_000)}, deal)
    assert [(f.currency, f.amount) for f in flows] == [
        ("EUR", -10_000),
        ("USD", Decimal(10989)),
        ("EUR", 10_000),
        ("USD", Decimal(-11011)),
    ]


def test_a_currency_pair_earns_its_base_rate_and_a_short_one_pays_it():
    pair, euro = (
        Instrument(id="EUR/USD", kind=Kind.FX),
        interest.Terms(Decimal("0.02"), interest.Spreads(), 1),
    )
    units = {"long": Decimal(100_000), "short": Decimal(-100_000)}
    flows = rollover.rollover(0, pair, units, Decimal("1.10"), euro)
    assert [f.amount for f in flows] == [Decimal("4.58333333"), Decimal("-10.69444444")]
