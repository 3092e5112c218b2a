"""Stops at emulated venues: an answer that says nothing, a death, and the kill switch."""

from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.truth.messages import Place
from brokers.ccxt_sandbox.truth.rows import Intent
from brokers.ccxt_sandbox.venue import client_id
from magents.model.orders import OrderType, Side
from tests.brokers.sandbox.bench import bench, venue

pytestmark = [pytest.mark.wall, pytest.mark.slow]
PLACES = {"binance": None, "krakenfutures": None, "bybit": "BTC/USDT:USDT"}


@pytest.fixture(params=PLACES)
async def at(request, tmp_path):
    symbol = PLACES[request.param]
    async with (
        venue(request.param) as (emulator, keys),
        bench(emulator, keys, tmp_path, symbol=symbol) as found,
    ):
        await found.orderly()
        yield found


def stop(at, name, price, limit=None):
    """Send a stop to buy."""
    intent = Intent(
        at.session.now(),
        client=client_id("run", name),
        order=name,
        pod="pod",
        instrument=at.market.symbol,
        symbol=at.market.symbol,
        side=Side.BUY,
        quantity=Decimal("0.01"),
        type=OrderType.STOP if limit is None else OrderType.STOP_LIMIT,
        limit=limit,
        stop=Decimal(price),
    )
    at.session.offer(Place(intent))
    return intent


@pytest.mark.parametrize("fault", ["cut", "garble"])
async def test_one_whose_answer_says_nothing_is_found_and_there_once(at, fault):
    at.emulator.faults.add({"on": "order.place", "do": fault})
    intent = stop(at, "pod:1", 19_000)
    await at.until(lambda: at.states(intent)[-1:] == ["accepted"])

    assert [order.ask.stop for order in at.at_venue(intent)] == [19_000]
    assert not at.filled(intent)
    at.drop(intent)
    await at.until(lambda: at.order(intent).final)
    assert not at.open_at_venue()


async def test_one_that_fires_fills_under_its_own_name(at):
    intent = stop(at, "pod:1", 19_000)
    await at.until(lambda: at.states(intent) == ["accepted"])
    what = {"symbol": at.theirs.symbol, "kind": at.theirs.kind}
    at.emulator.act({"act": "move", **what, "price": "19100"})
    at.emulator.act({"act": "trade", **what, "side": "buy", "quantity": "0.01"})
    await at.until(lambda: at.filled(intent) == Decimal("0.01"))
    await at.until(lambda: at.order(intent).final)
    at.check()


async def test_the_kill_switch_takes_them_off(at):
    many = [stop(at, f"pod:{n}", 19_000 + n, limit=Decimal(19_100)) for n in range(3)]
    await at.until(lambda: all(at.states(each) == ["accepted"] for each in many))
    assert len(at.open_at_venue()) == len(many)
    at.latch.pull("a test")
    await at.until(lambda: at.machine.truth.killed and not at.machine.kill.working)

    assert not at.open_at_venue()
    assert all(at.states(each)[-1] == "cancelled" for each in many)
