"""Fills for any bars and orders: held against a slow reading of docs/fills.md, row by row."""

from decimal import Decimal

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from magents.model.orders import CLOSED, OrderState, OrderType, Side, move
from magents.model.records import Fill
from magents.model.time import HOUR, Phase
from tests.brokers.rig import CAPITAL, Meeting, Venue, meet
from tests.builders import NAN, candles, order

PRICES = st.integers(2, 12).map(float)
NONE = (NAN, NAN, NAN, NAN)


@st.composite
def rows(draw):
    """Draw a candle, or a row without one."""
    if draw(st.integers(0, 5)) == 0:
        return NONE
    opened, closed, up, down = (draw(PRICES) for _ in range(4))
    return opened, max(opened, closed, up), min(opened, closed, down), closed


BARS = st.lists(rows(), min_size=1, max_size=12).map(lambda made: candles(*made))
HALVES = st.integers(3, 25).map(lambda n: n / 2)
MARKET = st.builds(order, st.sampled_from(Side))
LIMITS = st.builds(lambda side, price: order(side, limit=price), st.sampled_from(Side), HALVES)
STOPS = st.builds(lambda side, price: order(side, stop=price), st.sampled_from(Side), HALVES)
ORDERS = MARKET | LIMITS | STOPS


def columns(bars):
    return bars.open[:, 0], bars.high[:, 0], bars.low[:, 0]


def at_or_beyond(side, price, wanted):
    """Return whether a price is as good as wanted, or better, for that side."""
    return price <= wanted if side is Side.BUY else price >= wanted


def slowly(what, bars, start):
    """Find the meeting as the page says it, one row after the other."""
    for row in range(start, len(bars)):
        opened, high, low = (float(column[row]) for column in columns(bars))
        if opened != opened:  # noqa: PLR0124 - NaN
            continue
        met = judged(what, opened, high, low)
        if met is not None:
            return Meeting(row, *met)
    return None


def judged(what, opened, high, low):
    """Return (price, at the open, rule, slips) where one bar fills an order."""
    if what.type is OrderType.MARKET:
        return opened, True, "B1", True
    reach = {Side.BUY: low, Side.SELL: high}
    if what.type is OrderType.LIMIT:
        limit = float(what.limit)
        if at_or_beyond(what.side, opened, limit):
            return opened, True, "B2", False
        touched = at_or_beyond(what.side, reach[what.side], limit)
        return (limit, False, "B3", False) if touched else None
    other, stop = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}[what.side], float(what.stop)
    if at_or_beyond(other, opened, stop):
        return opened, True, "B4", True
    return (stop, False, "B5", True) if at_or_beyond(other, reach[other], stop) else None


# -- one order, matched ------------------------------------------------------------------------


@given(ORDERS, BARS, st.integers(0, 12))
def test_the_vectorised_search_finds_what_reading_row_by_row_finds(what, bars, start):
    assert meet(what, bars, start) == slowly(what, bars, start)


@given(LIMITS, BARS)
def test_no_fill_is_through_the_limit(what, bars):
    found = meet(what, bars)
    assume(found)
    assert at_or_beyond(what.side, found.price, float(what.limit))


@given(STOPS, BARS)
def test_no_stop_fills_before_its_price_was_reached(what, bars):
    found = meet(what, bars)
    assume(found)
    worse = Side.SELL if what.side is Side.BUY else Side.BUY
    assert at_or_beyond(worse, found.price, float(what.stop))


@given(ORDERS, BARS)
def test_every_fill_is_at_a_price_that_its_bar_traded(what, bars):
    found = meet(what, bars)
    assume(found)
    assert bars.low[found.row, 0] <= found.price <= bars.high[found.row, 0]


@given(st.sampled_from(Side), HALVES, HALVES, BARS)
def test_a_tighter_limit_never_fills_where_a_looser_one_does_not(side, one, two, bars):
    loose, tight = sorted([one, two], reverse=side is Side.BUY)
    first, second = (meet(order(side, limit=p), bars) for p in (loose, tight))
    assert second is None or (first is not None and first.row <= second.row)


@given(ORDERS, BARS, st.integers(0, 6), st.integers(0, 6))
def test_an_order_that_comes_later_never_fills_earlier(what, bars, one, two):
    early, late = sorted([one, two])
    first, second = meet(what, bars, early), meet(what, bars, late)
    assert second is None or (first is not None and first.row <= second.row)


# -- many orders, at the exchange --------------------------------------------------------------


@st.composite
def errands(draw, bars):
    """Draw orders sent and cancelled at the bars' openings, closes, and in between."""
    instants = [int(ts) for pair in zip(bars.open_ts, bars.ts, strict=True) for ts in pair]
    instants += [ts + HOUR for ts in instants]
    when = st.sampled_from(instants)
    made = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        what, name = draw(ORDERS), f"pod:{number}"
        quantity = draw(st.integers(1, 50))
        sent = order(what.side, quantity, id=name, limit=what.limit, stop=what.stop)
        made.append((draw(when), Phase.TIMER, sent))
        if draw(st.booleans()):
            made.append((draw(when), Phase.TIMER, name))
    return sorted(made, key=lambda errand: errand[0])


