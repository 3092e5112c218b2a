"""Margin in whole funds (M1 to M4): call, liquidation and fee, by hand and in blocks."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.simulated.settings import MarginSettings
from feeds.memory import MemoryFeed
from magents.config.settings import Exchange
from magents.model.instruments import FutureTerms, Kind
from magents.model.orders import Order, OrderState
from magents.model.records import CashFlow, Fill, Notice, OrderEvent
from magents.model.time import DAY, HOUR, SECOND
from tests.brokers.ticks.player import trades
from tests.builders import (
    CLOSING,
    MONDAY,
    OPENING,
    Script,
    block,
    coin,
    instrument,
    panel,
    trade,
    walk,
)

D = Decimal
SIZES = (1, 3, 512)
FREE = {"max_single_name": 1e9, "max_leverage": 1e9, "price_collar": 1e9}


def close(day):
    """Return when the session of a day closes; the first one is 0."""
    return MONDAY + CLOSING + day * DAY


BEFORE = close(-1)
"""Orders of then fill as day 0 opens."""


def days(closes, opens):
    """Return bars of AAA, or of AAA and BBB, with a day at 100 before the first."""
    first = 100 if not isinstance(closes[0], list) else [100, 100]
    return block([first, *closes], opens=[first, *opens], start=MONDAY - DAY + OPENING)


def pod(name, *errands):
    """Return a pod that does (instant, what) in order."""

    async def script(desk):
        for when, act in errands:
            await desk.clock.until(when)
            await act(desk)

    return Script(name, script)


def buys(quantity, name="AAA", **how):
    return lambda desk: desk.buy(name, quantity, **how)


def sells(quantity, name="AAA", **how):
    return lambda desk: desk.sell(name, quantity, **how)


def play(pods, bars, fee=0.01, traded=None, **how):
    """Run a fund that enforces margin, in blocks of several sizes; all leave the same journal."""
    exchange = Exchange(margin=MarginSettings(enforce=True, fee=fee))
    names = traded or [instrument(n) for b in bars for n in b.panel.instruments]
    runs = [
        trade(pods, MemoryFeed(names, bars), exchange=exchange, block_size=size, **{**FREE, **how})
        for size in SIZES
    ]
    assert [run.result.halts for run in runs] == [[]] * len(runs)
    assert len({run.result.digest for run in runs}) == 1
    return runs[0]


def forced(run):
    return [order for order in run.journal.of(Order) if order.forced]


PRINTS = [100, 100, 64, 63, 62, 62, 62]
FALL = days([100, 100, 60, 58, 58, 58], [100, 100, 100, 58, 58, 58])


def test_a_liquidation_by_hand():
    """10,000 buy 190 at 100; the worked example of docs/carry.md."""
    run = play([pod("long", (BEFORE, buys(190)))], [FALL], initial_capital=10_000)
    fills = [(f.ts, f.order, f.quantity, f.price) for f in run.journal.of(Fill)]
    assert fills == [
        (MONDAY + OPENING, "long:1", 190, 100),
        (MONDAY + 3 * DAY + OPENING, "house:1", -32, 58),
        (MONDAY + 4 * DAY + OPENING, "house:2", -21, 58),
    ]
    flows = [(f.pod, f.cause, f.amount, f.units) for f in run.journal.of(CashFlow)]
    assert flows == [
        ("long", "liquidation", D("-18.56"), -32),
        ("long", "liquidation", D("-12.18"), -21),
    ]
    assert run.result.final_equity == 137 * 58 - D("5956.74")
    calls = [(note.ts, note.text) for note in run.journal.of(Notice)]
    assert calls == [
        (close(2), "M2: margin call, equity 2400 is below maintenance 2850"),
        (close(3), "M2: margin call, equity 2001.44 is below maintenance 2291"),
    ]
    assert [note.text for note in run.result.notices] == [text for _, text in calls]
    first = forced(run)[0]
    assert (first.ts, first.id, first.pod, first.reduce_only) == (
        close(2),
        "house:1",
        "long",
        True,
    )
    assert first.reason == "M3: equity 2400 is below maintenance 2850"
    assert run.states("house:1") == ["accepted", "fill"]
    assert run.result.orders == {"filled": 3}


def test_the_pods_own_orders_in_that_instrument_go_first():
    more = pod("long", (BEFORE, buys(190)), (close(0), buys(10, limit=30)))
    run = play([more], [FALL], initial_capital=10_000)
    assert run.states("long:2") == ["accepted", "cancelled"]
    (event,) = [e for e in run.journal.of(OrderEvent) if e.state is OrderState.CANCELLED]
    assert (event.ts, event.note) == (
        close(2),
        "H1: M3: equity 2400 is below maintenance 2850",
    )


def test_a_pod_cannot_take_back_what_the_house_ordered():
    def cancel(desk):
        return desk.cancel("house:1")

    nan = float("nan")
    bars = days([100, 100, 60, nan, 58], [100, 100, 100, nan, 58])
    run = play(
        [pod("long", (BEFORE, buys(190)), (close(3), cancel))], [bars], initial_capital=10_000
    )
    assert run.states("house:1") == ["accepted", "accepted", "fill"]
    told = [e.note for e in run.journal.of(OrderEvent) if e.order == "house:1"]
    assert told == ["", "H2: the venue has placed it"]


def test_the_pod_is_told_of_what_the_house_does_and_its_targets_count_it():
    heard = []

    async def script(desk):
        await desk.clock.until(BEFORE)
        await desk.buy("AAA", left := D(190))
        async for event in desk.events():
            heard.append((type(event).__name__, getattr(event, "order", getattr(event, "id", ""))))
            if isinstance(event, Order):
                # Sold is ordered already: nothing is missing.
                left -= event.quantity
                assert await desk.target("AAA", left) is None

    play([Script("long", script)], [FALL], initial_capital=10_000)
    first = heard[: len(heard) // len(SIZES)]
    assert [each for each in first if each[1] == "house:1"] == [
        ("Order", "house:1"),
        ("OrderEvent", "house:1"),
        ("Fill", "house:1"),
    ]


def test_what_is_being_closed_already_is_not_called_for_twice():
    nan = float("nan")
    bars = days(
        [[100, 100], [60, 100], [nan, 99], [nan, 98], [58, 97]],
        [[100, 100], [100, 100], [nan, 99], [nan, 98], [58, 97]],
    )
    run = play([pod("long", (BEFORE, buys(190)))], [bars], initial_capital=10_000)
    assert [(o.id, o.ts) for o in forced(run) if o.ts < close(4)] == [("house:1", close(1))]


def test_a_short_is_bought_back_and_the_other_pod_is_left_alone():
    bars = days([100, 100, 150, 150, 150], [100, 100, 100, 150, 150])
    pods = [pod("short", (BEFORE, sells(60))), pod("idle", (BEFORE, buys(10)))]
    run = play(pods, [bars], fee=0.0, initial_capital=4_000)
    # Net short 50: equity 4,000 - 50 * 50 = 1,500, maintenance 0.3 * 7,500 = 2,250; 750 / 45 = 17.
    assert [(o.pod, o.side, o.quantity) for o in forced(run)] == [("short", "buy", 17)]
    assert run.journal.of(CashFlow) == []


def test_two_markets_are_watched_at_the_closes_of_both():
    """A coin rises while shares do not trade: it is bought back at once, they go days later.

    Short 5 coins at 1,000, long 100 shares at 100, equity 12,000. At 3,100 equity is 1,500 and
    maintenance 15,500 + 2,500: all coins go, and 1,000 / 25 = 40 shares.
    """
    shares = block([[100], [100], [100]], of=panel("AAA"), every=3 * DAY)
    fine = panel("BTC/USDT", name="24/7 4h", bar="4h", days=365)
    prices = [1000.0] * 25 + [3100.0] * 19
    coins = block(prices, of=fine, start=MONDAY, length=4 * HOUR, every=4 * HOUR)
    both = pod(
        "both", (MONDAY + 4 * HOUR, lambda desk: desk.sell("BTC/USDT", 5)), (close(0), buys(100))
    )
    traded = [instrument("AAA"), coin()]
    run = play([both], [shares, coins], traded=traded, initial_capital=12_000, fee=0.0)
    rise = MONDAY + 4 * DAY + 8 * HOUR
    assert [note.ts for note in run.journal.of(Notice)] == [rise]
    fills = [(f.instrument, f.ts, f.quantity) for f in run.journal.of(Fill)][2:]
    assert fills == [("BTC/USDT", rise, 5), ("AAA", MONDAY + 6 * DAY + OPENING, -40)]


def test_margin_is_watched_at_every_trade_where_data_are_trades():
    printed = trades(*((MONDAY + n * SECOND, price, 1000) for n, price in enumerate(PRINTS)))
    run = play([pod("long", (MONDAY, buys(190)))], [printed], initial_capital=10_000, fee=0.0)
    fills = [(f.order, (f.ts - MONDAY) // SECOND, f.price) for f in run.journal.of(Fill)]
    # 190 * 63 - 9,000 = 2,970 is below 0.25 * 190 * 63 = 2,992.50.
    assert fills == [("long:1", 1, 100), ("house:1", 4, 62), *fills[2:]]


@pytest.mark.parametrize(
    ("quantity", "state"), [(200, "accepted"), (201, "rejected"), (150, "accepted")]
)
def test_m1_what_the_account_cannot_carry_is_refused(quantity, state):
    run = play([pod("long", (close(0), buys(quantity)))], [FALL], initial_capital=10_000)
    assert run.states("long:1")[0] == state
    if state == "rejected":
        (event,) = run.journal.of(OrderEvent)
        assert event.note == (
            "M1: it needs 10050 more of initial margin, "
            "and of an equity of 10000 the limit is 10000"
        )


def test_m1_counts_the_other_open_orders_and_never_refuses_what_reduces():
    async def several(desk):
        await desk.buy("AAA", 150, limit=90)
        await desk.buy("AAA", 60, limit=90)
        await desk.sell("AAA", 10)

    bars = days([100.0] * 4, [100.0] * 4)
    run = play(
        [pod("long", (BEFORE, buys(20)), (close(0), several))], [bars], initial_capital=10_000
    )
    assert run.states("long:2")[0] == "accepted"
    assert run.states("long:3") == ["rejected"]
    assert run.states("long:4") == ["accepted", "fill"]


def test_nothing_is_enforced_unless_it_is_set_so():
    free = MemoryFeed([instrument()], [FALL])
    run = trade([pod("long", (BEFORE, buys(900)))], free, initial_capital=10_000, **FREE)
    assert forced(run) == []
    assert run.states("long:1") == ["accepted", "fill"]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    parts=st.lists(st.integers(-190, 190), min_size=2, max_size=4),
    drop=st.sampled_from([0.3, 0.6, 1.4, 1.8]),
)
def test_after_a_liquidation_at_unchanged_prices_maintenance_is_there_or_nothing_is(
    seed, parts, drop
):
    names = ["AAA", "BBB"]
    closes = walk(4, panel(*names), seed).close.tolist()
    fallen = [round(closes[3][0] * drop, 2), closes[3][1]]
    closes = [*closes, *([fallen] * 5)]
    flat = days(closes, [[100, 100], *closes[:-1]])
    pods = [
        pod(f"p{n}", (BEFORE, buys(q, names[n % 2]) if q > 0 else sells(-q, names[n % 2])))
        for n, q in enumerate(parts)
        if q
    ]
    if not pods:
        return
    run = play(pods, [flat], traded=[instrument(n) for n in names], initial_capital=20_000, fee=0.0)
    called = {note.ts for note in run.journal.of(Notice) if note.source == "margin"}
    # From the fall on nothing moves any more: one liquidation is enough.
    assert called & {close(6), close(7), close(8)} == set()


def test_a_future_is_margined_by_its_terms():
    terms = FutureTerms(MONDAY + 300 * DAY)
    future = instrument(kind=Kind.FUTURE, terms=terms, multiplier=D(10))
    bars = days([100, 100, 97.6, 97.6, 97.6], [100, 100, 100, 97.6, 97.6])
    run = play([pod("long", (BEFORE, buys(30)))], [bars], traded=[future], initial_capital=4_000)
    # Equity 4,000 - 720 = 3,280; maintenance 30 * 976 * the rate.
    expected = {close(2)} if 29_280 * terms.maintenance > 3_280 else set()
    assert {note.ts for note in run.journal.of(Notice)} == expected
