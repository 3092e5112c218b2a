"""Carry through whole funds: every item, in blocks of any size, with the books checked always."""

from decimal import Decimal

import numpy as np
import pytest

from brokers.simulated.settings import CarrySettings, Costs
from feeds.memory import MemoryFeed
from magents.analytics.attribution import attribute
from magents.config.settings import Exchange
from magents.model.events import (
    Borrow,
    Delisting,
    Dividend,
    Events,
    Funding,
    Rate,
    Split,
    Timeline,
)
from magents.model.events import Exchange as Swap
from magents.model.instruments import BondTerms, FutureTerms, Instrument, Kind, OptionTerms
from magents.model.orders import Side
from magents.model.records import Adjustment, Amendment, CashFlow, Fill
from magents.model.time import DAY, HOUR, parse_instant
from tests.builders import CLOSING, MONDAY, NAN, OPENING, Script, block, panel, trade
from tests.builders import instrument as share

D = Decimal
SIZES = (1, 7, 512)
FREE = {"max_single_name": 1e9, "max_leverage": 1e9, "price_collar": 1e9}
CAPITAL = 1_000_000


def opening(day):
    """Return when the session of a day opens, the first one is 0."""
    return MONDAY + OPENING + day * DAY


def closing(day):
    """Return when it closes."""
    return MONDAY + CLOSING + day * DAY


def play(scripts, instruments, bars, events=None, **how):
    """Run a fund of scripts by pod once for each size of block; all leave the same journal."""
    runs = []
    for size in SIZES:
        pods = [Script(name, script) for name, script in scripts.items()]
        feed = MemoryFeed(instruments, bars, events=events)
        runs.append(trade(pods, feed, block_size=size, **{**FREE, **how}))
    assert {run.result.halts == [] for run in runs} == {True}
    assert len({run.result.digest for run in runs}) == 1
    assert_explained(runs[0].result)
    for run in runs[1:]:
        assert_same_values(run.result.equity, runs[0].result.equity)
    return runs[0]


def assert_explained(result):
    """Trades and carry by cause are all that a pod has made."""
    split = attribute(result)
    for row in split.pods:
        assert abs(row.other) <= D("0.02")
        assert row.gross - row.commission + row.carried + row.other == row.net
    assert abs(split.rest - sum(split.house.values())) <= D("0.03")
    assert sum(row.net for row in split.pods) + split.rest == split.change


def assert_same_values(one, other):
    assert one.ts.tolist() == other.ts.tolist()
    assert one.fund.tolist() == other.fund.tolist()
    assert {n: v.tolist() for n, v in one.pods.items()} == {
        n: v.tolist() for n, v in other.pods.items()
    }


def days(*columns, names=("AAA",), length=CLOSING - OPENING, start=MONDAY + OPENING):
    """Return daily bars, one list an instrument; closes, or (open, high, low, close) each.

    A day goes before the first one, so that there are prices to decide on.
    """
    rows = [[each if isinstance(each, tuple) else (each,) * 4 for each in c] for c in columns]
    table = np.array([[c[0], *c] for c in rows], float)
    table[:, 0] = table[:, 0, :1]
    opens, highs, lows, closes = (table[:, :, i].T for i in range(4))
    of = panel(*names)
    return block(
        closes, of=of, opens=opens, highs=highs, lows=lows, start=start - DAY, length=length
    )


def values(run):
    """Return the fund's value at the closes, less its capital, from the first trade on."""
    table = run.result.equity
    return (table.fund[table.ts >= MONDAY + OPENING] - CAPITAL).tolist()


def gain(run):
    """Return what the fund has made."""
    return run.result.final_equity - CAPITAL


def holds(name="AAA", units=100):
    """Return a script that trades once, as the first day opens."""

    async def script(desk):
        await desk.clock.until(closing(-1) + HOUR)
        if units > 0:
            await desk.buy(name, units)
        else:
            await desk.sell(name, -units)

    return script


def idle():
    """Return a script that does nothing."""

    async def script(desk):
        del desk

    return script


def flows(run, cause, pod=None):
    """Return the amounts of one cause, in order."""
    return [flow.amount for flow in run.journal.of(CashFlow, pod=pod) if flow.cause == cause]


def at(run, ts, pod=None):
    """Return the value at a close."""
    table = run.result.equity
    line = table.fund if pod is None else table.pods[pod]
    return line[table.ts.tolist().index(ts)]


# -- shares ------------------------------------------------------------------------------------


def test_a_dividend_is_paid_to_longs_and_charged_to_shorts_as_the_ex_date_opens():
    events = Events(dividends=Timeline([Dividend(opening(2), "AAA", D("0.47"))]))
    bars = days([100] * 4)
    pods = {"long": holds(units=100), "short": holds(units=-40)}
    run = play(pods, [share()], [bars], events)
    paid = run.journal.of(CashFlow)
    assert [(f.ts, f.pod, f.amount) for f in paid] == [
        (opening(2), "long", D("47.00")),
        (opening(2), "short", D("-18.80")),
    ]
    assert run.result.pod_equity == {"long": D(500_047), "short": D("499981.2")}
    assert at(run, closing(1), "long") == 500_000
    assert at(run, closing(2), "long") == 500_047


