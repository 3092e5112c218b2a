"""The rules of docs/fills.md for all the other kinds of orders, each by its number, on bars.

Days trade from 14:30 to 21:00, so each bar is a session.
"""

from decimal import Decimal

import pytest

from magents.model.orders import OrderType, TimeInForce
from magents.model.records import Amendment
from magents.model.time import DAY, HOUR, Phase
from tests.brokers.rig import Venue
from tests.builders import MONDAY, Script, block, candles, feed, order, trade, walk

BARS = candles((100, 102, 99, 101), (101, 104, 98, 103), (103, 106, 97, 105), (108, 109, 95, 96))
OPENS, CLOSES = BARS.open_ts.tolist(), BARS.ts.tolist()
TOUCHED, LIMIT_TOUCHED = OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED
TRAILING, TRAILING_LIMIT = OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT


def sent(*orders, at=CLOSES[0], bars=BARS, then=(), **how):
    """Send orders at an instant, numbered pod:1, pod:2, ...; return the venue after the data."""
    errands = [(at, Phase.TIMER, each) for each in orders]
    return Venue(bars, **how).play(*errands, *then)


def met(what, at=CLOSES[0], bars=BARS):
    """Return (instant, price, rule) of each fill of one order."""
    return [(f.ts, float(f.price), f.rule) for f in sent(what, at=at, bars=bars).fills]


# -- triggers ----------------------------------------------------------------------------------


def test_b8_stop_limit_fills_at_the_stop_where_its_limit_allows():
    assert met(order("buy", stop=104, limit=105)) == [(CLOSES[1], 104, "B8")]


def test_b8_stop_limit_gapped_over_waits_at_its_limit_from_then_on():
    bars = candles((100, 100, 100, 100), (110, 112, 109, 111), (111, 112, 104, 105))
    venue = sent(order("buy", stop=102, limit=106), bars=bars)
    assert venue.states() == ["accepted", "triggered", "fill"]
    assert [(f.ts, f.price, f.rule) for f in venue.fills] == [(int(bars.ts[2]), 106, "B3")]


def test_b9_trailing_stop_follows_the_best_price_and_never_goes_back():
    bars = candles((100, 100, 100, 100), (100, 110, 100, 109), (109, 109, 103, 104))
    fills = met(order("sell", type=TRAILING, trail=5), bars=bars)
    assert fills == [(int(bars.ts[2]), 105, "B9")]


def test_b9_trailing_stop_gapped_over_fills_at_the_open():
    bars = candles((100, 100, 100, 100), (100, 110, 100, 109), (102, 103, 101, 102))
    fills = met(order("sell", type=TRAILING, trail=5), bars=bars)
    assert fills == [(int(bars.open_ts[2]), 102, "B9")]


def test_b9_trailing_stop_to_buy_follows_the_lows():
    bars = candles((100, 100, 100, 100), (100, 100, 90, 91), (91, 100, 91, 99))
    fills = met(order("buy", type=TRAILING, trail_percent=10), bars=bars)
    assert fills == [(int(bars.ts[2]), 99, "B9")]


def test_b9_trailing_stop_limit_fills_at_its_stop_which_its_limit_allows():
    bars = candles((100, 100, 100, 100), (100, 110, 100, 109), (109, 109, 103, 104))
    fills = met(order("sell", type=TRAILING_LIMIT, trail=5, limit_offset=1), bars=bars)
    assert fills == [(int(bars.ts[2]), 105, "B9")]


@pytest.mark.parametrize("size", [1, 2, 512])
def test_b9_trailing_stop_is_the_same_for_every_block_size(size):
    bars = walk(60, gaps=0.2)
    orders = [order("sell", id="pod:1", type=TRAILING, trail_percent=3)]
    orders += [order("buy", id="pod:2", type=TRAILING, trail=4, instrument="BBB")]
    one, other = (
        sent(*orders, at=int(bars.ts[0]), bars=bars, rows=rows).events for rows in (size, 100)
    )
    assert one == other
    assert len(one) == 4


