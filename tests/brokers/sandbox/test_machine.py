"""What the machine of order truth does beyond the faults: caution, strangers, amendments."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Barred,
    Change,
    Drop,
    Found,
    Taken,
    Tick,
    ToldForeign,
    Traded,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import State
from magents.model.orders import OrderState
from tests.brokers.sandbox.hand import Hand, report, trade
from tests.brokers.sandbox.memory import MARKETS, Habits, Storm
from tests.brokers.sandbox.perpetual import MARKETS as PERPETUAL


@pytest.fixture(params=[MARKETS, PERPETUAL], ids=["spot", "perpetual"])
def hand(request):
    return Hand(request.param)


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
