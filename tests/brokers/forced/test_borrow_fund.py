"""Borrowed shares in whole funds: what there is (K1), recall and buy-in (K2)."""

from decimal import Decimal

from brokers.simulated.settings import CarrySettings
from feeds.memory import MemoryFeed
from magents.config.settings import Exchange
from magents.model.events import Borrow, Events, Timeline
from magents.model.orders import Order
from magents.model.records import Fill, Notice, OrderEvent
from magents.model.time import DAY
from tests.brokers.forced.test_margin_fund import (
    BEFORE,
    FREE,
    SIZES,
    buys,
    close,
    days,
    forced,
    pod,
    sells,
)
from tests.builders import MONDAY, OPENING, instrument, trade

D = Decimal
FLAT = days([100] * 8, [100] * 8)


def play(pods, *available, bars=FLAT, notice=3):
    """Run a fund with (day, units) that can be borrowed; all sizes of blocks agree."""
    lent = [Borrow(close(day) - 1, "AAA", D(0), units and D(units)) for day, units in available]
    events = Events(borrow={"AAA": Timeline(lent)})
    exchange = Exchange(carry=CarrySettings(recall_notice=notice))
    runs = [
        trade(
            pods,
            MemoryFeed([instrument()], [bars], events=events),
            exchange=exchange,
            block_size=size,
            **FREE,
        )
        for size in SIZES
    ]
    assert all(run.result.halts == [] for run in runs)
    assert len({run.result.digest for run in runs}) == 1
    return runs[0]


def rejections(run):
    return [event.note for event in run.journal.of(OrderEvent) if event.state == "rejected"]


def test_k1_no_more_is_sold_short_than_there_is():
    pods = [pod("a", (BEFORE, sells(60))), pod("b", (close(1), sells(50)), (close(2), sells(40)))]
    run = play(pods, (-2, 100))
    assert rejections(run) == [
        "K1: the fund would be 110 AAA short, and the limit is 100 that can be borrowed"
    ]
    assert run.states("b:2") == ["accepted", "fill"]


def test_k1_other_open_sales_count_and_longs_lend_to_shorts():
    pods = [
        pod("long", (BEFORE, buys(30))),
        pod(
            "short", (close(1), sells(100, limit=109)), (close(2), sells(31)), (close(3), sells(30))
        ),
    ]
    run = play(pods, (-2, 100))
    assert run.states("short:2") == ["rejected"]
    assert run.states("short:3") == ["accepted", "fill"]


def test_k1_what_is_held_may_always_be_sold():
    pods = [pod("a", (BEFORE, buys(50)), (close(2), sells(50))), pod("b", (close(0), sells(50)))]
    run = play(pods, (-2, 0))
    assert rejections(run) == []
    assert run.states("a:2") == ["accepted", "fill"]
    # The lender of the other pod's short is gone: recalled on the day, bought in three later.
    assert [order.pod for order in forced(run)] == ["b"]


def test_k2_after_the_notice_the_excess_is_bought_in_from_the_largest_short():
    pods = [
        pod("a", (BEFORE, sells(100))),
        pod("b", (BEFORE, sells(300))),
        pod("c", (BEFORE, buys(50))),
    ]
    run = play(pods, (-2, 500), (1, 10))
    assert [(n.ts, n.text) for n in run.journal.of(Notice)] == [
        (close(1), "K2: lenders want back 340 AAA")
    ]
    orders = [(o.ts, o.id, o.pod, o.side, o.quantity) for o in run.journal.of(Order) if o.forced]
    assert orders == [(close(4), "house:1", "b", "buy", 300), (close(4), "house:2", "a", "buy", 40)]
    bought = [(f.ts, f.pod, f.quantity) for f in run.journal.of(Fill) if f.order[:5] == "house"]
    opening = MONDAY + 5 * DAY + OPENING
    assert bought == [(opening, "b", 300), (opening, "a", 40)]


def test_k2_what_is_returned_in_time_is_not_bought_in():
    pods = [pod("a", (BEFORE, sells(100)), (close(2), buys(90)))]
    assert forced(play(pods, (-2, 500), (1, 10))) == []


def test_k2_a_buy_in_that_waits_is_not_ordered_twice():
    nan = float("nan")
    bars = days([100, 100, 100, nan, nan, 100, 100, 100], [100, 100, 100, nan, nan, 100, 100, 100])
    pods = [pod("a", (BEFORE, sells(100)), (close(2), buys(70, limit=95)))]
    run = play(pods, (-2, 500), (1, 10), bars=bars, notice=1)
    assert [(o.ts, o.quantity) for o in forced(run)] == [(close(2), 90)]
    assert [(f.ts, f.quantity) for f in run.journal.of(Fill)][1:] == [
        (MONDAY + 5 * DAY + OPENING, 90)
    ]
