"""The desk: what a pod sees and does, and that nothing behind it reaches past now."""

from decimal import Decimal

import numpy as np
import pytest

from magents.model.errors import MagentsError
from magents.model.orders import Order, OrderState, OrderType, Side
from magents.model.records import Fill, OrderEvent
from magents.model.time import HOUR
from tests.builders import NAN, Script, always_open, block, fact_table, feed, trade, walk

BARS = block([[100.0, 50.0], [110.0, 50.0], [120.0, 50.0], [130.0, 50.0]])
CLOSES = BARS.ts.tolist()


def at(*steps, bars=BARS, facts=None, **how):
    """Run one pod that does each step at the next close; return the run.

    A step is a coroutine function of the desk.
    """
    failures = []

    async def script(desk):
        for ts, step in zip(bars.ts.tolist(), steps, strict=False):
            await desk.clock.until(ts)
            try:
                await step(desk)
            except AssertionError as error:
                failures.append(error)
                raise

    run = trade([Script("pod", script)], feed(bars, facts=facts), **{"max_single_name": 9.0, **how})
    if failures:
        raise failures[0]
    return run


def does(name, *args, **how):
    """Return a step that calls one of the desk's methods."""

    async def step(desk):
        await getattr(desk, name)(*args, **how)

    return step


def orders(run):
    """Return (side, quantity) of the orders sent, in order."""
    return [(o.side, o.quantity) for o in run.journal.of(Order)]


# -- orders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "side"), [("buy", Side.BUY), ("sell", Side.SELL)])
def test_buying_and_selling_send_market_orders_that_fill(name, side):
    run = at(does(name, "AAA", 5, reason="because"))
    (order,) = run.journal.of(Order)
    assert (order.side, order.quantity, order.type) == (side, 5, OrderType.MARKET)
    assert (order.id, order.ts, order.reason) == ("pod:1", CLOSES[0], "because")
    assert run.states("pod:1") == ["accepted", "fill"]


@pytest.mark.parametrize(
    ("how", "kind"), [({"limit": "99.5"}, OrderType.LIMIT), ({"stop": "100.5"}, OrderType.STOP)]
)
def test_a_price_makes_it_a_limit_or_a_stop_order_exactly_there(how, kind):
    (order,) = at(does("buy", "AAA", 5, **how)).journal.of(Order)
    assert order.type is kind
    assert [str(price) for price in (order.limit, order.stop) if price] == [*how.values()]


@pytest.mark.parametrize("quantity", [7.9, "7.9", Decimal("7.9")])
def test_quantities_of_any_kind_are_rounded_down_to_the_lot(quantity):
    assert orders(at(does("buy", "AAA", quantity))) == [(Side.BUY, 7)]


def test_a_small_lot_keeps_small_parts():
    bars = always_open(4)
    run = at(does("buy", "BTC/USDT", "0.12345678"), bars=bars)
    assert orders(run) == [(Side.BUY, Decimal("0.1234"))]


@pytest.mark.parametrize("quantity", [0, 0.99, -3])
def test_less_than_a_lot_is_no_order(quantity):
    found = []

    async def step(desk):
        found.append(await desk.buy("AAA", quantity))

    assert orders(at(step)) == []
    assert found == [None]


def test_orders_are_numbered_by_pod():
    async def both(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 1)
        await desk.buy("AAA", 1)

    run = trade([Script("b", both), Script("a", both)], feed(BARS))
    assert sorted(order.id for order in run.journal.of(Order)) == ["a:1", "a:2", "b:1", "b:2"]


def test_a_target_orders_what_is_missing():
    run = at(does("target", "AAA", 10), does("target", "AAA", 4), does("target", "AAA", -3))
    assert orders(run) == [(Side.BUY, 10), (Side.SELL, 6), (Side.SELL, 7)]
    assert sum(fill.quantity for fill in run.result.fills) == -3


def test_a_target_that_is_met_orders_nothing():
    assert orders(at(does("target", "AAA", 10), does("target", "AAA", 10))) == [(Side.BUY, 10)]


