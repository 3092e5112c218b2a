"""Any trades, quotes and orders: searching whole blocks finds what slow reading finds."""

from decimal import Decimal
from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated.quotes import QuoteMarket
from brokers.simulated.trades import THROUGH, TOUCH, TradeMarket
from magents.model.orders import OrderType, TimeInForce
from tests.brokers.ticks.oracle import Slow
from tests.brokers.ticks.player import QUOTES, TRADES, Player, cuts, quotes, trades, typed
from tests.builders import NAN

ONE = Decimal(1)
STEPS = st.integers(0, 2)
PRICES = st.integers(3, 9).map(float)
SIZES = st.integers(1, 5).map(float)
HALVES = st.integers(6, 18).map(lambda n: n / 2)
KINDS = [each for each in OrderType if not each.startswith("trailing")]


@st.composite
def stamped(draw, rows):
    """Draw instants for rows; some are shared."""
    ts, made = 1, []
    for row in draw(st.lists(rows, min_size=1, max_size=14)):
        ts += draw(STEPS)
        made.append((ts, *row))
    return made


@st.composite
def orders(draw):
    """Draw an order of any type but trailing ones."""
    kind = draw(st.sampled_from(KINDS))
    how = {"tif": draw(st.sampled_from([TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK]))}
    if kind not in {OrderType.MARKET, OrderType.LIMIT}:
        how = {"stop": draw(HALVES)}
    if "limit" in kind:
        how["limit"] = draw(HALVES)
        how["post_only"] = draw(st.booleans()) and how.get("tif", "gtc") == "gtc"
    return typed(draw(st.sampled_from(["buy", "sell"])), draw(st.integers(1, 9)), "a", kind, **how)


TRADED = stamped(st.tuples(PRICES, SIZES, st.sampled_from([-1, 0, 1])))
BIDS = PRICES | st.just(NAN)
QUOTED = stamped(st.tuples(BIDS, st.integers(0, 2), SIZES, SIZES)).map(
    lambda rows: [(ts, bid, bid + gap, *sizes) for ts, bid, gap, *sizes in rows]
)
ROWS = st.sampled_from([1, 2, 5, 100])


def fills(market, block, rows, what, arrived):
    player = Player(market).play(cuts(block, rows), (arrived, what))
    return [(got.ts, got.quantity, got.price) for got in player.fills["a"]]


@given(TRADED, orders(), st.integers(0, 12), ROWS, st.sampled_from([TOUCH, 2.0, 7.0, THROUGH]))
def test_trades(rows, what, arrived, cut, ahead):
    tape = [(ts, price, size, price, size, side) for ts, price, size, side in rows]
    slow = Slow(what, arrived, tape, strict=True, ahead=ahead).run()
    assert fills(TradeMarket(TRADES, ONE, ahead=ahead), trades(*rows), cut, what, arrived) == slow


@given(QUOTED, orders(), st.integers(0, 12), ROWS)
def test_quotes(rows, what, arrived, cut):
    tape = [(ts, ask, sizes[1], bid, sizes[0], 0) for ts, bid, ask, *sizes in rows]
    slow = Slow(what, arrived, tape, strict=False).run()
    assert fills(QuoteMarket(QUOTES, ONE), quotes(*rows), cut, what, arrived) == slow


TRAILING = st.builds(
    lambda side, kind, trail: typed(side, 2, "a", kind, trail=trail, limit_offset=1),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from(["trailing_stop", "trailing_stop_limit"]),
    st.integers(1, 6).map(lambda n: n / 2),
)


def trail(what, arrived, prices):
    """Return the first instant at which a trailing stop is reached, reading price by price."""
    sign = what.side.sign
    known = [price for ts, price in prices if ts <= arrived]
    best = known[-1] if known and known[-1] == known[-1] else None
    for ts, price in prices[len(known) :]:
        if isnan(price):
            continue
        best = price if best is None else (min if sign > 0 else max)(best, price)
        if sign * price >= sign * (best + sign * float(what.trail)):
            return {"a": ts}
    return {}


@given(TRADED, TRAILING, st.integers(0, 12), ROWS)
def test_trailing_stops_on_trades(rows, what, arrived, cut):
    player = Player(TradeMarket(TRADES, ONE)).play(cuts(trades(*rows), cut), (arrived, what))
    assert player.triggered == trail(what, arrived, [row[:2] for row in rows])


@given(QUOTED, TRAILING, st.integers(0, 12), ROWS)
def test_trailing_stops_on_quotes(rows, what, arrived, cut):
    player = Player(QuoteMarket(QUOTES, ONE)).play(cuts(quotes(*rows), cut), (arrived, what))
    column = 2 if what.side == "buy" else 1
    assert player.triggered == trail(what, arrived, [(row[0], row[column]) for row in rows])