def test_who_buys_as_the_ex_date_opens_gets_no_dividend():
    events = Events(dividends=Timeline([Dividend(opening(1), "AAA", D(1))]))

    async def late(desk):
        await desk.clock.until(opening(0) + HOUR)
        await desk.buy("AAA", 10)

    run = play({"pod": late}, [share()], [days([100] * 3)], events)
    assert run.journal.of(Fill)[0].ts == opening(1)
    assert flows(run, "dividend") == []


def test_dividends_that_are_in_the_prices_are_not_paid_again():
    events = Events(dividends=Timeline([Dividend(opening(1), "AAA", D(1))]))
    run = play({"pod": holds()}, [share()], [days([100] * 3)], events, prices="total_return")
    assert run.journal.of(CashFlow) == []


SPLIT = Events(splits=Timeline([Split(opening(2), "AAA", D(2))]))
RAW = [100, 100, 50, 51]


def waits(units, limit):
    """Return a script with a limit order that stays."""

    async def script(desk):
        await desk.clock.until(closing(-1) + HOUR)
        await desk.buy("AAA", units, limit=limit)

    return script


def test_through_a_split_units_double_and_the_value_does_not_move():
    run = play({"pod": holds()}, [share()], [days(RAW)], SPLIT, prices="raw")
    assert values(run) == [0, 0, 0, 200]
    (change,) = run.journal.of(Adjustment)
    assert (change.ts, change.cause, change.units) == (opening(2), "split", 100)


def test_an_open_limit_is_divided_by_the_split_and_does_not_fill_at_the_old_price():
    """At 80 it would have filled at once as the shares open at 50."""
    pods = {"pod": holds(), "flat": waits(15, 80)}
    run = play(pods, [share(tick=D("0.01"))], [days(RAW)], SPLIT, prices="raw")
    assert [fill.pod for fill in run.journal.of(Fill)] == ["pod"]
    (change,) = run.journal.of(Amendment)
    assert (change.quantity, change.limit, change.ts) == (30, 40, opening(2))


def test_the_adjusted_limit_fills_at_its_new_price():
    falls = days([100, (100, 100, 90, 100), (50, 50, 39, 45), 45])
    pods = {"pod": holds(), "flat": waits(15, 80)}
    run = play(pods, [share(tick=D("0.01"))], [falls], SPLIT, prices="raw")
    (fill,) = run.journal.of(Fill, pod="flat")
    assert (fill.quantity, fill.price, fill.complete) == (30, 40, True)
    assert run.states("flat:1") == ["accepted", "accepted", "fill"]


def test_a_reverse_split_cancels_open_orders():
    events = Events(splits=Timeline([Split(opening(2), "AAA", D("0.5"))]))
    pods = {"pod": holds(units=11), "flat": waits(15, 80)}
    run = play(pods, [share()], [days([100, 100, 200, 200])], events, prices="raw")
    assert run.states("flat:1") == ["accepted", "cancelled"]
    assert values(run) == [0] * 4
    assert flows(run, "conversion") == [100]


def bracketed(limit):
    """Return a script with an entry at a limit and two exits."""

    async def script(desk):
        await desk.clock.until(closing(-1) + HOUR)
        exits = {"take_profit": 120, "stop_loss": 70}
        await desk.bracket("AAA", Side.BUY, 15, limit=limit, **exits)

    return script


@pytest.mark.parametrize(("limit", "entered"), [(100, True), (80, False)])
def test_the_exits_of_a_bracket_follow_the_split_whether_they_wait_or_work(limit, entered):
    """Left alone, the stop at 70 would sell as the shares open at 50."""
    falls = days([100, 100, 50, (50, 50, 30, 30), 30])
    run = play({"pod": bracketed(limit)}, [share(tick=D("0.01"))], [falls], SPLIT, prices="raw")
    told = {c.order: (c.quantity, c.limit, c.stop) for c in run.journal.of(Amendment)}
    exits = {"pod:2": (30, None, 35), "pod:3": (30, 60, None)}
    assert told == (exits if entered else {"pod:1": (30, 40, None), **exits})
    fills = [(f.order, f.quantity, f.price) for f in run.journal.of(Fill)]
    assert fills == [("pod:1", 15, 100) if entered else ("pod:1", 30, 40), ("pod:2", -30, 35)]
    assert run.states("pod:3")[-1] == "cancelled"


