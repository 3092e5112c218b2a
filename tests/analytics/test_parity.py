"""Parity: each order of a session against the same order in the simulator."""

from decimal import Decimal

import pytest

from magents.analytics.parity import compare, lives
from magents.model.orders import Order, OrderState, OrderType, Side
from magents.model.records import Adjustment, Fill, OrderEvent

MS = 1_000_000


def asked(number, side=Side.BUY, ts=1_000 * MS, **how):
    return Order(ts, f"p:{number}", "p", "BTC/USDT", side, Decimal(2), **how)


def filled(order, price, after_ms, quantity=2, fee="0.2", complete=True):
    signed = Decimal(quantity) * order.side.sign
    at = order.ts + after_ms * MS
    return Fill(
        at, "p", order.id, "BTC/USDT", after_ms, signed, Decimal(str(price)), Decimal(fee), 0,
        "D2", complete,
    )  # fmt: skip


def test_equal_journals_are_the_same_order_by_order():
    order = asked(1)
    entries = [order, filled(order, 100, 5)]
    found = compare(lives(entries), lives(entries))
    assert [line.same for line in found.lines] == [True]
    assert (found.later_ms, found.worse_bps) == (0.0, 0.0)


def test_latency_is_the_median_delay_and_slippage_the_mean_of_market_orders_only():
    buy, sell = asked(1), asked(2, Side.SELL)
    resting = asked(3, type=OrderType.LIMIT, limit=Decimal(90))
    live = [
        buy, filled(buy, 101, 30),
        sell, filled(sell, 99, 50),
        resting, filled(resting, 90, 9_000),
    ]  # fmt: skip
    simulated = [
        buy, filled(buy, 100, 10),
        sell, filled(sell, 100, 10),
        resting, filled(resting, 90, 10),
    ]  # fmt: skip
    found = compare(lives(live), lives(simulated))
    assert found.later_ms == 30.0
    assert found.worse_bps == pytest.approx(100.0)
    assert found.totals["another price"] == 2


def test_what_filled_in_one_only_is_counted_and_fits_nothing():
    order = asked(1)
    gone = OrderEvent(2, "p", "p:1", "BTC/USDT", OrderState.CANCELLED)
    found = compare(lives([order, gone]), lives([order, filled(order, 100, 5)]))
    (line,) = found.lines
    assert line.state == ("cancelled", "filled")
    assert found.totals["filled by one only"] == 1
    assert found.worse_bps is None


def test_partial_fills_add_up_to_a_mean_price_and_all_fees():
    order = asked(1)
    entries = [
        order,
        filled(order, 100, 5, quantity=1, fee="0.1", complete=False),
        filled(order, 102, 9, quantity=1, fee="0.1"),
    ]
    life = lives(entries)["p:1"]
    assert (life.price, life.fee, life.waited) == (101.0, Decimal("0.2"), 5 * MS)


def test_a_fee_that_was_kept_of_the_coin_is_told_in_the_currency_of_the_price():
    buy, sell = asked(1), asked(2, Side.SELL)
    kept = Adjustment(9, "p", "BTC/USDT", "fee", Decimal("-0.002"))
    entries = [
        buy, filled(buy, 100, 5, fee="0"), kept,
        sell, filled(sell, 110, 9, fee="0.22"),
    ]  # fmt: skip
    found = lives(entries)
    assert [found[name].fee for name in ("p:1", "p:2")] == [Decimal("0.2"), Decimal("0.22")]


def test_units_that_went_for_another_reason_are_no_fee():
    buy = asked(1)
    moved = Adjustment(9, "p", "BTC/USDT", "split", Decimal("-0.002"))
    other = Adjustment(9, "q", "BTC/USDT", "fee", Decimal("-0.002"))
    life = lives([buy, filled(buy, 100, 5, fee="0"), moved, other])["p:1"]
    assert life.fee == 0


def test_orders_of_one_name_that_ask_for_something_else_are_not_compared():
    buy, sell = asked(1), asked(1, Side.SELL)
    live = lives([buy, filled(buy, 100, 5)])
    found = compare(live, lives([sell, filled(sell, 90, 50)]))
    assert not found.lines
    assert (found.only_live, found.only_simulated) == (["p:1"], ["p:1"])
    assert found.later_ms is None


def test_orders_of_one_journal_only_are_named():
    found = compare(lives([asked(1), asked(2)]), lives([asked(1), asked(3)]))
    assert (found.only_live, found.only_simulated) == (["p:2"], ["p:3"])
