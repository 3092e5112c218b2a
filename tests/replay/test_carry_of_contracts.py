"""What holding contracts, bonds and coins costs and brings, through the whole fund."""

import numpy as np
import pytest

from brokers.simulated.settings import CarrySettings, Costs
from magents.config.settings import Exchange
from magents.model.events import (
    Dividend,
    Events,
    Funding,
    Timeline,
)
from magents.model.instruments import BondTerms, FutureTerms, Instrument, Kind, OptionTerms
from magents.model.records import Adjustment, CashFlow, Fill
from magents.model.time import DAY, HOUR, parse_instant
from tests.builders import MONDAY, NAN, block, panel
from tests.builders import instrument as share
from tests.replay.carry_fund import (
    CAPITAL,
    D,
    closing,
    days,
    flows,
    gain,
    holds,
    opening,
    play,
    values,
)


def test_funding_of_a_perpetual_is_paid_by_longs_to_shorts():
    perp = Instrument(
        id="PERP", kind=Kind.PERPETUAL, lot=D("0.001"), calendar="24/7", currency="USDT"
    )
    four = {"start": MONDAY - DAY, "length": 4 * HOUR, "every": 4 * HOUR}
    bars = block([40_000] * 14, of=panel("PERP", name="24/7 4h", bar="4h"), **four)
    stamps = [MONDAY + 8 * HOUR * n for n in (1, 2, 3)]
    events = Events(funding=Timeline([Funding(ts, "PERP", D("0.0001")) for ts in stamps]))
    pods = {"long": holds("PERP", 2), "short": holds("PERP", -1)}
    run = play(pods, [perp], [bars], events)
    assert flows(run, "funding", "long") == [-8] * 3
    assert flows(run, "funding", "short") == [4] * 3
    assert gain(run) == -12


def future(name, day, **how):
    """Return a future of fifty dollars a point that expires with a session's close."""
    terms = FutureTerms(closing(day), **how)
    return Instrument(id=name, kind=Kind.FUTURE, multiplier=D(50), terms=terms)


def test_a_future_is_settled_every_day_and_ends_with_what_its_trades_made():
    first, second, third = (
        (4000, 4010, 4000, 4010),
        (4005, 4005, 4003, 4003),
        (4003, 4020, 4003, 4020),
    )
    bars = days([first, second, third, 4020], names=["ES"])

    async def script(desk):
        await desk.clock.until(closing(-1) + HOUR)
        await desk.buy("ES", 2)
        await desk.clock.until(closing(0) + HOUR)
        await desk.sell("ES", 1)

    run = play({"pod": script}, [future("ES", 2)], [bars])
    assert flows(run, "settlement") == [1000, -600, 850]
    assert values(run) == [1000, 400, 1250, 1250]
    assert run.result.pod_equity["pod"] == CAPITAL + 1250


def test_a_future_rolls_into_the_next():
    bars = days([4000, 4005, 4010, NAN], [4020, 4020, 4025, 4035], names=("ESH", "ESM"))
    instruments = [future("ESH", 2, rolls_to="ESM"), future("ESM", 90)]
    run = play({"pod": holds("ESH", 2)}, instruments, [bars])
    assert gain(run) == (4010 - 4000) * 2 * 50 + (4035 - 4025) * 2 * 50
    assert [(a.instrument, a.units) for a in run.journal.of(Adjustment)] == [
        ("ESH", -2),
        ("ESM", 2),
    ]


def test_fees_are_all_that_a_future_costs_besides_its_price():
    bars = days([4000, 4010, 4010], names=["ES"])
    run = play({"pod": holds("ES", 1)}, [future("ES", 90)], [bars], transaction_cost=0.0001)
    assert gain(run) == 500 - 20


def test_an_inverse_perpetual_gains_coins():
    perp = Instrument(
        id="XBTUSD", kind=Kind.INVERSE_PERPETUAL, currency="BTC", base="BTC", calendar="24/7"
    )
    bars = days([40_000, 50_000, 50_000], names=["XBTUSD"], start=MONDAY, length=DAY)

    async def script(desk):
        await desk.clock.until(MONDAY - HOUR)
        await desk.clock.until(MONDAY)
        await desk.buy("XBTUSD", 80_000)
        await desk.clock.until(MONDAY + DAY)
        await desk.sell("XBTUSD", 80_000)

    run = play({"pod": script}, [perp], [bars])
    assert gain(run) == D("0.4") * 50_000
    assert sum(flows(run, "settlement")) == D("0.4")


