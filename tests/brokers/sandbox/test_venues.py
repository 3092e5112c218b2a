"""What must hold at every venue: real ccxt against emulators, with streams and without."""

from decimal import Decimal

import pytest

from tests.brokers.sandbox.bench import bench, venue

pytestmark = [pytest.mark.wall, pytest.mark.slow]
NAMES = ["binance", "bybit", "okx", "krakenfutures", "alpaca"]
VENUES = [(name, stream) for stream in (True, False) for name in NAMES]
IDS = [*NAMES, *(f"{name} polled" for name in NAMES)]


@pytest.fixture(params=VENUES, ids=IDS)
async def at(request, tmp_path):
    name, stream = request.param
    async with (
        venue(name, streams=stream) as (emulator, keys),
        bench(emulator, keys, tmp_path, stream=stream) as found,
    ):
        await found.orderly()
        yield found


class TestVenue:
    async def test_a_market_order_is_accepted_and_fills(self, at):
        intent = at.place("buy", "0.01")
        await at.until(lambda: at.filled(intent) == Decimal("0.01"))
        assert at.states(intent) in (["accepted"], [])
        at.check()

    async def test_a_limit_order_rests_until_it_is_cancelled(self, at):
        intent = at.place("buy", "0.01", limit=15_000)
        await at.until(lambda: "accepted" in at.states(intent))
        assert len(at.open_at_venue()) == 1
        at.drop(intent)
        await at.until(lambda: "cancelled" in at.states(intent))
        assert not at.open_at_venue()

    async def test_a_refusal_is_told_with_the_venues_words(self, at):
        intent = at.place("buy", "90")
        await at.until(lambda: at.order(intent).final)
        assert at.states(intent) == ["rejected"]
        assert not at.at_venue(intent)

    async def test_an_order_by_hand_and_its_trades_go_to_the_house(self, at):
        act = {"account": "alice", "symbol": at.theirs.symbol, "side": "buy", "quantity": "0.02"}
        at.emulator.act({"act": "foreign_order", **act})
        await at.until(lambda: len(at.machine.truth.fills) >= 1)
        assert {fill.client for fill in at.machine.truth.fills.values()} == {""}
        at.check()

    @pytest.mark.parametrize("fault", ["hang", "cut", "truncate", "garble", "strip"])
    async def test_an_answer_that_says_nothing_sure_does_not_lose_the_order(self, at, fault):
        rule = {"on": "order.place", "do": fault}
        rule |= (
            {"fields": ["orderId", "ordId", "order_id", "uid", "id"]} if fault == "strip" else {}
        )
        rule |= {"seconds": 5} if fault == "hang" else {}
        at.emulator.faults.add(rule)
        intent = at.place("buy", "0.01")
        await at.until(lambda: at.filled(intent) == Decimal("0.01"))
        assert len(at.at_venue(intent)) == 1
        at.check()

    @pytest.mark.parametrize("fault", ["refuse", "hang_before"])
    async def test_an_order_that_never_came_is_given_up_and_not_sent_again(self, at, fault):
        at.emulator.faults.add({"on": "order.place", "do": fault, "seconds": 5})
        intent = at.place("buy", "0.01")
        await at.until(lambda: at.order(intent).final)
        assert not at.at_venue(intent)
        assert at.states(intent)[-1] in {"cancelled", "rejected"}
        at.check()

    async def test_the_latch_stops_everything_and_clears_the_market(self, at):
        resting = [at.place("buy", "0.01", limit=15_000 + n) for n in range(3)]
        await at.until(lambda: len(at.open_at_venue()) == len(resting))
        at.latch.pull("a test")
        late = at.place("buy", "0.01")
        await at.until(lambda: at.machine.truth.killed and not at.machine.kill.working)
        assert not at.open_at_venue()
        assert not at.at_venue(late)

    async def test_a_session_after_another_goes_on_where_it_ended(self, at):
        assert at.machine.truth.adopted.get("BTC") == (None if at.market.contract else 2)
        assert at.market.symbol in at.exchange.markets
