"""Rate limits, stream limits and the ends of streams."""

import asyncio

import aiohttp
import ccxt
import pytest

from brokers.emulators.limits import PATIENCE, WeightLimiter, Windows
from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, real_names, until

MONEY = {"USDT": "10000"}
STREAM = "wss://stream.testnet.binance.vision"
REST = "https://testnet.binance.vision"
STEPPED = EmulatorSettings(clock="stepped")
wall = pytest.mark.wall


def test_weight_is_counted_by_the_minute():
    limiter = WeightLimiter(10)

    assert limiter.charge("a", 6, 0) == (0, 0, 6)
    assert limiter.charge("b", 6, 1).status == 0
    assert limiter.charge("a", 6, 20_000) == (429, 40, 12)
    assert limiter.charge("a", 6, 60_000) == (0, 0, 6)


def test_who_goes_on_after_429_is_banned_and_the_next_ban_is_longer():
    limiter, bans, now = WeightLimiter(1), [], 0
    for _ in range(2):
        for _ in range(PATIENCE + 2):
            verdict = limiter.charge("a", 1, now)
        assert verdict.status == 418
        bans.append(verdict.retry_after)
        assert limiter.charge("a", 1, now + 1000).status == 418
        now += verdict.retry_after * 1000
        assert limiter.charge("a", 1, now).status == 0

    assert bans == [120, 240]


def test_window_says_when_it_ends():
    windows = Windows(1000)

    assert [windows.add("a", 1, 100), windows.add("a", 1, 900), windows.add("a", 1, 1100)] == [
        1, 2, 1,
    ]  # fmt: skip
    assert windows.ends_in(1100) == 900


@wall
async def test_weight_headers_and_429_with_retry_after_come_from_the_venue():
    async with (
        open_emulator(STEPPED) as emulator,
        real_names(emulator) as session,
    ):
        used, status = [], 200
        while status == 200:
            async with session.get(f"{REST}/api/v3/trades?symbol=BTCUSDT&limit=1") as answer:
                status, headers = answer.status, answer.headers
                used += [int(headers["X-MBX-USED-WEIGHT-1M"])] if status == 200 else []

    assert used[1] - used[0] == 25
    assert status == 429
    assert 0 < int(headers["Retry-After"]) <= 60


@wall
async def test_orders_too_fast_are_refused_at_bybit():
    settings = EmulatorSettings(venue="bybit", clock="stepped", check_time=False)
    async with open_emulator(settings) as emulator:
        keys = emulator.account("ann", MONEY)
        async with ccxt_client(emulator, keys) as client:
            await client.load_markets()
            with pytest.raises(ccxt.RateLimitExceeded, match="10006"):
                await many_orders(client)


async def many_orders(client):
    for _ in range(100):
        await client.create_order("BTC/USDT", "limit", "buy", "0.001", "16000")


@wall
async def test_sixth_message_in_a_second_closes_the_stream():
    async with (
        open_emulator(STEPPED) as emulator,
        real_names(emulator) as session,
        session.ws_connect(f"{STREAM}/ws") as socket,
    ):
        for number in range(6):
            await socket.send_json({"method": "LIST_SUBSCRIPTIONS", "id": number})
        kinds = [message.type async for message in socket]

    assert len(kinds) == 5
    assert socket.close_code == 1008


@wall
async def test_listen_key_that_nobody_keeps_alive_expires():
    async with open_emulator(STEPPED) as emulator, real_names(emulator) as session:
        keys = emulator.account("ann", MONEY)
        headers = {"X-MBX-APIKEY": keys.key}
        async with session.post(f"{REST}/api/v3/userDataStream", headers=headers) as answer:
            key = (await answer.json())["listenKey"]
        async with session.ws_connect(f"{STREAM}/ws/{key}") as socket:
            await until(lambda: emulator.venue.lines.open)
            emulator.exchange.deposit("ann", "USDT", emulator.exchange.middle(_btc(emulator)))
            first = [(await socket.receive_json())["e"] for _ in range(2)]
            emulator.advance(3601)
            last = await socket.receive_json()

    assert first == ["balanceUpdate", "outboundAccountPosition"]
    assert (last["e"], last["listenKey"]) == ("listenKeyExpired", key)


def _btc(emulator):
    return emulator.venue.market("BTCUSDT")


@wall
async def test_server_that_goes_down_says_so_and_closes_ten_seconds_later():
    async with (
        open_emulator(STEPPED) as emulator,
        real_names(emulator) as session,
        session.ws_connect(f"{STREAM}/ws/btcusdt@trade") as socket,
    ):
        await until(lambda: emulator.venue.lines.open)
        emulator.faults.add({"on": "stream.trades", "do": "shutdown"})
        emulator.advance(60)
        said = await socket.receive_json()
        kinds = [message.type async for message in socket]

    assert said["event"]["e"] == "serverShutdown"
    assert aiohttp.WSMsgType.TEXT in kinds
    assert socket.close_code == 1001


@wall
async def test_venue_without_websockets_can_be_polled_only():
    async with (
        open_emulator(EmulatorSettings(streams=False)) as emulator,
        ccxt_client(emulator) as client,
    ):
        ticker = await client.fetch_ticker("BTC/USDT")
        with pytest.raises(ccxt.NetworkError):
            await asyncio.wait_for(client.watch_trades("BTC/USDT"), 20)

    assert ticker["last"]


@wall
async def test_admin_door_takes_faults_and_tells_the_truth():
    async with open_emulator(EmulatorSettings()) as emulator, real_names(emulator) as session:
        emulator.account("ann", MONEY)
        rule = {"on": "time", "do": "status", "status": 503}
        async with session.post(f"{REST}/emulator/faults", json=rule) as answer:
            assert [row["do"] for row in await answer.json()] == ["status"]
        async with session.get(f"{REST}/api/v3/time") as answer:
            assert answer.status == 503
        async with session.post(f"{REST}/emulator/faults", json={"on": "x", "do": "y"}) as answer:
            assert (answer.status, "error" in await answer.json()) == (400, True)
        async with session.get(f"{REST}/emulator/state") as answer:
            told = await answer.json()

    assert told["accounts"]["ann"]["balances"]["USDT"]["free"] == "10000"


@wall
async def test_connection_is_closed_after_a_day():
    async with (
        open_emulator(EmulatorSettings(clock="stepped", flow=False)) as emulator,
        real_names(emulator) as session,
        session.ws_connect(f"{STREAM}/ws") as socket,
    ):
        await until(lambda: emulator.venue.lines.open)
        emulator.venue.clock.step(86_399_000)
        emulator.venue.beat()
        await asyncio.sleep(0)
        assert emulator.venue.lines.open
        emulator.advance(2)
        assert [message.type async for message in socket] == []

    assert socket.close_code == 1001
