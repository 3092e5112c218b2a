"""Rules T1 to T13: one instrument's trades, one or two orders, and what they come to."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from brokers.simulated.trades import THROUGH, TOUCH, TradeMarket
from magents.model.orders import TimeInForce
from magents.model.time import DAY
from tests.brokers.ticks.player import TRADES, Player, bid, cuts, offer, trades

TAPE = trades(
    (10, 100, 5, 1),
    (20, 101, 2, 1),
    (20, 102, 3, 1),
    (30, 99, 4, -1),
    (40, 98, 6, -1),
    (50, 98, 2, 1),
    (60, 100, 1, -1),
    (70, 103, 9, 1),
)


def played(*errands, ahead=THROUGH, tape=TAPE, rows=100, cap=1.0):
    market = TradeMarket(TRADES, Decimal("0.01"), ahead=ahead)
    return Player(market, cap).play(cuts(tape, rows), *errands)


def filled(*errands, **how):
    return [tuple(got) for got in played(*errands, **how).fills["pod:1"]]


NOTHING = []
CASES = {
    # T1: only trades after the instant of arrival
    "T1 before all": ((5, bid(1)), [(10, 1, 100, "T2")]),
    "T1 at the instant of a trade": ((10, bid(1)), [(20, 1, 101, "T2")]),
    "T1 at the last trade": ((70, bid(1)), NOTHING),
    # T2: the next trades, each up to its size
    "T2 one trade is enough": ((10, bid(2)), [(20, 2, 101, "T2")]),
    "T2 the rest at the following": (
        (10, bid(7)),
        [(20, 2, 101, "T2"), (20, 3, 102, "T2"), (30, 2, 99, "T2")],
    ),
    "T2 selling": ((25, offer(5)), [(30, 4, 99, "T2"), (40, 1, 98, "T2")]),
    # T3: marketable on arrival: the trades' prices while they go through the limit
    "T3 as a taker": ((10, bid(3, limit=103)), [(20, 2, 101, "T3"), (20, 1, 102, "T3")]),
    "T3 no further than the limit": (
        (12, bid(9, limit="101.5")),
        [(20, 2, 101, "T3"), (30, 4, 101.5, "T4"), (40, 3, 101.5, "T4")],
    ),
    "T3 selling": ((45, offer(1, limit=97)), [(50, 1, 98, "T3")]),
    "T3 no trade known before": ((5, bid(1, limit=101)), [(10, 1, 100, "T3")]),
    # T4: rested, and a trade goes through
    "T4 at the limit": ((10, bid(3, limit=99)), [(40, 3, 99, "T4")]),
    "T4 up to the trade's size": ((45, offer(12, limit=102)), [(70, 9, 102, "T4")]),
    "T4 touching is not enough": ((10, offer(1, limit=103)), NOTHING),
    "T4 never through": ((10, bid(1, limit="97.5")), NOTHING),
    # T6: a stop is reached by a trade and fills at the next
    "T6 buy stop": ((10, bid(1, stop=102)), [(30, 1, 99, "T2")]),
    "T6 sell stop": ((10, offer(1, stop=99)), [(40, 1, 98, "T2")]),
    "T6 stop-limit": (
        (10, offer(2, stop=99, limit="98.5")),
        [(60, 1, 98.5, "T4"), (70, 1, 98.5, "T4")],
    ),
    "T6 reached already": ((10, bid(1, stop=100)), [(20, 1, 102, "T2")]),
    "T6 never reached": ((10, bid(1, stop=104)), NOTHING),
    # T7: if touched, from the better side
    "T7 buy if touched": (
        (10, bid(1, "pod:1", kind="market_if_touched", stop=99)),
        [(40, 1, 98, "T2")],
    ),
    "T7 sell if touched": (
        (10, offer(1, kind="market_if_touched", stop=101)),
        [(20, 1, 102, "T2")],
    ),
    "T7 limit if touched": (
        (10, bid(1, kind="limit_if_touched", stop=99, limit="98.5")),
        [(40, 1, 98.5, "T4")],
    ),
    # T8: trailing from the last price known on arrival
    "T8 sell trails the high": ((10, offer(1, kind="trailing_stop", trail=3)), [(40, 1, 98, "T2")]),
    "T8 buy trails the low": ((25, bid(1, kind="trailing_stop", trail=2)), [(70, 1, 103, "T2")]),
    "T8 percent": ((10, offer(1, kind="trailing_stop", trail_percent=3)), [(50, 1, 98, "T2")]),
    "T8 what was known counts": (
        (20, offer(1, kind="trailing_stop", trail=4)),
        [(50, 1, 98, "T2")],
    ),
    "T8 with a limit": (
        (10, offer(1, kind="trailing_stop_limit", trail=3, limit_offset="0.5")),
        [(60, 1, 98.5, "T4")],
    ),
    # T9, which is now or never
    "T9 IOC takes what the first trade has": (
        (10, bid(3, tif=TimeInForce.IOC)),
        [(20, 2, 101, "T2")],
    ),
    "T9 IOC limit": ((10, bid(3, limit=103, tif=TimeInForce.IOC)), [(20, 2, 101, "T3")]),
    "T9 IOC limit not met": ((10, bid(3, limit=100, tif=TimeInForce.IOC)), NOTHING),
    "T9 FOK fits": ((10, bid(2, tif=TimeInForce.FOK)), [(20, 2, 101, "T2")]),
    "T9 FOK does not fit": ((10, bid(3, tif=TimeInForce.FOK)), NOTHING),
    # T12, the time in force
    "T12 GTD in time": (
        (10, bid(1, limit=99, tif=TimeInForce.GTD, expires=40)),
        [(40, 1, 99, "T4")],
    ),
    "T12 GTD too late": ((10, bid(1, limit=99, tif=TimeInForce.GTD, expires=39)), NOTHING),
}


@pytest.mark.parametrize("rows", [100, 1, 3])
@pytest.mark.parametrize(("errand", "expected"), CASES.values(), ids=CASES.keys())
def test_an_order_on_trades(errand, expected, rows):
    assert filled(errand, rows=rows) == expected


QUEUES = {
    "T5 no queue: touching fills": ((10, bid(3, limit=98)), TOUCH, [(40, 3, 98, "T5")]),
    "T5 no queue, selling": ((60, offer(2, limit=103)), TOUCH, [(70, 2, 103, "T5")]),
    "T5 the queue is served first": ((10, bid(3, limit=98)), 4.0, [(40, 2, 98, "T5")]),
    "T5 buyers do not serve a bid": ((45, bid(1, limit=98)), TOUCH, []),
    "T5 through ends the queue": ((10, bid(3, limit=99)), 100.0, [(40, 3, 99, "T4")]),
    "T5 longer than what is traded": ((10, bid(3, limit=98)), 6.0, []),
}


@pytest.mark.parametrize("rows", [100, 1])
@pytest.mark.parametrize(("errand", "ahead", "expected"), QUEUES.values(), ids=QUEUES.keys())
def test_a_limit_order_behind_a_queue(errand, ahead, expected, rows):
    assert filled(errand, ahead=ahead, rows=rows) == expected


def test_t5_the_queue_gets_shorter_over_blocks():
    tape = trades((10, 100, 1, -1), (20, 99, 3, -1), (30, 99, 3, -1), (40, 99, 3, -1))
    expected = [(30, 1, 99, "T5"), (40, 1, 99, "T5")]
    for rows in (1, 2, 100):
        assert filled((10, bid(2, limit=99)), ahead=5.0, tape=tape, rows=rows) == expected


def test_t5_a_smaller_size_keeps_the_place_and_another_price_loses_it():
    tape = trades((10, 100, 1, -1), (20, 99, 3, -1), (30, 99, 3, -1), (40, 99, 3, -1))
    what = bid(2, limit=99)
    smaller = (25, lambda player: player.amend("pod:1", replace(what, quantity=Decimal(1))))
    assert filled((10, what), smaller, ahead=5.0, tape=tape) == [(30, 1, 99, "T5")]
    larger = (25, lambda player: player.amend("pod:1", replace(what, quantity=Decimal(3))))
    assert filled((10, what), larger, ahead=5.0, tape=tape) == [(40, 1, 99, "T5")]


def test_t6_a_stop_that_is_immediate_or_cancel_has_its_chance_after_the_trigger():
    what = offer(9, stop=99, tif=TimeInForce.IOC)
    player = played((10, what))
    assert [tuple(got) for got in player.fills["pod:1"]] == [(40, 6, 98, "T2")]
    assert player.triggered == {"pod:1": 30}
    assert player.ended == {"pod:1": "ioc"}


@pytest.mark.parametrize(
    ("what", "ended"),
    [
        (bid(1, limit=103, post_only=True), "post_only"),
        (offer(1, limit=101, post_only=True), "post_only"),
        (bid(1, limit=102, post_only=True), None),
        (bid(1, limit=98, post_only=True), None),
        (offer(1, stop=99, limit="98.5", post_only=True), "post_only"),
        (offer(1, stop=99, limit=99, post_only=True), None),
    ],
)
def test_t10_a_post_only_order_that_would_take_is_refused(what, ended):
    assert played((20, what)).ended.get("pod:1") == ended


def test_t10_before_the_first_trade_nothing_can_be_taken():
    assert filled((5, bid(1, limit=101, post_only=True))) == [(10, 1, 101, "T4")]


def test_t11_orders_share_a_trade_in_the_order_of_their_arrival():
    player = played((10, bid(4)), (11, bid(4, "pod:2")))
    assert player.fills["pod:1"] == [(20, 2, 101, "T2"), (20, 2, 102, "T2")]
    assert player.fills["pod:2"] == [(20, 1, 102, "T2"), (30, 3, 99, "T2")]


def test_t11_what_the_exchange_did_not_fill_is_there_for_others():
    player = played((10, bid(4)), (11, bid(1, "pod:2")), cap=0.5)
    assert [got.quantity for got in player.fills["pod:1"]][:2] == [1, 1.5]
    assert player.fills["pod:2"][0] == (20, 0.5, 101, "T2")


DAYS = trades(
    *((day * DAY + hour, 100 + day + hour / 10, 1, 0) for day in range(3) for hour in (1, 2, 3))
)


@pytest.mark.parametrize("rows", [100, 1, 4])
@pytest.mark.parametrize(
    ("what", "expected", "ended"),
    [
        (bid(1, limit=95, tif=TimeInForce.DAY), [], (3, "day")),
        (bid(2, tif=TimeInForce.DAY), [(2, 1, 100.2, "T2"), (3, 1, 100.3, "T2")], None),
        (bid(1, tif=TimeInForce.AT_OPEN), [(DAY + 1, 1, 101.1, "T2")], None),
        (bid(1, limit=101, tif=TimeInForce.AT_OPEN), [], (DAY + 1, "at_open")),
        (bid(1, tif=TimeInForce.AT_CLOSE), [(3, 1, 100.3, "T13")], None),
        (bid(2, tif=TimeInForce.AT_CLOSE), [(3, 1, 100.3, "T13")], None),
        (bid(1, limit=100, tif=TimeInForce.AT_CLOSE), [], (3, "at_close")),
    ],
)
def test_t12_and_t13_sessions_are_utc_days(what, expected, ended, rows):
    player = played((1, what), tape=DAYS, rows=rows)
    assert player.fills["pod:1"] == expected
    if ended is not None:
        assert player.ended == {"pod:1": ended[1]}


def test_t13_the_last_session_closes_with_the_data():
    what = bid(1, tif=TimeInForce.AT_CLOSE)
    assert filled((2 * DAY + 1, what), tape=DAYS) == [(2 * DAY + 3, 1, 102.3, "T13")]


def test_market_orders_slip_and_limit_orders_do_not():
    market = TradeMarket(TRADES)
    player = Player(market)
    seen = []
    act = market.act
    market.act = lambda working: seen.append(act(working)) or seen[-1]
    player.play(cuts(TAPE, 9), (10, bid(1)), (10, bid(1, "pod:2", limit=99)))
    assert [(e.slips, e.maker, e.bar_ts) for o in seen for e in o.executions] == [
        (True, False, 0),
        (False, True, 0),
    ]
