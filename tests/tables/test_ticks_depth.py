"""Rules D1 to D14: an order book, with and without trades, and what orders come to."""

from decimal import Decimal

import pytest

from brokers.simulated.depth import DepthMarket
from brokers.simulated.ticks import Meets
from magents.model.orders import TimeInForce
from magents.model.time import DAY
from tests.brokers.ticks.player import DEPTH, Player, bid, cuts, depth, offer, trades

BOOK = [
    (10, "b", 99, 5, 1),
    (10, "b", 98, 7),
    (10, "a", 101, 2),
    (10, "a", 102, 3),
    (10, "a", 103, 10),
]
TAPE = depth(
    *BOOK,
    (20, "b", 97, 1),
    (30, "a", 101, 4),
    (40, "a", 101, 0),
    (40, "a", 102, 0),
    (50, "b", 99, 0),
    (50, "b", 98, 0),
    (50, "b", 97, 3),
    (60, "a", 98, 6),
)


def played(*errands, tape=TAPE, prints=None, meets=Meets.NEXT, rows=100, parts=100):
    market = DepthMarket(DEPTH, Decimal("0.01"), meets=meets)
    streams = [cuts(tape, rows)]
    if prints is not None:
        streams.append(cuts(prints, parts))
    return Player(market).play(streams, *errands)


def filled(*errands, **how):
    return [tuple(got) for got in played(*errands, **how).fills["pod:1"]]


CASES = {
    # D1: the book after the first message that follows the arrival
    "D1 the whole message": ((5, bid(1)), [(10, 1, 101, "D2")]),
    "D1 the next message": ((10, bid(1)), [(20, 1, 101, "D2")]),
    "D1 after the last message": ((60, bid(1)), []),
    # D2: level after level at the levels' prices
    "D2 one level": ((10, bid(2)), [(20, 2, 101, "D2")]),
    "D2 walking": ((10, bid(7)), [(20, 2, 101, "D2"), (20, 3, 102, "D2"), (20, 2, 103, "D2")]),
    "D2 selling": ((10, offer(6)), [(20, 5, 99, "D2"), (20, 1, 98, "D2")]),
    "D2 what the book lacks waits for more": (
        (10, bid(17)),
        [(20, 2, 101, "D2"), (20, 3, 102, "D2"), (20, 10, 103, "D2"), (30, 2, 101, "D2")],
    ),
    # D3: marketable on arrival: up to its limit
    "D3 to the limit": (
        (10, bid(9, limit=102)),
        [(20, 2, 101, "D3"), (20, 3, 102, "D3"), (30, 4, 102, "D4")],
    ),
    "D3 selling": ((10, offer(6, limit=99)), [(20, 5, 99, "D3")]),
    # D4: rested, and the other side comes to it
    "D4 at the limit": ((10, bid(2, limit=98)), [(60, 2, 98, "D4")]),
    "D4 through the limit": ((10, bid(9, limit="98.5")), [(60, 6, 98.5, "D4")]),
    "D4 never": ((10, bid(1, limit=97)), []),
    # D10: stops by the best price of the side that would fill them
    "D10 buy stop": ((10, bid(2, stop=103)), [(40, 2, 103, "D2")]),
    "D10 sell stop": ((10, offer(2, stop=98)), [(50, 2, 97, "D2")]),
    "D10 stop-limit": ((10, offer(2, stop=98, limit=97)), [(50, 2, 97, "D3")]),
    "D10 if touched": ((10, bid(2, kind="market_if_touched", stop=98)), [(60, 2, 98, "D2")]),
    "D10 trailing": ((10, offer(2, kind="trailing_stop", trail=2)), [(50, 2, 97, "D2")]),
    # D11, which is now or never
    "D11 IOC": (
        (10, bid(6, limit=102, tif=TimeInForce.IOC)),
        [(20, 2, 101, "D3"), (20, 3, 102, "D3")],
    ),
    "D11 FOK looks at the whole depth": (
        (10, bid(5, limit=102, tif=TimeInForce.FOK)),
        [(20, 2, 101, "D3"), (20, 3, 102, "D3")],
    ),
    "D11 FOK does not fit": ((10, bid("5.01", limit=102, tif=TimeInForce.FOK)), []),
    # D14, the time in force
    "D14 GTD in time": (
        (10, bid(1, limit=98, tif=TimeInForce.GTD, expires=60)),
        [(60, 1, 98, "D4")],
    ),
    "D14 GTD too late": ((10, bid(1, limit=98, tif=TimeInForce.GTD, expires=59)), []),
}


@pytest.mark.parametrize("rows", [100, 1, 3])
@pytest.mark.parametrize(("errand", "expected"), CASES.values(), ids=CASES.keys())
def test_an_order_in_a_book(errand, expected, rows):
    assert filled(errand, rows=rows) == expected


