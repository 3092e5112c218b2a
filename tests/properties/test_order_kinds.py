"""Orders of every kind, together: no block size, no cancel and no amendment breaks the rules."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from magents.model.orders import CLOSED, OrderState, OrderType, TimeInForce, move
from magents.model.records import Amendment, Fill, OrderEvent
from magents.model.time import HOUR, Phase
from tests.brokers.rig import Venue
from tests.builders import always_open, order, walk

DAILY, COINS = walk(12, seed=11, gaps=0.15), always_open(24, seed=12, gaps=0.1)
LIMITS = st.integers(92, 108)
TIFS = st.sampled_from(TimeInForce)


@st.composite
def orders(draw, name, instrument, instants):
    """Draw an order of any kind that the venue would take."""
    kind = draw(st.sampled_from(OrderType))
    how = {"type": kind, "tif": draw(TIFS), "expires": draw(st.sampled_from(instants)) + HOUR}
    if kind in {OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT}:
        how |= {"trail": draw(st.integers(1, 5)), "limit_offset": draw(st.integers(0, 2))}
    elif kind is not OrderType.MARKET:
        how |= {"stop": draw(LIMITS), "limit": draw(LIMITS)}
        unused = {OrderType.LIMIT: "stop", OrderType.STOP: "limit"}
        unused[OrderType.MARKET_IF_TOUCHED] = "limit"
        how.pop(unused.get(kind, ""), None)
    how |= {"post_only": kind is OrderType.LIMIT and draw(st.booleans())}
    how |= {"reduce_only": draw(st.booleans()) and draw(st.booleans())}
    how |= {"group": draw(st.sampled_from(["", "", "g"])), "instrument": instrument}
    side, quantity = draw(st.sampled_from(["buy", "sell"])), draw(st.integers(1, 9))
    return order(side, quantity, id=name, **how)


@st.composite
def errands(draw, bars):
    instants = sorted({*bars.open_ts.tolist(), *bars.ts.tolist()})
    when = st.sampled_from(instants)
    made = []
    for number in range(1, draw(st.integers(2, 6)) + 1):
        name, instrument = f"pod:{number}", bars.panel.instruments[0]
        sent_at, what = draw(when), draw(orders(name, instrument, instants))
        if number > 1 and sent_at >= made[0][0] and draw(st.booleans()):
            what = replace(what, parent="pod:1")
        made.append((sent_at, Phase.TIMER, what))
        what = draw(st.sampled_from(["", "cancel", "amend"]))
        if what == "cancel":
            made.append((draw(when), Phase.TIMER, name))
        elif what == "amend":
            price = {"limit": Decimal(draw(LIMITS))} if draw(st.booleans()) else {}
            change = Amendment(0, "pod", name, instrument, Decimal(draw(LIMITS)) - 90, **price)
            made.append((draw(when), Phase.TIMER, change))
    return bars, sorted(made, key=lambda errand: errand[0])


MARKETS = st.sampled_from([DAILY, COINS]).flatmap(errands)


def sent(jobs):
    """Return the ids of the orders that were sent."""
    return [what.id for *_, what in jobs if not isinstance(what, (str, Amendment))]


@given(MARKETS, st.integers(1, 9))
def test_what_the_exchange_says_of_orders_of_every_kind_is_the_same_for_every_block_size(
    market, size
):
    bars, jobs = market
    assert Venue(bars, size).play(*jobs).events == Venue(bars, 512).play(*jobs).events


@given(MARKETS)
def test_orders_of_every_kind_follow_the_state_table_to_one_end(market):
    bars, jobs = market
    venue = Venue(bars).play(*jobs)
    for name in sent(jobs):
        state = OrderState.SUBMITTED
        for event in [e for e in venue.events if e.order == name]:
            assert state not in CLOSED
            if isinstance(event, Fill):
                target = OrderState.FILLED if event.complete else OrderState.PARTLY_FILLED
                state = move(name, state, target)
            elif isinstance(event, OrderEvent):
                state = move(name, state, event.state)
        assert state in CLOSED


@given(MARKETS)
def test_no_fill_of_a_limited_order_is_through_its_last_limit(market):
    bars, jobs = market
    venue = Venue(bars).play(*jobs)
    limits = {w.id: (w.side.sign, w.limit) for *_, w in jobs if hasattr(w, "side")}
    for event in venue.events:
        if isinstance(event, Amendment) and event.limit and limits[event.order][1]:
            limits[event.order] = (limits[event.order][0], event.limit)
        if isinstance(event, Fill) and limits[event.order][1] is not None:
            sign, limit = limits[event.order]
            assert sign * (limit - event.price) >= 0


@given(MARKETS)
def test_no_order_fills_more_than_it_asked_for_in_the_end(market):
    bars, jobs = market
    venue = Venue(bars).play(*jobs)
    asked = {w.id: w.quantity for *_, w in jobs if hasattr(w, "side")}
    for event in venue.events:
        if isinstance(event, Amendment):
            asked[event.order] = event.quantity
    for name, quantity in asked.items():
        assert sum(abs(f.quantity) for f in venue.fills if f.order == name) <= quantity


@given(MARKETS)
def test_reduce_only_orders_bring_a_position_nearer_to_nothing(market):
    bars, jobs = market
    careful = {w.id for *_, w in jobs if hasattr(w, "side") and w.reduce_only}
    held = Decimal(0)
    for fill in Venue(bars).play(*jobs).fills:
        if fill.order in careful:
            assert held * fill.quantity < 0
            assert abs(fill.quantity) <= abs(held)
        held += fill.quantity


@given(MARKETS)
def test_events_come_in_the_order_of_time_and_within_the_data(market):
    bars, jobs = market
    events = Venue(bars).play(*jobs).events
    assert [e.ts for e in events] == sorted(e.ts for e in events)
    assert all(e.ts >= jobs[0][0] for e in events)