def test_a_target_counts_what_is_ordered_already():
    async def twice(desk):
        await desk.target("AAA", 10)
        await desk.target("AAA", 12)
        await desk.target("AAA", 5)

    assert orders(at(twice)) == [(Side.BUY, 10), (Side.BUY, 2), (Side.SELL, 7)]


def test_a_target_does_not_count_orders_of_other_pods_or_refused_ones():
    run = at(does("target", "AAA", 10), does("target", "AAA", 10), max_single_name=0.0001)
    assert orders(run) == [(Side.BUY, 10), (Side.BUY, 10)]
    assert run.result.orders == {"refused": 2}


def test_a_resting_order_can_be_cancelled():
    async def cancel(desk):
        await desk.cancel(desk.orders[0].order.id)

    run = at(does("buy", "AAA", 1, limit=95), cancel)
    assert run.states("pod:1") == ["accepted", "cancelled"]
    assert run.journal.of(OrderEvent)[-1].ts == CLOSES[1]


def test_an_order_cancelled_before_it_was_judged_never_leaves_the_desk():
    async def both(desk):
        order = await desk.buy("AAA", 1)
        await desk.cancel(order.id)

    run = at(both)
    (event,) = run.journal.of(OrderEvent)
    assert (event.state, event.note) == (OrderState.CANCELLED, "before it was sent")
    assert run.result.orders == {"cancelled": 1}


@pytest.mark.parametrize("name", ["pod:1", "pod:9", "other:1", "nonsense"])
def test_cancelling_what_is_over_unknown_or_not_ones_own_does_nothing(name):
    async def resting(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 1, limit=95)

    async def meddling(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 1)
        await desk.clock.until(CLOSES[1])
        await desk.cancel(name)

    pods = [Script("other", resting), Script("pod", meddling)]
    run = trade(pods, feed(BARS))
    assert run.result.orders == {"expired": 1, "filled": 1}
    assert run.result.halts == []


def test_a_limit_and_a_stop_together_are_a_stop_limit_order():
    run = at(does("buy", "AAA", 1, limit=105, stop=102))
    (order,) = run.journal.of(Order)
    assert (order.type, order.limit, order.stop) == (OrderType.STOP_LIMIT, 105, 102)


# -- what is seen ------------------------------------------------------------------------------


def test_cash_positions_and_equity_follow_the_fills():
    seen = []

    async def look(desk):
        seen.append((desk.cash, desk.positions, desk.position("AAA"), desk.equity))

    at(does("buy", "AAA", 10), look, look, bars=BARS, initial_capital=10_000)
    assert seen == [
        (Decimal(8_900), {"AAA": Decimal(10)}, 10, Decimal(10_000)),
        (Decimal(8_900), {"AAA": Decimal(10)}, 10, Decimal(10_100)),
    ]


def test_a_flat_position_is_not_shown():
    seen = []

    async def look(desk):
        seen.append((desk.positions, desk.position("AAA"), desk.position("BBB")))

    at(does("buy", "AAA", 10), does("sell", "AAA", 10), look)
    assert seen == [({}, 0, 0)]


def test_open_orders_are_the_pods_own_oldest_first():
    seen = []

    async def send(desk):
        for limit in (91, 92):
            await desk.buy("AAA", 1, limit=limit)

    async def look(desk):
        seen.extend((live.order.limit, live.state) for live in desk.orders)

    at(send, look)
    assert seen == [(91, OrderState.ACCEPTED), (92, OrderState.ACCEPTED)]


def test_the_price_is_the_last_close_and_nothing_before_the_first():
    seen = []

    async def script(desk):
        for ts in (CLOSES[0] - 1, CLOSES[0], CLOSES[1] - 1, CLOSES[1]):
            await desk.clock.until(ts)
            seen.append(desk.price("AAA"))

    trade([Script("pod", script)], feed(BARS))
    assert np.array_equal(seen, [NAN, 100, 100, 110], equal_nan=True)


def test_instruments_are_described():
    async def look(desk):
        assert list(desk.instruments) == ["AAA", "BBB"]
        assert desk.instrument("BBB").id == "BBB"
        assert desk.capital == 1_000_000

    assert at(look).result.halts == []


def test_an_instrument_that_is_not_there_halts_the_pod_that_asks_for_it():
    run = at(does("buy", "ZZZ", 1))
    (halt,) = run.result.halts
    assert "ZZZ" in halt.reason


