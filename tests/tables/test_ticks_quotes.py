"""Rules Q1 to Q13: one instrument's best bid and offer, and what orders come to."""

from decimal import Decimal

import pytest

from brokers.simulated.quotes import QuoteMarket
from brokers.simulated.ticks import Meets
from magents.model.orders import TimeInForce
from magents.model.time import DAY
from tests.brokers.ticks.player import QUOTES, Player, bid, cuts, offer, quotes
from tests.builders import NAN

TAPE = quotes(
    (10, 99, 101, 5, 5),
    (20, 100, 102, 4, 2),
    (30, 100, 103, 4, 3),
    (40, 97, 99, 1, 6),
    (50, 96, 98, 9, 9),
    (60, NAN, 98, NAN, 2),
    (70, 104, 105, 3, 3),
)


def played(*errands, meets=Meets.NEXT, tape=TAPE, rows=100, cap=1.0):
    market = QuoteMarket(QUOTES, Decimal("0.01"), meets=meets)
    return Player(market, cap).play(cuts(tape, rows), *errands)


def filled(*errands, **how):
    return [tuple(got) for got in played(*errands, **how).fills["pod:1"]]


CASES = {
    # Q1: only quotes after the instant of arrival
    "Q1 at the instant of a quote": ((10, bid(1)), [(20, 1, 102, "Q2")]),
    "Q1 at the last quote": ((70, bid(1)), []),
    # Q2: buys meet the ask, sells the bid, up to what is shown
    "Q2 buying": ((10, bid(2)), [(20, 2, 102, "Q2")]),
    "Q2 selling": ((10, offer(2)), [(20, 2, 100, "Q2")]),
    "Q2 the rest at the next": ((10, bid(4)), [(20, 2, 102, "Q2"), (30, 2, 103, "Q2")]),
    "Q2 an empty side is passed over": ((50, offer(1)), [(70, 1, 104, "Q2")]),
    # Q3: marketable on arrival
    "Q3 at the ask": ((10, bid(3, limit=102)), [(20, 2, 102, "Q3"), (40, 1, 102, "Q4")]),
    "Q3 while it is": (
        (10, bid(6, limit=103)),
        [(20, 2, 102, "Q3"), (30, 3, 103, "Q3"), (40, 1, 99, "Q3")],
    ),
    "Q3 selling": ((10, offer(1, limit=98)), [(20, 1, 100, "Q3")]),
    # Q4: rested, and the other side comes to it
    "Q4 comes through": ((10, bid(1, limit=100)), [(40, 1, 100, "Q4")]),
    "Q4 touching is enough": ((10, bid(1, limit=99)), [(40, 1, 99, "Q4")]),
    "Q4 up to what is shown": (
        (10, bid(20, limit=99)),
        [(40, 6, 99, "Q4"), (50, 9, 99, "Q4"), (60, 2, 99, "Q4")],
    ),
    "Q4 selling": ((10, offer(1, limit=104)), [(70, 1, 104, "Q4")]),
    "Q4 never": ((10, bid(1, limit="97.5")), []),
    # Q6: the side that would fill a stop triggers it, and fills it at once
    "Q6 buy stop by the ask": ((10, bid(1, stop=103)), [(30, 1, 103, "Q2")]),
    "Q6 sell stop by the bid": ((10, offer(2, stop=97)), [(40, 1, 97, "Q2"), (50, 1, 96, "Q2")]),
    "Q6 stop-limit taking": ((10, offer(1, stop=97, limit=96)), [(40, 1, 97, "Q3")]),
    "Q6 stop-limit resting": ((10, offer(1, stop=97, limit=98)), [(70, 1, 98, "Q4")]),
    "Q6 never reached": ((10, bid(1, stop=106)), []),
    # Q7: from the better side
    "Q7 buy if touched": ((10, bid(1, kind="market_if_touched", stop=99)), [(40, 1, 99, "Q2")]),
    "Q7 sell if touched": (
        (30, offer(1, kind="market_if_touched", stop=104)),
        [(70, 1, 104, "Q2")],
    ),
    "Q7 limit if touched": (
        (10, bid(1, kind="limit_if_touched", stop=99, limit=98)),
        [(50, 1, 98, "Q4")],
    ),
    # Q8: trailing the side that would fill it, from the quote in force on arrival
    "Q8 selling": ((10, offer(1, kind="trailing_stop", trail=3)), [(40, 1, 97, "Q2")]),
    "Q8 buying": ((40, bid(1, kind="trailing_stop", trail=5)), [(70, 1, 105, "Q2")]),
    "Q8 with a limit": (
        (10, offer(1, kind="trailing_stop_limit", trail=3, limit_offset=1)),
        [(40, 1, 97, "Q3")],
    ),
    # Q9, which is now or never
    "Q9 IOC": ((10, bid(4, tif=TimeInForce.IOC)), [(20, 2, 102, "Q2")]),
    "Q9 IOC limit not met": ((10, bid(4, limit=101, tif=TimeInForce.IOC)), []),
    "Q9 FOK fits": ((10, bid(2, tif=TimeInForce.FOK)), [(20, 2, 102, "Q2")]),
    "Q9 FOK does not fit": ((10, bid(4, tif=TimeInForce.FOK)), []),
    "Q9 FOK stop": ((10, offer(2, stop=97, tif=TimeInForce.FOK)), []),
    # Q12, the time in force
    "Q12 GTD in time": (
        (10, bid(1, limit=99, tif=TimeInForce.GTD, expires=40)),
        [(40, 1, 99, "Q4")],
    ),
    "Q12 GTD too late": ((10, bid(1, limit=99, tif=TimeInForce.GTD, expires=39)), []),
}


