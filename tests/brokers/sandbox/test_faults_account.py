"""The faults F17 to F26 of live trading; each test fails without its handling.

The table of all faults, and where each is tested, is in ``docs/recovery.md``.
"""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.outcomes import Reply, judge
from brokers.ccxt_sandbox.parsing import report_of, trade_of
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Busy,
    Found,
    Lost,
    Refused,
    Seen,
    Snapshot,
    Taken,
    Tick,
    ToldAdopted,
    Traded,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import State
from brokers.ccxt_sandbox.truth.state import Truth
from brokers.ccxt_sandbox.venue import sellable
from magents.model.time import SECOND
from tests.brokers.sandbox.hand import Hand, report, trade
from tests.brokers.sandbox.memory import CAPITAL, MARKETS, SYMBOL
from tests.brokers.sandbox.perpetual import MARKETS as PERPETUAL


@pytest.fixture(params=[MARKETS, PERPETUAL], ids=["spot", "perpetual"])
def hand(request):
    return Hand(request.param)


@pytest.mark.parametrize(
    ("held", "wanted", "sold"),
    [
        ("0.9990", "1.0000", "0.999"),
        ("0.9996", "1.0000", "0.999"),
        ("1.0000", "1.0000", "1.0000"),
        ("0.5000", "1.0000", "1.0000"),
        ("0.0000", "1.0000", "1.0000"),
    ],
)
def test_f17_a_sale_of_all_is_cut_to_what_a_fee_in_units_has_left(held, wanted, sold):
    assert sellable(Decimal(held), Decimal(wanted), Decimal("0.001")) == Decimal(sold)


@pytest.mark.parametrize("hand", [MARKETS], indirect=True, ids=["spot"])
def test_f17_a_fee_kept_in_units_is_expected_to_be_missing(hand):
    hand.place()
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Traded(trade(fee=Decimal("0.001"), fee_currency="BTC")))
    held = {"USDT": CAPITAL - 1000, "BTC": Decimal("0.999")}
    hand.say(Tick(), 61)
    hand.answer(Ask.AUDIT, Snapshot(holdings=held))
    assert hand.machine.auditor.orderly


def test_f18_a_difference_that_is_dust_stops_nothing_and_is_not_adopted(hand):
    hand.machine.patience = type(hand.machine.patience)(dust={hand.asset: Decimal("0.0005")})
    hand.say(Tick(), 61)
    hand.answer(Ask.AUDIT, Snapshot(holdings={**hand.held, hand.asset: Decimal("0.0004")}))
    assert hand.machine.auditor.orderly
    assert not any(isinstance(each, ToldAdopted) for each in hand.news)


def test_f19_a_cancelled_order_ends_only_once_its_fills_make_up_what_was_reported(hand):
    hand.place(quantity="2", limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Seen(report(State.CANCELLED, "1")))
    assert not hand.order().final
    hand.say(Tick(), 1)
    hand.answer(Ask.LOOK, Found(report(State.CANCELLED, "1"), (trade(),)))
    assert hand.order().state is State.CANCELLED
    assert hand.order().filled == 1


def test_f19_a_fill_after_the_end_still_counts(hand):
    hand.place(quantity="2", limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Seen(report(State.CANCELLED, "0")))
    hand.say(Traded(trade()))
    assert [fill.quantity for fill in hand.fills()] == [1]
    assert hand.states() == ["accepted", "cancelled", "cancelled"]


def test_f20_an_acknowledgement_says_nothing_about_the_state(hand):
    hand.place()
    hand.answer(Ask.CREATE, Taken("v1"))
    assert hand.order().state is State.WORKING
    hand.say(Tick(), 6)
    assert hand.waiting(Ask.LOOK)


@pytest.mark.parametrize("field", ["id", "symbol", "status"])
def test_f20_an_order_without_what_matters_is_no_report(field):
    order = {"id": "1", "symbol": SYMBOL, "status": "open", "filled": None}
    assert report_of(order).filled is None
    assert report_of({**order, field: None}) is None


@pytest.mark.parametrize("field", ["id", "order", "symbol", "amount", "price"])
def test_f20_a_trade_without_what_matters_is_no_trade(field):
    raw = {"id": "1", "order": "2", "symbol": SYMBOL, "side": "buy", "amount": "1", "price": "2"}
    assert trade_of(raw).quantity == 1
    assert trade_of({**raw, field: None}) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, '{"orderId": 1, "sta'),
        (200, ""),
        (503, "<html>busy</html>"),
        (408, '{"code": -1007, "msg": "Timeout"}'),
        (500, '{"code": -1013, "msg": "Filter"}'),
        (400, '{"code": -2010, "msg": "Duplicate order sent."}'),
    ],
)
def test_f20_only_a_whole_refusal_in_the_venues_own_code_is_one(status, body):
    said = judge("binance", Reply(sent=True, status=status, body=body), "error")
    assert isinstance(said, Unclear)


def test_f20_a_refusal_is_one():
    body = '{"code": -2010, "msg": "Account has insufficient balance"}'
    assert isinstance(judge("binance", Reply(sent=True, status=400, body=body), ""), Refused)


def test_f20_what_never_left_is_refused_and_what_the_venue_did_not_look_at_is_busy():
    assert isinstance(judge("binance", Reply(), "no route"), Refused)
    assert isinstance(judge("binance", Reply(sent=True, status=429), ""), Busy)


def test_f21_a_jump_of_the_clock_holds_new_orders_until_an_audit(hand):
    hand.say(Lost("the clock jumped by +3600.0 s"))
    hand.place()
    assert not hand.waiting(Ask.CREATE)
    hand.say(Tick(), 2)
    hand.answer(Ask.AUDIT, Snapshot(holdings=hand.held))
    assert hand.waiting(Ask.CREATE)


def test_f21_orders_do_not_wait_for_ever(hand):
    hand.say(Lost("network"))
    hand.place()
    hand.say(Tick(), 31)
    assert hand.states() == ["rejected"]


def test_f25_an_order_journalled_and_not_answered_is_unknown_after_a_restart(hand):
    intent = hand.place()
    rows = [intent]
    machine = Machine(Truth.of(rows), hand.markets)
    turn = machine.start(hand.now + SECOND, {})
    assert machine.truth.orders["c1"].state is State.UNKNOWN
    assert [request.ask for request in turn.requests] == [Ask.LOOK, Ask.AUDIT]
    assert not machine.auditor.orderly


def test_f26_holdings_are_compared_and_a_difference_must_stay_to_be_believed(hand):
    odd = {**hand.held, "USDT": CAPITAL - 7}
    hand.place()
    hand.answer(Ask.CREATE, Refused("no"))
    hand.say(Tick(), 61)
    hand.answer(Ask.AUDIT, Snapshot(holdings=odd))
    assert not hand.machine.auditor.orderly
    hand.say(Tick(), 5)
    hand.answer(Ask.AUDIT, Snapshot(holdings=hand.held))
    assert hand.machine.auditor.orderly
    assert not any(isinstance(each, ToldAdopted) for each in hand.news)