@pytest.mark.parametrize("size", [1, 2, 512])
@pytest.mark.parametrize("last", [111, 300])
def test_b9_trailing_stop_keeps_its_best_price_when_its_size_is_changed(size, last):
    bars = candles(
        (100, 110, 100, 109), (109, 109, 107, 108), (108, 108, 106, 107), (107, last) * 2
    )
    at = int(bars.ts[1])
    change = Amendment(at, "pod", "pod:1", "AAA", Decimal(5))
    what = order("sell", type=TRAILING, trail=5)
    venue = Venue(bars, size).play(
        (int(bars.open_ts[0]), Phase.TIMER, what), (at, Phase.TIMER, change)
    )
    assert venue.states() == ["accepted", "amended", "expired"]


def test_b10_if_touched_waits_for_the_better_price_and_then_takes_the_market():
    assert met(order("buy", type=TOUCHED, stop=98)) == [(CLOSES[1], 98, "B10")]
    assert met(order("sell", type=TOUCHED, stop=107)) == [(OPENS[3], 108, "B10")]


def test_b10_limit_if_touched_fills_only_where_its_limit_allows():
    venue = sent(order("buy", type=LIMIT_TOUCHED, stop=98, limit=96))
    assert venue.states() == ["accepted", "triggered", "fill"]
    assert [(f.ts, f.price) for f in venue.fills] == [(CLOSES[3], 96)]


# -- orders that belong together ---------------------------------------------------------------


def pair(**how):
    """Return a profit and a stop of one group, to sell."""
    return (
        order("sell", id="pod:1", limit=104, group="g", **how),
        order("sell", id="pod:2", stop=98, group="g", **how),
    )


@pytest.mark.parametrize("turn", [1, -1])
def test_b11_of_two_orders_of_a_group_touched_in_one_bar_the_worse_is_taken(turn):
    venue = sent(*pair()[::turn])
    assert [(f.order, f.price) for f in venue.fills] == [("pod:2", 98)]
    assert venue.states("pod:1") == ["accepted", "cancelled"]
    assert venue.notes("pod:1").startswith("B11")


def test_b12_after_a_fill_inside_a_bar_its_stop_may_be_reached_there_but_no_profit():
    bars = candles((100, 100, 100, 100), (100, 110, 90, 100), (100, 101, 99, 100))
    entry = order("buy", id="pod:1", limit=95)
    profit = order("sell", id="pod:2", limit=105, parent="pod:1", group="g")
    stop = order("sell", id="pod:3", stop=92, parent="pod:1", group="g")
    with_stop = sent(entry, profit, stop, bars=bars)
    assert [(f.order, f.ts) for f in with_stop.fills] == [
        ("pod:1", int(bars.ts[1])),
        ("pod:3", int(bars.ts[1])),
    ]
    alone = sent(entry, profit, bars=bars)
    assert [f.order for f in alone.fills] == ["pod:1"]


def test_b22_what_one_order_of_a_group_fills_the_others_lose():
    bars = candles((100, 100, 100, 100), (100, 105, 100, 104))
    venue = sent(*pair(), bars=bars)
    assert [(f.order, f.price) for f in venue.fills] == [("pod:1", 104)]
    assert venue.states("pod:2") == ["accepted", "cancelled"]
    assert venue.notes("pod:2").startswith("B22")


def test_b23_a_child_is_held_until_its_parent_fills():
    child = order("sell", id="pod:2", limit=105, parent="pod:1")
    venue = sent(order("buy", id="pod:1"), child)
    assert venue.states("pod:2") == ["held", "accepted", "fill"]
    assert [(f.order, f.ts) for f in venue.fills] == [("pod:1", OPENS[1]), ("pod:2", CLOSES[2])]


def test_b23_a_child_is_cancelled_with_its_parent():
    child = order("sell", id="pod:2", limit=105, parent="pod:1")
    cancel = (CLOSES[0] + HOUR, Phase.TIMER, "pod:1")
    venue = sent(order("buy", id="pod:1", limit=50), child, then=[cancel])
    assert venue.states("pod:1") == ["accepted", "cancelled"]
    assert venue.states("pod:2") == ["held", "cancelled"]