MARKETS = BARS.flatmap(lambda bars: st.tuples(st.just(bars), errands(bars)))


@given(MARKETS, st.integers(1, 12))
def test_everything_the_exchange_says_is_the_same_for_every_block_size(market, size):
    bars, jobs = market
    assert Venue(bars, size).play(*jobs).events == Venue(bars, 512).play(*jobs).events


@given(MARKETS)
def test_every_order_follows_the_state_table_to_one_end(market):
    bars, jobs = market
    venue = Venue(bars).play(*jobs)
    for sent in [what for *_, what in jobs if not isinstance(what, str)]:
        state = OrderState.SUBMITTED
        for event in venue.states(sent.id):
            assert state not in CLOSED
            state = move(sent.id, state, OrderState.FILLED if event == "fill" else event)
        assert state in CLOSED


@given(MARKETS)
def test_an_order_fills_at_most_what_it_asked_for_on_its_own_side(market):
    bars, jobs = market
    venue = Venue(bars).play(*jobs)
    for sent in [what for *_, what in jobs if not isinstance(what, str)]:
        filled = sum((f.quantity for f in venue.fills if f.order == sent.id), Decimal(0))
        assert filled in {0, sent.signed}


@given(MARKETS)
def test_every_fill_and_every_cancel_is_what_the_page_says(market):
    bars, jobs = market
    venue = Venue(bars).play(*jobs)
    for sent_at, _, sent in [job for job in jobs if not isinstance(job[2], str)]:
        start = int(np.searchsorted(bars.open_ts, sent_at, "left"))
        met = slowly(sent, bars, start)
        cancels = [at for at, _, what in jobs if what == sent.id and at >= sent_at]
        events = [e for e in venue.events if e.order == sent.id]
        assert events[0].ts == sent_at
        end = max(int(bars.ts[-1]), jobs[-1][0])
        assert outline(events[1:]) == predicted(bars, met, cancels, end)


def predicted(bars, met, cancels, end):
    """Return what must follow an accepted order: (instant, what) for each event."""
    opened, closed = (int(ts[met.row]) for ts in (bars.open_ts, bars.ts)) if met else (1 << 62,) * 2
    fill = (opened, Phase.OPEN) if met and met.at_open else (closed, Phase.FILLS)
    said = []
    for at in cancels:
        if (at, Phase.TIMER) > fill:
            break
        if at <= opened:
            return [*said, (at, "cancelled")]
        said.append((at, "pending_cancel"))
    return [*said, (fill[0], met.rule) if met else (end, "expired")]


def outline(events):
    return [(e.ts, e.rule if isinstance(e, Fill) else e.state.value) for e in events]


@given(MARKETS, st.tuples(*[st.sampled_from([0.0, 0.001, 0.02])] * 2))
def test_dearer_trading_never_improves_the_result_of_the_same_fills(market, costs):
    bars, jobs = market
    cheap, dear = sorted(costs)
    for name in ("fee", "bps"):
        scale = 1 if name == "fee" else 10_000
        one, other = (Venue(bars, **{name: c * scale}).play(*jobs) for c in (cheap, dear))
        assert [f.quantity for f in one.fills] == [f.quantity for f in other.fills]
        assert one.exchange.account.cash >= other.exchange.account.cash


@given(MARKETS, st.sampled_from([0.0, 0.003]))
def test_the_account_holds_what_the_fills_brought(market, fee):
    bars, jobs = market
    venue = Venue(bars, fee=fee).play(*jobs)
    spent = sum((f.quantity * f.price + f.commission for f in venue.fills), Decimal(0))
    held = sum((f.quantity for f in venue.fills), Decimal(0))
    assert venue.exchange.account.cash == CAPITAL - spent
    assert venue.exchange.account.quantities.get("AAA", 0) == held


@given(MARKETS)
def test_fills_are_numbered_from_one_in_the_order_they_happen(market):
    bars, jobs = market
    fills = Venue(bars).play(*jobs).fills
    assert [fill.id for fill in fills] == list(range(1, len(fills) + 1))
    assert [fill.ts for fill in fills] == sorted(fill.ts for fill in fills)


def test_the_slow_reading_knows_every_rule():
    """Guards the oracle itself: over some bars it gives each of the five rules."""
    bars = candles((5, 6, 4, 5), (8, 9, 3, 8))
    asked = [order(), order(limit=5), order(limit=4), order(stop=7), order(stop=6)]
    assert [slowly(what, bars, 0).rule for what in asked] == ["B1", "B2", "B3", "B4", "B5"]
    assert slowly(order(limit=1), bars, 0) is None
