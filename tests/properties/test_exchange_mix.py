"""Orders of all kinds of several pods together, in markets with little to share."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.bars import Path
from brokers.simulated.latency import Delays
from magents.model.orders import CLOSED, OrderState, OrderType, Side, TimeInForce, move
from magents.model.records import Amendment, Fill, OrderEvent
from magents.model.time import HOUR, MINUTE, Phase
from tests.brokers.rig import CAPITAL, Venue
from tests.builders import MONDAY, NAN, candles, order

PRICES = st.integers(95, 105).map(float)
LEVELS = st.integers(190, 210).map(lambda n: Decimal(n) / 2)
SIZES = st.integers(1, 400)
CAPS = st.sampled_from([None, 0.01, 0.0333, 0.1, 1.0])
ALL, VOLUME = 512, Decimal(1000)

ANY_TIME = (TimeInForce.GTC, TimeInForce.DAY, TimeInForce.GTD)
PLAIN = (OrderType.MARKET, OrderType.LIMIT)
LIMITED = {OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED}


@st.composite
def rows(draw):
    if draw(st.integers(0, 6)) == 0:
        return (NAN,) * 4
    opened, closed, up, down = (draw(PRICES) for _ in range(4))
    return opened, max(opened, closed, up), min(opened, closed, down), closed


def sessions(made):
    """Return bars of eight hours without a pause: a session ends with every third."""
    return candles(*made, start=MONDAY, length=8 * HOUR, every=8 * HOUR)


BARS = st.lists(rows(), min_size=2, max_size=12).map(sessions)


@st.composite
def orders(draw, name, instants):
    """Draw an order of any kind that means something."""
    kind = draw(st.sampled_from(OrderType))
    tif = draw(st.sampled_from([*TimeInForce] if kind in PLAIN else ANY_TIME))
    how = {"id": name, "type": kind, "tif": tif, "pod": draw(st.sampled_from("ab"))}
    if kind in {OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT}:
        how |= {"trail": draw(st.integers(1, 5)), "limit_offset": Decimal(draw(st.integers(0, 2)))}
    elif kind not in PLAIN:
        how["stop"] = draw(LEVELS)
    if kind in LIMITED:
        how["limit"] = draw(LEVELS)
        how["display"] = Decimal(draw(st.integers(1, 50))) if draw(st.booleans()) else None
    if tif is TimeInForce.GTD:
        how["expires"] = draw(st.sampled_from(instants))
    how["post_only"] = kind is OrderType.LIMIT and tif in ANY_TIME and draw(st.booleans())
    how["reduce_only"] = draw(st.integers(0, 3)) == 0
    how["group"] = draw(st.sampled_from(["", "", "g"]))
    return order(draw(st.sampled_from(Side)), draw(SIZES), **how)


@st.composite
def markets(draw):
    """Draw bars, and orders, brackets, cancels and amendments at any instants."""
    bars = draw(BARS)
    instants = [*bars.open_ts.tolist(), *bars.ts.tolist()]
    instants += [instant + HOUR for instant in bars.open_ts.tolist()]
    when = st.sampled_from(sorted(set(instants)))
    jobs, count = [], 0
    for _ in range(draw(st.integers(1, 5))):
        at, phase = draw(when), draw(st.sampled_from([Phase.DATA, Phase.TIMER, Phase.OPEN]))
        count += 1
        entry = draw(orders(f"pod:{count}", instants))
        jobs.append((at, phase, entry))
        if draw(st.integers(0, 2)) == 0:
            jobs += [(at, phase, each) for each in exits(draw, entry, count)]
            count += 2
    names = [job[2].id for job in jobs]
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(names))
        change = Amendment(0, "pod", name, "AAA", draw(maybe(SIZES)), draw(maybe(LEVELS)))
        jobs.append((draw(when), Phase.TIMER, draw(st.sampled_from([name, change]))))
    return bars, sorted(jobs, key=lambda job: job[:2])


def exits(draw, entry, count):
    """Return the profit and the stop of a bracket."""
    side = Side.SELL if entry.side is Side.BUY else Side.BUY
    tied = {"parent": entry.id, "group": entry.id, "pod": entry.pod, "reduce_only": True}
    yield order(side, entry.quantity, id=f"pod:{count + 1}", limit=draw(LEVELS), **tied)
    yield order(side, entry.quantity, id=f"pod:{count + 2}", stop=draw(LEVELS), **tied)


def maybe(values):
    return st.none() | values.map(Decimal)


def sent(jobs):
    return [what for *_, what in jobs if not isinstance(what, (str, Amendment))]


MARKETS = markets()


@given(MARKETS, st.integers(1, 9), CAPS, st.sampled_from(Path), st.booleans())
def test_the_story_of_all_orders_is_the_same_for_every_block_size(market, size, cap, path, through):
    bars, jobs = market
    how = {"cap": cap, "path": path, "through": through, "fee": 0.001, "bps": 2.0}
    assert Venue(bars, size, **how).play(*jobs).events == Venue(bars, ALL, **how).play(*jobs).events


@given(MARKETS, st.integers(1, 9), st.sampled_from([1, MINUTE, 9 * HOUR]))
def test_the_same_with_messages_on_their_way(market, size, delay):
    bars, jobs = market
    how = {"delays": Delays(delay, 2 * delay, delay // 2), "cap": 0.1}
    assert Venue(bars, size, **how).play(*jobs).events == Venue(bars, ALL, **how).play(*jobs).events


@given(MARKETS, CAPS)
def test_all_pods_together_never_have_more_of_a_bar_than_the_cap(market, cap):
    bars, jobs = market
    taken = defaultdict(Decimal)
    for fill in Venue(bars, cap=cap).play(*jobs).fills:
        taken[fill.bar_ts] += abs(fill.quantity)
    most = VOLUME * Decimal(str(cap)) if cap is not None else Decimal("inf")
    assert all(units <= most for units in taken.values())


@given(MARKETS, CAPS)
def test_an_order_is_filled_when_all_of_its_size_is_and_never_more(market, cap):
    bars, jobs = market
    venue = Venue(bars, cap=cap).play(*jobs)
    for asked in sent(jobs):
        size, got, ends = asked.quantity, Decimal(0), []
        for event in [e for e in venue.events if e.order == asked.id]:
            assert not ends
            if isinstance(event, Amendment):
                size = size if event.quantity is None else event.quantity
                assert got < size
            elif isinstance(event, Fill):
                got += event.quantity * asked.side.sign
                assert (got == size) == event.complete
                assert 0 < got <= size
                ends = ["filled"] if event.complete else []
            elif event.state in CLOSED:
                ends = [event.state]
        assert ends


@given(MARKETS, CAPS)
def test_orders_of_all_kinds_follow_the_state_table(market, cap):
    bars, jobs = market
    venue = Venue(bars, cap=cap).play(*jobs)
    states = {asked.id: OrderState.SUBMITTED for asked in sent(jobs)}
    for event in venue.events:
        if isinstance(event, OrderEvent):
            states[event.order] = move(event.order, states[event.order], event.state)
        elif isinstance(event, Fill):
            full, part = OrderState.FILLED, OrderState.PARTLY_FILLED
            target = full if event.complete else part
            states[event.order] = move(event.order, states[event.order], target)
    assert set(states.values()) <= CLOSED


@given(MARKETS, CAPS)
def test_what_a_group_fills_is_shared_and_exits_never_turn_a_position(market, cap):
    bars, jobs = market
    asked = {each.id: each for each in sent(jobs)}
    held = defaultdict(Decimal)
    for fill in Venue(bars, cap=cap).play(*jobs).fills:
        before = held[fill.pod]
        if asked[fill.order].reduce_only:
            assert before * fill.quantity < 0
            assert abs(fill.quantity) <= abs(before)
        held[fill.pod] += fill.quantity


@given(MARKETS, CAPS)
def test_exits_fill_no_more_than_their_entry_has_filled_so_far(market, cap):
    bars, jobs = market
    got = defaultdict(Decimal)
    parents = {each.id: each.parent for each in sent(jobs)}
    for fill in Venue(bars, cap=cap).play(*jobs).fills:
        got[fill.order] += abs(fill.quantity)
        parent = parents[fill.order]
        if parent:
            legs = [name for name, above in parents.items() if above == parent]
            assert sum(got[leg] for leg in legs) <= got[parent]


@given(MARKETS, CAPS)
def test_cash_and_units_are_what_the_fills_brought(market, cap):
    bars, jobs = market
    venue = Venue(bars, cap=cap, fee=0.001, bps=1.0).play(*jobs)
    spent = sum((f.quantity * f.price + f.commission for f in venue.fills), Decimal(0))
    account = venue.exchange.account
    assert account.cash == CAPITAL - spent
    assert account.quantities.get("AAA", 0) == sum(f.quantity for f in venue.fills)


@given(st.data(), BARS, st.tuples(CAPS, CAPS))
def test_a_smaller_cap_never_has_an_order_filled_further_at_any_time(data, bars, caps):
    what = data.draw(orders("pod:1", bars.ts.tolist()))
    small, large = sorted(caps, key=lambda cap: 2.0 if cap is None else cap)
    job = (int(bars.open_ts[0]), Phase.TIMER, what)
    less, more = (Venue(bars, cap=cap).play(job).fills for cap in (small, large))
    for ts in bars.ts.tolist():
        sums = [sum(abs(f.quantity) for f in fills if f.ts <= ts) for fills in (less, more)]
        assert sums[0] <= sums[1] or what.display is not None


SIMPLE = st.one_of(
    st.builds(order, st.sampled_from(Side), SIZES),
    st.builds(lambda side, limit: order(side, limit=limit), st.sampled_from(Side), LEVELS),
)


@given(SIMPLE, BARS, st.tuples(*[st.sampled_from([0, MINUTE, 8 * HOUR, 30 * HOUR])] * 2))
def test_an_order_that_is_longer_on_its_way_never_fills_earlier(what, bars, delays):
    job = (int(bars.open_ts[0]), Phase.TIMER, what)
    venues = (Venue(bars, delays=Delays(insert=delay)) for delay in sorted(delays))
    quick, slow = (venue.play(job).fills for venue in venues)
    assert not slow or quick[0].ts <= slow[0].ts
