"""One order of any type on any bars, held against a slow reading of docs/fills.md."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from brokers.simulated.bars import Path
from magents.model.orders import OrderType, Side
from magents.model.time import Phase
from tests.brokers.rig import Venue
from tests.builders import NAN, candles, order
from tests.properties.slow_bars import Bar, Slow

HALVES = st.integers(160, 240).map(lambda n: Decimal(n) / 2)
PRICES = st.integers(80, 120).map(float)
DISTANCES = st.integers(0, 30).map(lambda n: Decimal(n) / 4)
SHARES = st.sampled_from([Decimal("0.5"), Decimal("3.3"), Decimal(7), Decimal("12.5")])


@st.composite
def rows(draw):
    if draw(st.integers(0, 5)) == 0:
        return (NAN,) * 4
    opened, closed, up, down = (draw(PRICES) for _ in range(4))
    return opened, max(opened, closed, up), min(opened, closed, down), closed


@st.composite
def orders(draw, kind=None):
    kind = kind or draw(st.sampled_from(OrderType))
    how = {"type": kind}
    if kind in {OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT}:
        share = draw(st.booleans())
        how |= {"trail_percent": draw(SHARES)} if share else {"trail": draw(DISTANCES) + 1}
        if kind is OrderType.TRAILING_STOP_LIMIT:
            how["limit_offset"] = draw(DISTANCES)
    elif kind is not OrderType.MARKET:
        how["stop"] = None if kind is OrderType.LIMIT else draw(HALVES)
        limited = {OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED}
        how["limit"] = draw(HALVES) if kind in limited else None
    return order(draw(st.sampled_from(Side)), **how)


BARS = st.lists(rows(), min_size=1, max_size=12).map(lambda made: candles(*made))
PATHS = {Path.WORST: "", Path.HIGH_FIRST: "high", Path.LOW_FIRST: "low"}


def filled(what, bars, size=512, **how):
    """Return (row, price, at the open, rule) of an order that comes before the first bar."""
    venue = Venue(bars, size, **how).play((int(bars.open_ts[0]), Phase.TIMER, what))
    if not venue.fills:
        return None
    (fill,) = venue.fills
    row = bars.ts.tolist().index(fill.bar_ts)
    return row, float(fill.price), fill.ts == bars.open_ts[row], fill.rule


def read(what, bars, **how):
    columns = (bars.open, bars.high, bars.low)
    made = [Bar(*(float(column[row, 0]) for column in columns)) for row in range(len(bars))]
    return Slow(what, **how).read(made)


@given(orders(), BARS, st.sampled_from(Path), st.booleans(), st.sampled_from([1, 2, 7, 512]))
def test_an_order_of_any_type_fills_where_reading_bar_by_bar_says(what, bars, path, through, size):
    slowly = read(what, bars, through=through, first=PATHS[path])
    assert filled(what, bars, size, path=path, through=through) == slowly


@given(orders(), BARS, st.sampled_from(Path))
def test_every_fill_of_any_type_is_at_a_price_that_its_bar_traded(what, bars, path):
    found = filled(what, bars, path=path)
    assume(found)
    row, price, *_ = found
    assert bars.low[row, 0] <= price <= bars.high[row, 0]


LIMITED = st.sampled_from([OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED])


@given(LIMITED.flatmap(lambda kind: st.tuples(orders(kind), HALVES)), BARS)
def test_a_tighter_limit_of_any_type_never_fills_where_a_looser_one_does_not(made, bars):
    what, other = made
    buying = what.side is Side.BUY
    loose, tight = sorted([what.limit, other], reverse=buying)
    how = {"type": what.type, "stop": what.stop}
    first, second = (filled(order(what.side, limit=p, **how), bars) for p in (loose, tight))
    assert second is None or first is not None
    assert second is None or first[0] <= second[0]


@given(orders(OrderType.LIMIT), BARS)
def test_a_limit_that_must_be_traded_through_never_fills_before_one_that_need_not(what, bars):
    touched, through = filled(what, bars), filled(what, bars, through=True)
    assert through is None or (touched is not None and touched[0] <= through[0])


@given(orders(OrderType.TRAILING_STOP), DISTANCES, BARS)
def test_a_wider_trail_never_fills_before_a_narrower_one(what, more, bars):
    assume(what.trail is not None)
    wide = order(what.side, type=what.type, trail=what.trail + more)
    first, second = filled(what, bars), filled(wide, bars)
    assert second is None or (first is not None and first[0] <= second[0])