def test_between_split_and_next_close_prices_are_those_after_it():
    seen = []

    async def watch(desk):
        await desk.clock.until(closing(-1) + HOUR)
        await desk.buy("AAA", 100)
        for when in (closing(1) + HOUR, opening(2) + HOUR, closing(2) + HOUR):
            await desk.clock.until(when)
            seen.append((desk.position("AAA"), desk.equity))

    play({"pod": watch}, [share()], [days(RAW)], SPLIT, prices="raw")
    assert seen == [(100, CAPITAL), (200, CAPITAL), (200, CAPITAL)] * len(SIZES)


def test_a_split_is_no_jump_where_another_market_is_open_meanwhile():
    """A coin closes every half hour, also at the very opening at which the share splits."""
    half = {"start": MONDAY - DAY, "length": HOUR // 2, "every": HOUR // 2}
    coins = block([30_000] * 260, of=panel("BTC/USDT", name="24/7 30m", bar="30m"), **half)
    coin = Instrument(id="BTC/USDT", kind=Kind.SPOT_CRYPTO, currency="USD", calendar="24/7")
    instruments = [share(), coin]
    run = play({"pod": holds()}, instruments, [days(RAW), coins], SPLIT, prices="raw")
    table = run.result.equity
    assert set(table.fund[table.ts < closing(3)]) == {CAPITAL}
    assert gain(run) == 200


def test_a_split_before_a_day_without_a_bar_is_no_jump():
    bars = days([100, 100, NAN, NAN, 50, 51])
    run = play({"pod": holds()}, [share()], [bars], SPLIT, prices="raw")
    assert values(run) == [0] * 5 + [200]


def test_split_adjusted_prices_never_meet_a_split():
    run = play({"pod": holds()}, [share()], [days([100] * 4)], SPLIT)
    assert run.journal.of(Adjustment, Amendment) == []
    assert values(run) == [0] * 4


def test_a_delisting_ends_positions_and_orders():
    events = Events(delistings=Timeline([Delisting(opening(2), "AAA", D("0.05"))]))
    pods = {"pod": holds(units=1000), "short": holds(units=-100), "flat": waits(15, 2)}
    run = play(
        pods,
        [share(), share("BBB")],
        [days([3, 3, NAN, NAN], [10] * 4, names=("AAA", "BBB"))],
        events,
    )
    assert run.states("flat:1") == ["accepted", "cancelled"]
    third = D(CAPITAL) / 3
    assert float(run.result.pod_equity["pod"] - third) == pytest.approx(-2950, abs=0.01)
    assert float(run.result.pod_equity["short"] - third) == pytest.approx(295, abs=0.01)
    assert [a.units for a in run.journal.of(Adjustment)] == [-1000, 100]


def test_s4_a_new_symbol_keeps_the_value_and_orders_go_on_under_it():
    events = Events(exchanges=Timeline([Swap(opening(2), "AAA", "BBB")]))
    bars = days([100, 100, NAN, NAN], [NAN, NAN, 100, 101], names=("AAA", "BBB"))
    pods = {"pod": holds(), "flat": waits(15, 80), "keen": waits(15, 99)}
    bars.low.flags.writeable = True
    bars.low[4, 1] = 98  # the last day of the new name
    bars.low.flags.writeable = False
    run = play(pods, [share(), share("BBB")], [bars], events)
    assert [(a.instrument, a.units) for a in run.journal.of(Adjustment)] == [
        ("AAA", -100),
        ("BBB", 100),
    ]
    assert run.states("flat:1") == ["accepted", "cancelled"]
    assert run.states("flat:1@BBB") == ["accepted", "expired"]
    assert run.states("keen:1@BBB") == ["accepted", "fill"]
    bought = next(f for f in run.journal.of(Fill) if f.pod == "keen")
    assert (bought.instrument, bought.quantity, bought.price) == ("BBB", 15, 99)
    assert values(run) == [0, 0, 0, 130]


def test_shorts_pay_for_what_they_borrow_by_the_night():
    events = Events(borrow={"AAA": Timeline([Borrow(0, "AAA", D("0.072"))])})
    run = play({"a": holds(units=-500), "b": holds()}, [share()], [days([21, 21])], events)
    assert flows(run, "borrow") == [D("-2.1")] * 2
    assert gain(run) == D("-4.2")


def test_interest_is_charged_by_pod_and_sums_to_the_account():
    events = Events(rates={"USD": Timeline([Rate(MONDAY, "USD", D("0.05"))])})
    pods = {"debit": holds(units=7500), "credit": idle()}
    run = play(pods, [share()], [days([100, 100])], events)
    first = [f for f in run.journal.of(CashFlow) if f.ts == closing(0)]
    assert {f.pod: f.amount for f in first} == {
        "credit": D("62.5"),
        "debit": D("-45.13888889"),
        "house": D("13.88888889"),
    }
    assert sum(f.amount for f in first) == D(250_000) * D("0.045") / 360


# -- perpetuals, futures, options, bonds -------------------------------------------------------


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