# -- facts and history: as of now, and copies --------------------------------------------------

FACTS = {
    "news": fact_table(
        "news",
        (CLOSES[0] - HOUR, "AAA", 1.0),
        (CLOSES[1], "BBB", 2.0),
        (CLOSES[1] + 1, "AAA", 3.0),
    )
}


@pytest.mark.parametrize(
    ("now", "known"), [(CLOSES[0] - HOUR - 1, []), (CLOSES[1], [1.0, 2.0]), (CLOSES[3], [1, 2, 3])]
)
def test_facts_are_those_known_now(now, known):
    seen = []

    async def script(desk):
        await desk.clock.until(now)
        seen.append(desk.facts("news").columns["value"].tolist())
        seen.append(desk.facts("news", "AAA").columns["value"].tolist())

    trade([Script("pod", script)], feed(BARS, facts=FACTS))
    assert seen == [known, [value for value in known if value != 2.0]]


def test_facts_of_a_kind_that_the_run_lacks_are_none():
    async def look(desk):
        assert desk.facts("rumours") is None

    assert at(look, facts=FACTS).result.halts == []


LONG = walk(40, gaps=0.2)
FUTURE = {"news": fact_table("news", *[(int(ts), "AAA", float(ts)) for ts in LONG.ts])}


def arrays_of(desk):
    """Return every array a desk hands out."""
    names = ("open", "high", "low", "close", "volume")
    yield from (desk.history("AAA", 10, name) for name in names)
    for table in (desk.facts("news"), desk.facts("news", "AAA")):
        yield from (table.known_at, table.instrument, *table.columns.values())


@pytest.mark.parametrize("size", [1, 7, 512])
def test_no_array_from_the_desk_leads_to_the_future(size):
    checked = []

    async def script(desk):
        for row in (3, 20, 30):
            await desk.clock.until(int(LONG.ts[row]))
            for array in arrays_of(desk):
                reached = array
                while reached is not None:
                    assert reached.size <= row + 1
                    reached = reached.base
                checked.append(array)

    run = trade([Script("pod", script)], feed(LONG, facts=FUTURE), block_size=size)
    assert run.result.halts == []
    assert len(checked) == 3 * 11


@pytest.mark.parametrize("size", [1, 512])
def test_spoiling_what_the_desk_handed_out_changes_nothing(size):
    def pod(spoil):
        async def script(desk):
            async for bar in desk.bars("AAA"):
                for array in arrays_of(desk):
                    if spoil and array.dtype == np.float64 and len(array):
                        array[:] = -1.0
                mean = float(desk.history("AAA", 5).mean())
                await desk.target("AAA", 10 if bar.close > mean else 0)

        return Script("pod", script)

    honest, spoilt = (
        trade([pod(spoil)], feed(LONG, facts=FUTURE), block_size=size) for spoil in (False, True)
    )
    assert honest.result.halts == spoilt.result.halts == []
    assert honest.result.digest == spoilt.result.digest
    assert len(honest.journal.of(Fill)) > 3


# -- events ------------------------------------------------------------------------------------


def test_events_bring_the_fate_of_orders_once_each_in_order():
    heard = []

    async def script(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 1)
        async for event in desk.events():
            heard[len(heard) :] = [(type(event), event.order, desk.clock.now())]

    trade([Script("pod", script)], feed(BARS))
    opened = int(BARS.open_ts[1])
    assert heard == [(OrderEvent, "pod:1", CLOSES[0]), (Fill, "pod:1", opened)]


def test_a_pod_hears_of_its_own_orders_only():
    heard = []

    async def listener(desk):
        async for event in desk.events():
            heard[len(heard) :] = [event]

    async def trader(desk):
        await desk.clock.until(CLOSES[0])
        await desk.buy("AAA", 1)

    run = trade([Script("ear", listener), Script("hand", trader)], feed(BARS))
    assert len(run.result.fills) == 1
    assert heard == []


def test_errors_of_the_desk_are_ours_and_say_what_to_do():
    async def look(desk):
        with pytest.raises(MagentsError):
            desk.history("AAA", 10, "nonsense")

    assert at(look).result.halts == []