def test_a_share_in_euros_in_a_fund_of_dollars():
    euro = Instrument(id="EUR/USD", kind=Kind.FX, base="EUR")
    abroad = share("SAP", currency="EUR")
    events = Events(dividends=Timeline([Dividend(opening(1), "SAP", D(1))]))
    bars = days([100, 100, 110], [1.10, 1.10, 1.20], names=("SAP", "EUR/USD"))
    run = play({"pod": holds("SAP", 100)}, [abroad, euro], [bars], events)
    # The debit of 10,000 euros stays; only gains and the dividend move with the euro.
    assert gain(run) == (D(11_000) - 10_000 + 100) * D("1.2")
    assert values(run) == pytest.approx([0, 110, 1320])


def test_a_bond_accrues_and_pays_its_coupon():
    issued, maturity = parse_instant("2023-01-04"), parse_instant("2033-01-04")
    bond = Instrument(id="BOND", kind=Kind.BOND, terms=BondTerms(0.06, maturity, issued))
    bars = days([98.5] * 5, names=["BOND"])
    run = play({"pod": holds("BOND", 10)}, [bond], [bars])
    assert flows(run, "coupon") == [30]
    a_day = 10 * 6 / 360
    assert np.diff(values(run)) == pytest.approx([a_day] * 4)


@pytest.mark.parametrize("settlement", ["cash", "physical"])
def test_an_option_ends_in_the_money(settlement):
    terms = OptionTerms("AAA", D(100), closing(2), "call", settlement=settlement)
    call = Instrument(id="CALL", kind=Kind.OPTION, multiplier=D(100), terms=terms)
    bars = days([104, 105, 107.25, 108], [4.5, 5, 7.25, NAN], names=("AAA", "CALL"))
    run = play({"long": holds("CALL", 3), "short": holds("CALL", -1)}, [share(), call], [bars])
    units = sum(a.units for a in run.journal.of(Adjustment) if a.instrument == "AAA")
    more = D("0.75") * 200 if settlement == "physical" else 0
    assert units == (200 if settlement == "physical" else 0)
    assert gain(run) == (D("7.25") - D("4.5")) * 200 + more
    assert values(run) == [0, 100, 550, 550 + more]


def test_an_option_out_of_the_money_is_worth_nothing_in_the_end():
    terms = OptionTerms("AAA", D(100), closing(1), "put")
    put = Instrument(id="PUT", kind=Kind.OPTION, multiplier=D(100), terms=terms)
    bars = days([100, 101, 101], [3, 0.5, NAN], names=("AAA", "PUT"))
    run = play({"pod": holds("PUT", 1)}, [share(), put], [bars])
    assert gain(run) == -300


@pytest.mark.parametrize(("paid_in", "times"), [("base", 2), ("received", 1)])
def test_a_fee_in_the_coin_is_kept_of_what_was_traded(paid_in, times):
    coin = Instrument(id="BTC/USD", kind=Kind.SPOT_CRYPTO, lot=D("0.001"))

    async def script(desk):
        await desk.clock.until(closing(-1) + HOUR)
        await desk.buy("BTC/USD", 2)
        await desk.clock.until(closing(0) + HOUR)
        await desk.sell("BTC/USD", 2)

    costs = Exchange(costs=Costs(fees="maker_taker", maker=0.001, taker=0.001, paid_in=paid_in))
    bars = days([1000] * 3, names=["BTC/USD"])
    run = play({"pod": script}, [coin], [bars], exchange=costs)
    assert [a.units for a in run.journal.of(Adjustment)] == [D("-0.002")] * times
    assert gain(run) == -4
    assert sum(f.commission for f in run.journal.of(Fill)) == (2 if paid_in == "received" else 0)


def test_nothing_is_due_where_carry_is_off():
    events = Events(dividends=Timeline([Dividend(opening(1), "AAA", D(1))]))
    off = Exchange(carry=CarrySettings(charge=False))
    run = play({"pod": holds()}, [share()], [days([100] * 3)], events, exchange=off)
    assert run.journal.of(CashFlow) == []
