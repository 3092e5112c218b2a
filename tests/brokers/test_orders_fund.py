"""Brackets, groups and odd orders as a pod gives them, through a whole fund."""

from decimal import Decimal

import pytest

from magents.model.orders import OrderState, Side
from magents.model.records import Amendment, Fill, OrderEvent
from tests.builders import Script, candles, feed, trade

BARS = candles(
    (100, 101, 99, 100),
    (100, 102, 99, 101),
    (101, 108, 100, 107),
    (107, 108, 93, 94),
    (94, 95, 93, 94),
)
CLOSES, OPENS = BARS.ts.tolist(), BARS.open_ts.tolist()


def run(*steps, bars=BARS, size=512, heard=None):
    """Let a pod do a step at each close from the first on; ``None`` for nothing."""

    async def script(desk):
        desk.wants_updates = heard is not None
        for when, step in zip(bars.ts.tolist(), steps, strict=False):
            await desk.clock.until(when)
            if step is not None:
                await step(desk)
        if heard is not None:
            async for event in desk.events():
                heard.append(event)

    fund = trade([Script("pod", script)], feed(bars), price_collar=0.9, block_size=size)
    assert fund.result.halts == []
    return fund


def fills(fund):
    return [(f.order, f.quantity, f.price, f.ts) for f in fund.journal.of(Fill)]


def bracket(profit, stop, side=Side.BUY, **how):
    async def step(desk):
        await desk.bracket("AAA", side, 10, take_profit=profit, stop_loss=stop, **how)

    return step


@pytest.mark.parametrize("size", [1, 7, 512])
def test_a_bracket_enters_takes_its_profit_and_drops_its_stop(size):
    fund = run(bracket(106, 95), size=size)
    assert fills(fund) == [("pod:1", 10, 100, OPENS[1]), ("pod:3", -10, 106, CLOSES[2])]
    assert fund.states("pod:2") == ["held", "accepted", "cancelled"]
    assert fund.result.orders == {"cancelled": 1, "filled": 2}


@pytest.mark.parametrize("size", [1, 7, 512])
def test_a_bracket_that_goes_wrong_is_stopped(size):
    fund = run(bracket(120, 95), size=size)
    assert fills(fund)[1:] == [("pod:2", -10, 95, CLOSES[3])]
    assert fund.states("pod:3") == ["held", "accepted", "cancelled"]


def test_a_bracket_to_sell_short_is_the_mirror():
    fund = run(None, bracket(95, 109, Side.SELL, limit=105))
    assert fills(fund) == [("pod:1", -10, 105, CLOSES[2]), ("pod:3", 10, 95, CLOSES[3])]


def test_a_bracket_whose_entry_is_cancelled_ends_whole():
    async def cancel(desk):
        await desk.cancel("pod:1")

    fund = run(bracket(106, 80, limit=90), cancel)
    assert fund.result.orders == {"cancelled": 3}
    assert fund.states("pod:3") == ["held", "cancelled"]


def test_a_bracket_whose_entry_is_refused_never_comes_to_the_market():
    async def huge(desk):
        await desk.bracket("AAA", Side.BUY, 10**7, take_profit=106, stop_loss=95)

    fund = run(huge)
    assert fund.result.orders == {"refused": 1, "rejected": 2}
    assert "its parent is not at the venue" in fund.journal.of(OrderEvent)[0].note


def test_one_cancels_the_other():
    async def pair(desk):
        await desk.buy("AAA", 10, stop=105, group="breakout")
        await desk.sell("AAA", 10, stop=95, group="breakout")

    fund = run(pair)
    assert fills(fund) == [("pod:1", 10, 105, CLOSES[2])]
    assert fund.states("pod:2") == ["accepted", "cancelled"]


def test_a_trailing_exit_follows_its_entry():
    async def enter(desk):
        entry = await desk.buy("AAA", 10)
        await desk.sell("AAA", 10, trail=5, parent=entry.id, reduce_only=True)

    assert fills(run(enter))[1:] == [("pod:2", -10, 103, CLOSES[3])]


def test_a_pod_hears_of_everything_that_becomes_of_its_orders():
    heard = []

    async def amend(desk):
        await desk.amend("pod:1", limit=93, quantity=4)

    async def order(desk):
        await desk.buy("AAA", 10, limit=80)

    run(order, amend, heard=heard)
    kinds = [e.state if isinstance(e, OrderEvent) else type(e) for e in heard]
    assert kinds == [OrderState.ACCEPTED, Amendment, Fill]
    assert heard[-1].quantity == 4


def test_an_amendment_passes_the_risk_team():
    async def order(desk):
        await desk.buy("AAA", 10, limit=90)

    async def grow(desk):
        await desk.amend("pod:1", quantity=10**7)

    fund = run(order, grow)
    assert [verdict.order for verdict in fund.result.refusals] == ["pod:1"]
    assert fund.journal.of(Amendment) == []


def test_words_for_orders_make_their_type():
    made = []

    async def script(desk):
        words = [
            {"limit": 90.5},
            {"stop": "120"},
            {"stop": 120, "limit": 121},
            {"trail": 3},
            {"trail_percent": 3, "limit_offset": 1},
            {"limit": 90, "expires": CLOSES[3]},
            {"stop": 90, "type": "market_if_touched"},
        ]
        made.extend([await desk.buy("AAA", 1, **how) for how in words])

    run(script)
    assert [f"{order.type} {order.tif}" for order in made] == [
        "limit gtc",
        "stop gtc",
        "stop_limit gtc",
        "trailing_stop gtc",
        "trailing_stop_limit gtc",
        "limit gtd",
        "market_if_touched gtc",
    ]
    assert made[0].limit == Decimal("90.5")


def test_a_word_that_no_order_has_halts_the_pod():
    async def script(desk):
        await desk.buy("AAA", 1, limitt=90)

    with pytest.raises(AssertionError, match="an order has no limitt"):
        run(script)
