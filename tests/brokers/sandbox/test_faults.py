"""The faults F1 to F26 of live trading, one by one; each test fails without its handling.

F7 to F9, F16 and F22 are of the stream and its dials: ``test_stream.py``. F13 is of market data:
``tests/feeds``. F15, F23 and F24 are in ``test_wire.py``, F25 also in ``test_crashes.py``,
``test_dying.py`` and ``test_session.py``.
"""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.outcomes import Reply, judge
from brokers.ccxt_sandbox.parsing import report_of, trade_of
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Answer,
    Ask,
    Back,
    Barred,
    Busy,
    Change,
    Drop,
    Found,
    Lost,
    Nowhere,
    Place,
    Refused,
    Report,
    Seen,
    Snapshot,
    Taken,
    Tick,
    Told,
    ToldAdopted,
    ToldFill,
    ToldForeign,
    ToldNote,
    Trade,
    Traded,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import Intent, State
from brokers.ccxt_sandbox.truth.state import Truth
from brokers.ccxt_sandbox.venue import sellable
from magents.model.orders import OrderState, OrderType, Side
from magents.model.time import SECOND
from tests.brokers.sandbox.memory import CAPITAL, MARKETS, START, SYMBOL, Habits, Storm
from tests.brokers.sandbox.perpetual import MARKETS as PERPETUAL


class Hand:
    """A machine fed by hand: every request is kept until it is answered."""

    def __init__(self, markets=MARKETS):
        self.now = START
        self.markets, self.asset = markets, markets[SYMBOL].asset
        self.held = {"USDT": CAPITAL, self.asset: Decimal(0)}
        self.machine = Machine(Truth(), markets)
        self.asked, self.news = [], []
        self._take(self.machine.start(self.now, {"USDT": CAPITAL}))
        self.answer(Ask.AUDIT, Snapshot(holdings=self.held))

    def _take(self, turn):
        self.asked += turn.requests
        self.news += turn.news
        return turn

    def say(self, message, after=0.0):
        self.now += int(after * SECOND)
        return self._take(self.machine.handle(self.now, message))

    def place(self, number=1, side="buy", quantity="1", limit=None, pod="pod"):
        intent = Intent(
            self.now,
            client=f"c{number}",
            order=f"{pod}:{number}",
            pod=pod,
            instrument=SYMBOL,
            symbol=SYMBOL,
            side=Side(side),
            quantity=Decimal(quantity),
            type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit=None if limit is None else Decimal(limit),
        )
        self.say(Place(intent))
        return intent

    def waiting(self, ask):
        return [request for request in self.asked if request.ask is ask]

    def answer(self, ask, outcome, after=0.0):
        request = self.waiting(ask)[0]
        self.asked.remove(request)
        return self.say(Answer(request, outcome), after)

    def looks(self, outcome, seconds=60):
        """Let time pass, every look being answered in the same way."""
        for _ in range(seconds * 4):
            self.say(Tick(), 0.25)
            while self.waiting(Ask.LOOK):
                self.answer(Ask.LOOK, outcome)

    def order(self, number=1):
        return self.machine.truth.orders[f"c{number}"]

    def states(self):
        return [each.state.value for each in self.news if isinstance(each, Told)]

    def fills(self):
        return [each.fill for each in self.news if isinstance(each, ToldFill)]


def report(state=State.WORKING, filled="0", number=1, **more):
    return Report(f"c{number}", f"v{number}", SYMBOL, state, Decimal(filled), **more)


def trade(name="t1", quantity="1", number=1, price="1000", **more):
    return Trade(name, f"v{number}", SYMBOL, Decimal(quantity), Decimal(price), at=START, **more)


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


def test_one_unknown_order_stops_its_pod_in_its_instrument_and_three_stop_all(hand):
    hand.place(1)
    hand.answer(Ask.CREATE, Unclear("timeout"))
    hand.place(2)
    assert hand.states()[-1] == "rejected"
    for number in (3, 4):
        hand.place(number, pod=f"pod{number}")
        hand.answer(Ask.CREATE, Unclear("timeout"))
    hand.place(5, pod="pod5")
    assert hand.states()[-1] == "rejected"
    assert not hand.waiting(Ask.CREATE)


def test_a_trade_of_a_stranger_goes_to_the_house(hand):
    hand.say(Traded(trade("t9", number=9)))
    assert [n.fill.trade for n in hand.news if isinstance(n, ToldForeign)] == ["t9"]


def test_a_trade_that_may_be_of_an_unknown_order_waits_until_that_is_known(hand):
    hand.place()
    hand.answer(Ask.CREATE, Unclear("timeout"))
    hand.say(Traded(trade()))
    assert not hand.fills()
    hand.say(Tick(), 0.3)
    hand.answer(Ask.LOOK, Found(report(State.FILLED, "1"), (trade(),)))
    assert len(hand.fills()) == 1


def test_an_amendment_counts_once_the_venue_shows_it(hand):
    hand.place(limit=900)
    hand.answer(Ask.CREATE, Taken("v1"))
    hand.say(Change("pod:1", limit=Decimal(905)))
    hand.answer(Ask.AMEND, Unclear("timeout"))
    assert hand.order().limit == 900
    hand.say(Tick(), 0.3)
    shown = report(quantity=Decimal(1), limit=Decimal(905))
    hand.answer(Ask.LOOK, Found(shown))
    assert hand.order().limit == 905


def test_an_order_cancelled_while_it_waits_to_be_sent_never_leaves(hand):
    hand.place(limit=900)
    hand.say(Drop("pod:1"))
    (request,) = hand.waiting(Ask.CREATE)
    why = hand.machine.barred(hand.now, request)
    assert why
    hand.answer(Ask.CREATE, Barred(why))
    assert hand.states() == [OrderState.CANCELLED]


def test_a_storm_finds_an_order_that_is_given_up_too_early():
    """The proof that the storms can see it: with a patience too short, books differ."""
    storm = Storm(11)
    storm.run(1)
    storm.habits = Habits(deaf=1)
    patience = type(storm.machine.patience)(absent_after=0, absent_looks=1)
    storm.machine.patience = patience
    storm.place("buy", "0.01", storm.venue.price - 500)
    storm.run(1)
    storm.habits = Habits(hidden=15)
    storm.run(12)
    assert storm.machine.truth.orders["c1"].state is State.ABSENT
    assert storm.ours_open()
