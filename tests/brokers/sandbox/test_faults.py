"""The faults F1 to F14 of live trading, one by one; each test fails without its handling.

The table of all faults, and where each is tested, is in ``docs/recovery.md``.
"""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Back,
    Busy,
    Drop,
    Found,
    Lost,
    Nowhere,
    Place,
    Refused,
    Seen,
    Snapshot,
    Taken,
    Tick,
    ToldAdopted,
    ToldNote,
    Traded,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import Intent, State
from magents.model.orders import Side
from tests.brokers.sandbox.hand import Hand, report, trade
from tests.brokers.sandbox.memory import MARKETS, START, SYMBOL
from tests.brokers.sandbox.perpetual import MARKETS as PERPETUAL


@pytest.fixture(params=[MARKETS, PERPETUAL], ids=["spot", "perpetual"])
def hand(request):
    return Hand(request.param)


def test_f1_a_timeout_after_the_venue_took_it_is_looked_up_and_never_sent_again(hand):
    hand.place()
    hand.answer(Ask.CREATE, Unclear("timeout"))
    assert hand.order().state is State.UNKNOWN
    hand.say(Tick(), 0.3)
    hand.answer(Ask.LOOK, Found(report(State.FILLED, "1"), (trade(),)))
    assert hand.order().state is State.FILLED
    assert not hand.waiting(Ask.CREATE)


def test_f1_an_order_proven_absent_is_given_up_and_not_sent_again(hand):
    hand.place()
    hand.answer(Ask.CREATE, Unclear("timeout"))
    hand.looks(Nowhere())
    assert hand.order().state is State.ABSENT
    assert hand.states() == ["unknown", "cancelled"]
    assert not hand.waiting(Ask.CREATE)


def test_f2_not_found_right_after_it_was_accepted_ends_nothing(hand):
    hand.place(limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Drop("pod:1"))
    hand.answer(Ask.CANCEL, Refused("order not found"))
    hand.looks(Nowhere(), seconds=20)
    assert not hand.order().final
    hand.say(Tick(), 21)
    hand.answer(Ask.LOOK, Found(report()))
    assert hand.waiting(Ask.CANCEL)


def test_f3_a_cancel_that_comes_too_late_ends_in_the_fill(hand):
    hand.place(limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Drop("pod:1"))
    hand.answer(Ask.CANCEL, Refused("not open"))
    hand.say(Tick(), 2)
    hand.answer(Ask.LOOK, Found(report(State.FILLED, "1"), (trade(),)))
    assert hand.states() == ["accepted"]
    assert [fill.complete for fill in hand.fills()] == [True]


def test_f4_errors_of_the_network_never_prove_that_an_order_is_absent(hand):
    hand.place()
    hand.answer(Ask.CREATE, Unclear("timeout"))
    hand.looks(Unclear("no network"), seconds=600)
    assert hand.order().state is State.UNKNOWN


def test_f5_fills_during_an_outage_are_asked_for_when_the_stream_is_back(hand):
    hand.place(limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Lost("stream"))
    hand.say(Back(), 5)
    assert hand.waiting(Ask.AUDIT)[0].since <= START
    hand.answer(Ask.AUDIT, Snapshot((), (trade(),), hand.held))
    assert [fill.trade for fill in hand.fills()] == ["t1"]


def test_f5_nothing_new_is_sent_between_the_loss_of_the_stream_and_the_audit(hand):
    hand.say(Lost("stream"))
    hand.place()
    assert not hand.waiting(Ask.CREATE)
    hand.say(Back(), 1)
    hand.answer(Ask.AUDIT, Snapshot(holdings=hand.held))
    assert hand.waiting(Ask.CREATE)


def test_f6_a_healthy_stream_that_shows_no_orders_is_audited_every_minute(hand):
    hand.place(limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Tick(), 59)
    assert not hand.waiting(Ask.AUDIT)
    hand.say(Tick(), 2)
    hand.answer(Ask.AUDIT, Snapshot((), (trade(),), hand.held))
    assert hand.order().state is State.FILLED


def test_f10_a_trade_told_three_times_by_three_sources_counts_once(hand):
    hand.place(quantity="2")
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Traded(trade()))
    hand.say(Traded(trade()))
    hand.say(Tick(), 61)
    hand.answer(Ask.AUDIT, Snapshot((report(filled="1"),), (trade(),), hand.held))
    assert len(hand.fills()) == 1
    assert hand.order().filled == 1


def test_f10_old_news_of_an_order_do_not_undo_newer(hand):
    hand.place(quantity="2", limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Traded(trade()))
    hand.say(Seen(report(State.CANCELLED, "1")))
    hand.say(Seen(report(State.WORKING, "0")))
    assert hand.order().state is State.CANCELLED


def test_f11_units_the_journal_does_not_know_hold_new_orders_until_they_are_adopted(hand):
    hand.place()
    hand.answer(Ask.CREATE, Refused("no"))
    more = {**hand.held, hand.asset: Decimal(3)}
    for _ in range(3):
        hand.say(Tick(), 61)
        hand.answer(Ask.AUDIT, Snapshot(holdings=more))
        hand.place(2 + len(hand.waiting(Ask.CREATE)))
        if not hand.machine.auditor.orderly:
            assert not hand.waiting(Ask.CREATE)
    assert [n.amount for n in hand.news if isinstance(n, ToldAdopted)] == [3]
    assert hand.waiting(Ask.CREATE)


def test_f11_units_that_are_gone_stop_new_orders_for_good_and_say_so_loudly(hand):
    hand.place()
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Traded(trade()))
    for _ in range(3):
        hand.say(Tick(), 61)
        hand.answer(Ask.AUDIT, Snapshot(holdings=hand.held))
    hand.place(2)
    assert not hand.waiting(Ask.CREATE)
    assert any(
        isinstance(n, ToldNote) and n.loud and "begin a new run" in n.text for n in hand.news
    )


def test_f12_the_intent_is_in_the_rows_of_the_turn_that_asks_to_send_it(hand):
    before = len(hand.asked)
    intent = Intent(
        hand.now,
        client="c9",
        order="pod:9",
        pod="pod",
        instrument=SYMBOL,
        symbol=SYMBOL,
        side=Side.BUY,
        quantity=Decimal(1),
    )
    turn = hand.say(Place(intent))
    assert turn.rows == [intent]
    assert len(hand.asked) == before + 1


def test_f14_a_venue_that_refuses_our_clock_is_tried_again_with_the_same_id(hand):
    hand.place()
    hand.answer(Ask.CREATE, Busy("-1021"), 1)
    (again,) = hand.waiting(Ask.CREATE)
    assert (again.client, again.attempt) == ("c1", 2)


def test_f14_it_is_not_tried_for_ever(hand):
    hand.place()
    for _ in range(3):
        hand.answer(Ask.CREATE, Busy("-1021"), 1)
    assert hand.states() == ["rejected"]
    assert not hand.waiting(Ask.CREATE)