# -- D5 to D7: the queue ------------------------------------------------------------------------

QUIET = depth(*BOOK, (200, "b", 90, 1))
GROWN = depth(*BOOK, (30, "b", 99, 9), (200, "b", 90, 1))
CANCELLED = depth(*BOOK, (30, "b", 99, 3), (200, "b", 90, 1))
TRADED = depth(*BOOK, (30, "b", 99, 2), (200, "b", 90, 1))
GONE = depth(*BOOK, (30, "b", 99, 0), (40, "b", 99, 8), (200, "b", 90, 1))
QUEUES = {
    "D6 behind all that is shown": (
        bid(2, limit=99),
        QUIET,
        [(50, 99, 6, -1)],
        [(50, 1, 99, "D6")],
    ),
    "D6 trade by trade": (
        bid(2, limit=99),
        QUIET,
        [(50, 99, 3, -1), (60, 99, 2.5, -1), (70, 99, 9, -1)],
        [(60, 0.5, 99, "D6"), (70, 1.5, 99, "D6")],
    ),
    "D6 buyers do not serve a bid": (bid(2, limit=99), QUIET, [(50, 99, 9, 1)], []),
    "D6 selling": (offer(2, limit=101), QUIET, [(50, 101, 3, 1)], [(50, 1, 101, "D6")]),
    "D6 alone at a price": (bid(2, limit=100), QUIET, [(50, 100, 1, -1)], [(50, 1, 100, "D6")]),
    "D7 through the price": (bid(2, limit=99), QUIET, [(50, 98, 3, -1)], [(50, 2, 99, "D7")]),
    "D5 what comes later is behind": (
        bid(2, limit=99),
        GROWN,
        [(50, 99, 6, -1)],
        [(50, 1, 99, "D6")],
    ),
    "D5 cancels are spread over the level": (
        bid(2, limit=99),
        CANCELLED,
        [(50, 99, 4, -1)],
        [(50, 1, 99, "D6")],
    ),
    "D5 what was traded is no cancel": (
        bid(2, limit=99),
        TRADED,
        [(25, 99, 3, -1), (50, 99, 3, -1)],
        [(50, 1, 99, "D6")],
    ),
    "D5 a level that went away is ours": (
        bid(2, limit=99),
        GONE,
        [(50, 99, 1, -1)],
        [(50, 1, 99, "D6")],
    ),
    "D5 beyond what is shown nobody knows": (bid(2, limit=95), QUIET, [(50, 95, 99, -1)], []),
}


@pytest.mark.parametrize("rows", [100, 1])
@pytest.mark.parametrize("parts", [100, 1])
@pytest.mark.parametrize(
    ("what", "tape", "rows_of_trades", "expected"), QUEUES.values(), ids=QUEUES.keys()
)
def test_an_order_in_its_queue(what, tape, rows_of_trades, expected, parts, rows):
    prints = trades(*rows_of_trades, (150, 100.5, 1, 1))
    assert filled((10, what), tape=tape, prints=prints, rows=rows, parts=parts) == expected


def test_d5_half_of_a_shrunk_level_was_ahead():
    tape = depth(*BOOK, (30, "b", 99, 10), (40, "b", 99, 6), (200, "b", 90, 1))
    prints = trades((50, 99, 3, -1), (60, 99, 1, -1))
    assert filled((10, bid(2, limit=99)), tape=tape, prints=prints) == [(60, 1, 99, "D6")]


def test_d5_a_price_first_shown_later_is_all_ahead():
    tape = depth(*BOOK, (30, "b", 95, 4), (200, "b", 90, 1))
    assert filled((10, bid(2, limit=95)), tape=tape, prints=trades((50, 95, 5, -1))) == [
        (50, 1, 95, "D6")
    ]


def test_d5_snapshots_without_the_level_say_it_is_gone_or_not_shown():
    inner = [(30, "b", 98, 1, 1), (30, "a", 101, 1), (200, "b", 90, 1)]
    outer = [(30, "b", 99.5, 1, 1), (30, "a", 101, 1), (200, "b", 90, 1)]
    prints = trades((50, 99, 1, -1))
    assert filled((10, bid(1, limit=99)), tape=depth(*BOOK, *inner), prints=prints) == [
        (50, 1, 99, "D6")
    ]
    assert not filled((10, bid(1, limit=99)), tape=depth(*BOOK, *outer), prints=prints)


def test_d6_two_of_our_orders_share_what_a_trade_leaves():
    prints = trades((50, 99, 8, -1), (60, 99, 1, -1))
    player = played(
        (10, bid(2, limit=99)), (11, bid(2, "pod:2", limit=99)), tape=QUIET, prints=prints
    )
    assert player.fills["pod:1"] == [(50, 2, 99, "D6")]
    assert player.fills["pod:2"] == [(50, 1, 99, "D6"), (60, 1, 99, "D6")]


