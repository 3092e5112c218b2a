"""Round trips: FIFO by hand, and equal to the profit of the fills to the last digit."""

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from magents.analytics.text import factor
from magents.analytics.trade_stats import trade_stats
from magents.analytics.trades import round_trips
from magents.model.money import ZERO, exact, on_grid
from magents.model.records import Fill


def fills_of(*rows, pod="p", instrument="X"):
    """Turn (order, quantity, price, commission) into fills a second apart."""
    return [
        Fill(
            (n + 1) * 10**9,
            pod,
            f"{pod}:{order}",
            instrument,
            n,
            Decimal(quantity),
            Decimal(price),
            Decimal(commission),
            0,
            "F1",
            True,
        )
        for n, (order, quantity, price, commission) in enumerate(rows)
    ]


def test_a_long_round_trip():
    fills = fills_of((1, 10, "100", "1"), (2, -10, "110", "1.1"))
    (trade,) = round_trips(fills, {"X": 0.0}, 5)
    assert (trade.side, trade.quantity, trade.open) == ("long", 10, False)
    assert (trade.entry_price, trade.exit_price) == (100.0, 110.0)
    assert trade.commission == Decimal("2.1")
    assert trade.pnl == Decimal("97.9")
    assert trade.result == 0.0979
    assert (trade.entry_order, trade.exit_order) == ("p:1", "p:2")
    assert (trade.entry_ts, trade.exit_ts) == (10**9, 2 * 10**9)


def test_first_in_first_out():
    fills = fills_of((1, 10, "100", "0"), (2, 10, "120", "0"), (3, -15, "130", "0"))
    trades = round_trips(fills, {"X": 140.0}, 9 * 10**9)
    assert [(t.entry_order, t.exit_order, t.quantity, t.pnl) for t in trades] == [
        ("p:1", "p:3", 10, 300),
        ("p:2", "p:3", 5, 50),
        ("p:2", "", 5, 100),
    ]
    assert [t.open for t in trades] == [False, False, True]


def test_one_order_in_many_fills_is_one_trade():
    fills = fills_of((1, 3, "10", "1"), (1, 4, "20", "1"), (2, -5, "30", "1"), (2, -2, "40", "1"))
    (trade,) = round_trips(fills, {}, 9)
    assert trade.quantity == 7
    assert trade.entry_value == 110
    assert trade.exit_value == 230
    assert trade.pnl == 116
    assert (trade.entry_ts, trade.exit_ts) == (10**9, 4 * 10**9)


def test_through_zero_to_a_short():
    fills = fills_of((1, 10, "100", "3"), (2, -25, "90", "5"))
    closed, held = round_trips(fills, {"X": 80.0}, 9 * 10**9)
    assert (closed.side, closed.pnl) == ("long", Decimal(-100) - 3 - 2)
    assert (held.side, held.quantity, held.pnl) == ("short", 15, Decimal(150) - 3)
    assert (held.entry_price, held.exit_price) == (90.0, 80.0)


def test_the_same_trade_id_counts_once():
    fills = fills_of((1, 10, "100", "1"))
    assert round_trips([*fills, *fills], {"X": 100.0}, 9) == round_trips(fills, {"X": 100.0}, 9)


def test_pods_do_not_close_each_other():
    other = Fill(5, "q", "q:1", "X", 99, Decimal(-10), Decimal(100), ZERO, 0, "F1", True)
    fills = [*fills_of((1, 10, "100", "0")), other]
    assert all(t.open for t in round_trips(fills, {"X": 100.0}, 9))


def test_a_missing_mark_is_the_last_price():
    (trade,) = round_trips(fills_of((1, 10, "100", "0")), {}, 9)
    assert trade.pnl == 0


units = st.integers(1, 10**10).map(lambda n: Decimal(n) / 10**8)
signed = st.tuples(units, st.booleans()).map(lambda x: x[0] if x[1] else -x[0])
price = st.floats(1e-6, 1e5, allow_subnormal=False).map(exact)
fee = st.integers(-(10**6), 10**9).map(lambda n: Decimal(n) / 10**8)
row = st.tuples(st.sampled_from("pq"), st.sampled_from("XY"), st.integers(1, 4), signed, price, fee)


@given(st.lists(row, max_size=25), st.floats(1e-6, 1e5, allow_subnormal=False))
def test_trades_add_up_to_the_fills_to_the_last_digit(rows, mark):
    fills = [
        Fill(n, pod, f"{pod}:{n}", name, n, quantity, at, paid, 0, "F1", True)
        for n, (pod, name, _, quantity, at, paid) in enumerate(rows)
    ]
    marks = {"X": mark, "Y": mark}
    trades = round_trips(fills, marks, len(rows))
    for pod in "pq":
        for name in "XY":
            own = [f for f in fills if (f.pod, f.instrument) == (pod, name)]
            cash = -sum((on_grid(f.quantity * f.price) + f.commission for f in own), ZERO)
            held = sum((f.quantity for f in own), ZERO)
            made = cash + on_grid(held * exact(mark))
            mine = [t for t in trades if (t.pod, t.instrument) == (pod, name)]
            assert sum((t.pnl for t in mine), ZERO) == made
            signs = {"long": 1, "short": -1}
            assert sum((signs[t.side] * t.quantity for t in mine if t.open), ZERO) == held
            assert sum((t.commission for t in mine), ZERO) == sum((f.commission for f in own), ZERO)


def test_statistics_by_hand():
    fills = fills_of(
        (1, 1, "100", "0"),
        (2, -1, "130", "0"),
        (3, 1, "100", "0"),
        (4, -1, "90", "0"),
        (5, 1, "100", "0"),
        (6, -1, "100", "0"),
        (7, 1, "100", "0"),
    )
    stats = trade_stats(round_trips(fills, {"X": 500.0}, 9 * 10**9))
    assert (stats.closed, stats.open, stats.wins, stats.losses) == (3, 1, 1, 1)
    assert stats.hit_rate == 1 / 3
    assert stats.payoff == stats.profit_factor == 3.0
    assert stats.holding == 10**9
    assert stats.best.pnl == 30
    assert stats.worst.pnl == -10
    assert (stats.pnl, stats.open_pnl) == (420, 400)


def test_nothing_lost_is_said_in_words():
    stats = trade_stats(round_trips(fills_of((1, 1, "1", "0"), (2, -1, "2", "0")), {}, 9))
    assert stats.profit_factor == math.inf
    assert math.isnan(stats.payoff)
    assert factor(stats.profit_factor) == "∞ (no losers)"


def test_no_trades():
    stats = trade_stats([])
    assert math.isnan(stats.hit_rate)
    assert math.isnan(stats.profit_factor)
    assert stats.best is None
