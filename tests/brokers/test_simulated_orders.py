"""Orders at the simulated exchange when bars fill them; what all brokers do is in contracts."""

from decimal import Decimal

import pytest

from magents.model.records import Fill
from magents.model.time import DAY, Phase
from tests.brokers.rig import CAPITAL, Venue, ended
from tests.builders import coin, order, panel, walk

BARS = walk(6, panel("AAA", "BBB"))
NOW = int(BARS.open_ts[0])
LATER = int(BARS.ts[-1]) - DAY


@pytest.fixture
def broker():
    return Venue(BARS)


def send(*orders):
    return [(NOW, Phase.TIMER, each) for each in orders]


class TestBroker:
    def test_every_order_is_answered_and_comes_to_one_end(self, broker):
        orders = [order(id=f"pod:{n}", limit=limit) for n, limit in enumerate((None, 99, 1))]
        broker.play(*send(*orders))
        for each in orders:
            states = broker.states(each.id)
            assert states[0] == "accepted"
            assert ended(states)
            assert not any(ended([state]) for state in states[:-1])

    def test_a_fill_names_its_order_pod_and_instrument(self, broker):
        broker.play(*send(order("sell", 7, pod="me", id="me:1", instrument="BBB")))
        (fill,) = broker.fills
        assert (fill.pod, fill.order, fill.instrument) == ("me", "me:1", "BBB")
        assert (fill.quantity, fill.complete) == (-7, True)
        assert fill.price > 0
        assert fill.commission >= 0

    def test_no_two_fills_have_the_same_id(self, broker):
        broker.play(*send(*[order(id=f"pod:{n}") for n in range(20)]))
        assert len({fill.id for fill in broker.fills}) == 20

    def test_a_cancelled_order_fills_nothing_more(self, broker):
        broker.play(*send(order(limit=1)), (LATER, Phase.TIMER, "pod:1"))
        assert broker.states() == ["accepted", "cancelled"]

    @pytest.mark.parametrize("name", ["pod:9", "pod:1"])
    def test_cancelling_what_is_unknown_or_over_says_nothing(self, broker, name):
        broker.play(*send(order()), (LATER, Phase.TIMER, name))
        assert broker.states() == ["accepted", "fill"]
        assert len(broker.events) == 2

    @pytest.mark.parametrize(
        ("bad", "why"),
        [
            (order(instrument="ZZZ"), "ZZZ is not traded here"),
            (order(quantity=0), "positive multiple of the lot"),
            (order(quantity=-1), "positive multiple of the lot"),
            (order(quantity="1.5"), "positive multiple of the lot"),
            (order(limit=0), "limit above 0"),
            (order(limit=-1), "limit above 0"),
            (order(stop=0), "stop above 0"),
            (order(stop=-1), "stop above 0"),
        ],
    )
    def test_a_refusal_is_an_event_with_a_reason(self, broker, bad, why):
        broker.play(*send(bad, order(id="pod:2")))
        assert broker.states() == ["rejected"]
        assert why in broker.events[0].note
        assert broker.states("pod:2") == ["accepted", "fill"]

    def test_a_lot_smaller_than_one_lets_parts_of_a_unit_trade(self):
        bars = walk(3, panel("BTC/USDT"))
        venue = Venue(bars, traded=[coin(lot=Decimal("0.001"))])
        venue.play(*send(order(quantity="0.123", instrument="BTC/USDT")))
        assert venue.fills[0].quantity == Decimal("0.123")

    def test_events_come_in_the_order_of_time(self, broker):
        broker.play(*send(order(limit=98), order(id="pod:2"), order(id="pod:3", stop=101)))
        instants = [event.ts for event in broker.events]
        assert instants == sorted(instants)

    def test_the_account_is_the_sum_of_the_fills(self, broker):
        broker.play(*send(order(quantity=3), order("sell", 5, id="pod:2", limit=100)))
        cash = CAPITAL - sum(f.quantity * f.price + f.commission for f in broker.fills)
        units = sum(f.quantity for f in broker.events if isinstance(f, Fill))
        assert broker.exchange.account.cash == cash
        assert broker.exchange.account.quantities["AAA"] == units