# -- D8, D9, D12, D13 ---------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [100, 1])
def test_d8_our_fills_use_up_levels_until_an_update_refreshes_them(rows):
    tape = depth(*BOOK, (20, "b", 97, 1), (25, "b", 97, 2), (30, "a", 101, 1), (35, "b", 97, 1))
    player = played(
        (10, bid(4)), (20, bid(1, "pod:2")), (30, bid(2, "pod:3")), tape=tape, rows=rows
    )
    assert player.fills["pod:1"] == [(20, 2, 101, "D2"), (20, 2, 102, "D2")]
    assert player.fills["pod:2"] == [(25, 1, 102, "D2")]
    assert player.fills["pod:3"] == [(35, 1, 101, "D2"), (35, 1, 103, "D2")]


def test_d8_a_snapshot_refreshes_all_levels():
    tape = depth(*BOOK, *((20, *row[1:]) for row in BOOK), *((30, *row[1:]) for row in BOOK))
    player = played((10, bid(2)), (20, bid(2, "pod:2")), tape=tape)
    assert player.fills["pod:2"] == [(30, 2, 101, "D2")]


def test_d9_an_iceberg_shows_a_slice_and_queues_again():
    prints = trades((50, 99, 6, -1), (60, 99, 2, -1), (70, 99, 3, -1), (80, 99, 99, -1))
    tape = depth(*BOOK, (20, "b", 99, 8), (200, "b", 90, 1))
    what = bid(3, limit=99, display=1)
    assert filled((10, what), tape=tape, prints=prints) == [
        (50, 1, 99, "D6"),
        (70, 1, 99, "D6"),
        (70, 1, 99, "D6"),
    ]


def test_d9_going_through_the_price_takes_all_of_an_iceberg():
    what = bid(3, limit=99, display=1)
    assert filled((10, what), tape=QUIET, prints=trades((50, 98, 9, -1))) == [(50, 3, 99, "D7")]


@pytest.mark.parametrize(
    ("what", "ended"),
    [
        (bid(1, limit=101, post_only=True), "post_only"),
        (offer(1, limit=99, post_only=True), "post_only"),
        (bid(1, limit=100, post_only=True), None),
        (offer(1, stop=98, limit=97, post_only=True), "post_only"),
    ],
)
def test_d12_a_post_only_order_that_would_take_is_refused(what, ended):
    assert played((10, what)).ended.get("pod:1") == ended


@pytest.mark.parametrize("rows", [100, 1])
def test_d13_an_order_that_was_on_its_way_meets_the_book_in_force(rows):
    how = {"meets": Meets.STANDING, "rows": rows}
    assert filled((15, bid(3)), **how) == [(15, 2, 101, "D2"), (15, 1, 102, "D2")]
    assert filled((15, bid(3, ts=15)), **how) == [(20, 2, 101, "D2"), (20, 1, 102, "D2")]
    assert filled((15, bid(3, limit=101)), **how) == [(15, 2, 101, "D3"), (30, 1, 101, "D4")]
    assert filled((15, bid(3, limit=98)), **how) == [(60, 3, 98, "D4")]


@pytest.mark.parametrize("rows", [100, 1])
@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (bid(1, limit=90, tif=TimeInForce.DAY), []),
        (bid(1, tif=TimeInForce.AT_OPEN), [(DAY + 1, 1, 103, "D2")]),
        (bid(2, tif=TimeInForce.AT_CLOSE), [(20, 1, 102, "D14"), (20, 1, 105, "D14")]),
    ],
)
def test_d14_sessions_are_utc_days(what, expected, rows):
    tape = depth(
        (10, "a", 101, 1, 1),
        (10, "a", 105, 9),
        (20, "a", 101, 0),
        (20, "a", 102, 1),
        (DAY + 1, "a", 103, 1, 1),
        (DAY + 2, "a", 104, 1, 1),
    )
    assert filled((10, what), tape=tape, rows=rows) == expected


def test_d8_a_cap_leaves_the_rest_of_every_level_to_others():
    market = DepthMarket(DEPTH, Decimal("0.01"), cap=0.1)
    player = Player(market).play(cuts(TAPE, 100), (10, bid(1)), (11, bid("0.1", "pod:2")))
    assert player.fills["pod:1"][:3] == [
        (20, 0.2, 101, "D2"),
        (20, 0.3, 102, "D2"),
        (20, 0.5, 103, "D2"),
    ]
    assert player.fills["pod:2"] == [(20, 0.1, 103, "D2")]