@pytest.mark.parametrize("rows", [100, 1, 3])
@pytest.mark.parametrize(("errand", "expected"), CASES.values(), ids=CASES.keys())
def test_an_order_on_quotes(errand, expected, rows):
    assert filled(errand, rows=rows) == expected


def test_q2_an_unknown_size_has_room_for_all():
    assert filled((10, bid(1000)), tape=quotes((10, 99, 101), (20, 100, 102))) == [
        (20, 1000, 102, "Q2")
    ]


def test_q5_our_fills_use_up_a_quote_until_the_next():
    player = played((10, bid(1)), (11, bid(3, "pod:2")), (12, offer(4, "pod:3")))
    assert player.fills["pod:1"] == [(20, 1, 102, "Q2")]
    assert player.fills["pod:2"] == [(20, 1, 102, "Q2"), (30, 2, 103, "Q2")]
    assert player.fills["pod:3"] == [(20, 4, 100, "Q2")]


def test_q5_parts_are_multiples_of_the_lot():
    tape = quotes((10, 99, 101, 1, 1), (20, 99, 101, 1, 0.128), (30, 99, 101, 1, 5))
    assert filled((10, bid(1)), tape=tape) == [(20, 0.12, 101, "Q2"), (30, 0.88, 101, "Q2")]


@pytest.mark.parametrize("rows", [100, 1])
@pytest.mark.parametrize(
    ("what", "ended"),
    [
        (bid(1, limit=102, post_only=True), "post_only"),
        (offer(1, limit=100, post_only=True), "post_only"),
        (bid(1, limit="101.99", post_only=True), None),
        (bid(1, stop=103, limit=103, post_only=True), "post_only"),
        (bid(1, stop=103, limit=102, post_only=True), None),
    ],
)
def test_q10_a_post_only_order_that_would_take_is_refused(what, ended, rows):
    assert played((20, what), rows=rows).ended.get("pod:1") == ended


STANDING = {
    "decided before, the quote in force": ((15, bid(1)), [(15, 1, 101, "Q2")]),
    "decided before, at a quote's instant": ((20, bid(1)), [(20, 1, 102, "Q2")]),
    "decided before, the rest at the next": (
        (15, bid(7)),
        [(15, 5, 101, "Q2"), (20, 2, 102, "Q2")],
    ),
    "a limit that takes": ((15, bid(1, limit=101)), [(15, 1, 101, "Q3")]),
    "a limit that rests": ((15, bid(1, limit=100)), [(40, 1, 100, "Q4")]),
    "no quote yet": ((5, bid(1)), [(10, 1, 101, "Q2")]),
    "decided at this very instant": ((15, bid(1, ts=15)), [(20, 1, 102, "Q2")]),
}


@pytest.mark.parametrize("rows", [100, 1])
@pytest.mark.parametrize(("errand", "expected"), STANDING.values(), ids=STANDING.keys())
def test_q11_an_order_that_was_on_its_way_meets_the_quote_in_force(errand, expected, rows):
    assert filled(errand, meets=Meets.STANDING, rows=rows) == expected


def test_q11_two_orders_share_the_quote_in_force():
    player = played((15, bid(4)), (16, bid(4, "pod:2")), meets=Meets.STANDING)
    assert player.fills["pod:2"] == [(16, 1, 101, "Q2"), (20, 2, 102, "Q2"), (30, 1, 103, "Q2")]


DAYS = quotes(*((day * DAY + hour, 99, 101 + hour, 1, 1) for day in range(2) for hour in (1, 2, 3)))


@pytest.mark.parametrize("rows", [100, 1, 4])
@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (bid(5, tif=TimeInForce.DAY), [(2, 1, 103, "Q2"), (3, 1, 104, "Q2")]),
        (bid(1, tif=TimeInForce.AT_OPEN), [(DAY + 1, 1, 102, "Q2")]),
        (bid(1, tif=TimeInForce.AT_CLOSE), [(3, 1, 104, "Q13")]),
    ],
)
def test_q12_and_q13_sessions_are_utc_days(what, expected, rows):
    assert filled((1, what), tape=DAYS, rows=rows) == expected


def test_makers_rested_and_takers_did_not():
    player = played((10, bid(3, limit=102)))
    assert player.makers["pod:1"] == [False, True]
