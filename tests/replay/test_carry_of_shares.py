"""What holding shares costs and brings, through the whole fund: dividends, splits, borrowing."""

import pytest

from magents.model.events import (
    Borrow,
    Delisting,
    Dividend,
    Events,
    Rate,
    Split,
    Timeline,
)
from magents.model.events import Exchange as Swap
from magents.model.instruments import Instrument, Kind
from magents.model.orders import Side
from magents.model.records import Adjustment, Amendment, CashFlow, Fill
from magents.model.time import DAY, HOUR
from tests.builders import MONDAY, NAN, block, panel
from tests.builders import instrument as share
from tests.replay.carry_fund import (
    CAPITAL,
    SIZES,
    D,
    at,
    closing,
    days,
    flows,
    gain,
    holds,
    idle,
    opening,
    play,
    values,
)


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