@pytest.mark.parametrize("size", [1, 2, 512])
def test_b23_a_child_of_a_fill_at_the_open_takes_part_in_that_whole_session(size):
    child = order("sell", id="pod:2", parent="pod:1", tif=TimeInForce.AT_CLOSE)
    venue = sent(order("buy", id="pod:1"), child, rows=size)
    assert [(f.order, f.ts) for f in venue.fills] == [("pod:1", OPENS[1]), ("pod:2", CLOSES[1])]


def test_b23_a_child_that_is_held_to_the_end_ends_once():
    child = order("sell", id="pod:2", limit=105, parent="pod:1")
    venue = sent(order("buy", id="pod:1", limit=50), child)
    assert venue.states("pod:1") == ["accepted", "expired"]
    assert venue.states("pod:2") == ["held", "cancelled"]


def test_b23_a_child_in_the_group_of_its_parent_ends_once_with_it():
    parent = order("sell", id="pod:1", stop=90, group="g")
    child = order("buy", id="pod:2", limit=50, parent="pod:1", group="g")
    venue = sent(parent, child, order("sell", id="pod:3", group="g"))
    assert venue.states("pod:1") == ["accepted", "cancelled"]
    assert venue.states("pod:2") == ["held", "cancelled"]


# -- how long, and under what condition --------------------------------------------------------


@pytest.mark.parametrize(("limit", "states"), [(100, ["accepted", "fill"]), (103, ["rejected"])])
def test_b14_post_only_is_refused_where_it_would_take(limit, states):
    venue = sent(order("buy", limit=limit, post_only=True))
    assert venue.states()[-len(states) :] == states


@pytest.mark.parametrize("tif", [TimeInForce.IOC, TimeInForce.FOK])
def test_b14_post_only_and_now_or_never_contradict_each_other(tif):
    assert sent(order("buy", limit=90, post_only=True, tif=tif)).states() == ["rejected"]


@pytest.mark.parametrize("size", [1, 512])
def test_b14_post_only_is_judged_again_at_its_new_price(size):
    change = Amendment(0, "pod", "pod:1", "AAA", limit=Decimal(104))
    then = [(CLOSES[0] + HOUR, Phase.TIMER, change)]
    venue = sent(order("buy", limit=100, post_only=True), rows=size, then=then)
    assert venue.states() == ["accepted", "amended", "rejected"]


@pytest.mark.parametrize("tif", [TimeInForce.IOC, TimeInForce.FOK])
@pytest.mark.parametrize(("limit", "end"), [(101, "fill"), (100, "cancelled"), (None, "fill")])
def test_b15_now_or_never_orders_have_one_chance_at_the_next_open(tif, limit, end):
    venue = sent(order("buy", limit=limit, tif=tif))
    assert venue.states() == ["accepted", end]
    assert venue.events[-1].ts == OPENS[1]


@pytest.mark.parametrize(("limit", "end"), [(None, "fill"), (101, "fill"), (100, "expired")])
def test_b17_at_open_is_the_opening_price_of_the_next_session_or_nothing(limit, end):
    venue = sent(order("buy", limit=limit, tif=TimeInForce.AT_OPEN))
    assert venue.states() == ["accepted", end]
    assert [f.price for f in venue.fills] == ([101] if end == "fill" else [])


@pytest.mark.parametrize(("limit", "end"), [(None, "fill"), (103, "fill"), (102, "expired")])
@pytest.mark.parametrize("size", [1, 2, 512])
def test_b18_at_close_is_the_closing_price_of_the_session_or_nothing(limit, end, size):
    venue = sent(order("buy", limit=limit, tif=TimeInForce.AT_CLOSE), rows=size)
    assert venue.states() == ["accepted", end]
    assert venue.events[-1].ts == CLOSES[1]
    assert [f.price for f in venue.fills] == ([103] if end == "fill" else [])


@pytest.mark.parametrize("size", [1, 2, 512])
@pytest.mark.parametrize(
    ("at", "end"),
    [(OPENS[1] + HOUR, "cancelled"), (CLOSES[1] - 1, "cancelled"), (CLOSES[1], "fill")],
)
def test_b18_an_order_for_the_close_can_be_cancelled_before_the_instant_of_the_close(at, end, size):
    venue = sent(order(tif=TimeInForce.AT_CLOSE), rows=size, then=[(at, Phase.TIMER, "pod:1")])
    assert venue.states() == ["accepted", "pending_cancel", end]
    assert venue.events[-1].ts == at


@pytest.mark.parametrize("size", [1, 2, 512])
def test_b19_a_day_order_expires_when_its_session_closes(size):
    venue = sent(order("buy", limit=97, tif=TimeInForce.DAY), rows=size)
    assert venue.states() == ["accepted", "expired"]
    assert venue.events[-1].ts == CLOSES[1]


HOURS = walk(72, start=MONDAY, length=HOUR, every=HOUR)


@pytest.mark.parametrize("size", [1, 5, 24, 512])
def test_b19_a_day_ends_at_midnight_where_the_market_never_closes(size):
    late = int(HOURS.ts[20])
    venue = sent(order("buy", limit=1, tif=TimeInForce.DAY), at=late, bars=HOURS, rows=size)
    assert venue.events[-1].ts == MONDAY + DAY


@pytest.mark.parametrize("size", [1, 2, 512])
def test_b20_good_till_a_date_expires_then(size):
    until = CLOSES[1] + HOUR
    venue = sent(order("buy", limit=97, tif=TimeInForce.GTD, expires=until), rows=size)
    assert venue.states() == ["accepted", "expired"]
    assert venue.events[-1].ts == until


def test_b21_reduce_only_never_turns_a_position():
    enter = order("buy", 4, id="pod:1")
    leave = order("sell", 10, id="pod:2", limit=104, reduce_only=True)
    venue = sent(enter, leave)
    assert [(f.order, f.quantity) for f in venue.fills] == [("pod:1", 4), ("pod:2", -4)]
    assert venue.states("pod:2")[-1] == "cancelled"


# -- amendments --------------------------------------------------------------------------------


def amended(*, at=CLOSES[0] + HOUR, **change):
    """Amend a limit order to buy 10 at 98 after its first night; return the venue."""
    change = {name: Decimal(value) for name, value in change.items()}
    return sent(
        order("buy", 10, limit=98),
        then=[(at, Phase.TIMER, Amendment(at, "pod", "pod:1", "AAA", **change))],
    )


def test_b24_an_order_can_be_given_another_price_and_size():
    venue = amended(limit=100, quantity=7)
    assert venue.states() == ["accepted", "amended", "fill"]
    assert [(f.price, f.quantity) for f in venue.fills] == [(100, 7)]


def test_b24_an_amendment_is_too_late_for_a_bar_in_progress_that_touches_the_order():
    venue = amended(at=OPENS[1] + HOUR, limit=90)
    assert venue.states() == ["accepted", "accepted", "fill"]
    assert venue.notes() == "amendment refused: a bar under way touches the order"


@pytest.mark.parametrize("change", [{"limit": -1}, {"quantity": 0}, {"quantity": "1.5"}])
def test_b24_an_amendment_that_the_venue_would_not_take_as_an_order_is_refused(change):
    venue = amended(**change)
    assert venue.states() == ["accepted", "accepted", "fill"]
    assert venue.notes().startswith("amendment refused")
    assert [(f.price, f.quantity) for f in venue.fills] == [(98, 10)]


def test_b24_a_refused_amendment_of_a_triggered_order_leaves_the_fund_alone():
    bars = block([100.0, 110.0, 111.0, 112.0], opens=[100.0, 110.0, 111.0, 112.0])

    async def script(desk):
        await desk.clock.until(int(bars.ts[0]))
        made = await desk.buy("AAA", 1, stop=102, limit=104)
        await desk.clock.until(int(bars.ts[1]))
        await desk.amend(made.id, limit=-1)

    run = trade([Script("pod", script)], feed(bars), price_collar=9.0)
    assert run.result.halts == []
    assert run.states("pod:1")[:2] == ["accepted", "triggered"]
    assert run.result.orders == {"expired": 1}
