"""Unmodified ccxt and ccxt.pro against the emulated Binance: real host names, real TLS."""

import asyncio
from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="binance", speed=50)
MONEY = {"USDT": "10000", "BTC": "1"}


async def test_markets_and_filters_are_read(client):
    market = client.market("BTC/USDT")

    assert market["precision"]["price"] == "0.01000000"
    assert market["precision"]["amount"] == "0.00001000"
    assert market["limits"]["cost"]["min"] == "5.00000000"


async def test_only_emulated_hosts_are_reached(emulator, client):
    await client.fetch_ticker("BTC/USDT")

    assert {seen.host for seen in emulator.seen} == {"testnet.binance.vision"}


@pytest.mark.parametrize("mode", ["sandbox", "demo", "live"])
async def test_every_mode_of_ccxt_finds_its_hosts(emulator, mode):
    keys = emulator.account("ann", MONEY)
    options = {"fetchCurrencies": False, "fetchMargins": False}
    async with ccxt_client(emulator, keys, mode, **options) as exchange:
        exchange.options |= options
        trades = await exchange.watch_trades("BTC/USDT")
        balance = await exchange.fetch_balance()

    assert trades
    assert balance["total"]["USDT"] == "10000"


async def test_streams_of_trades_candles_and_book_agree_with_rest(emulator, client):
    trades = await client.watch_trades("BTC/USDT")
    candles = await client.watch_ohlcv("BTC/USDT", "1m")
    for _ in range(20):
        book = await client.watch_order_book("BTC/USDT")

    assert trades[-1]["price"]
    assert candles[-1][1] > 0
    assert book["bids"][0][0] < book["asks"][0][0]
    assert book["nonce"] <= emulator.exchange.books["spot:BTCUSDT"].updates


async def test_market_order_fills_and_is_charged_in_what_it_bought(client):
    order = await client.create_order("BTC/USDT", "market", "buy", "0.1")
    balance = await client.fetch_balance()

    assert order["status"] == "closed"
    assert Decimal(balance["total"]["BTC"]) == Decimal("1.0999")
    assert Decimal(balance["total"]["USDT"]) == Decimal(10000) - Decimal(order["cost"])


async def test_limit_order_is_seen_on_the_stream_found_and_cancelled(emulator, client):
    watch = asyncio.ensure_future(client.watch_orders("BTC/USDT"))
    await until(listening(emulator, "ann"))
    order = await client.create_order(
        "BTC/USDT", "limit", "buy", "0.1", "16000", {"clientOrderId": "mine-1"}
    )
    seen = await asyncio.wait_for(watch, 20)
    found = await client.fetch_order(None, "BTC/USDT", {"origClientOrderId": "mine-1"})
    locked = (await client.fetch_balance())["used"]["USDT"]
    await client.cancel_order(order["id"], "BTC/USDT")

    assert [each["clientOrderId"] for each in seen] == ["mine-1"]
    assert found["id"] == order["id"]
    assert Decimal(locked) == 1600
    assert await client.fetch_open_orders("BTC/USDT") == []


async def test_order_by_the_socket_fills(client):
    order = await client.create_order_ws("BTC/USDT", "market", "sell", "0.2")

    assert order["status"] == "closed"


async def test_stop_order_waits_and_is_cancelled_with_all(client):
    price = {"stopPrice": "10000"}
    order = await client.create_order("BTC/USDT", "limit", "sell", "0.1", "9990", price)
    await client.cancel_all_orders("BTC/USDT")

    assert order["id"]
    assert await client.fetch_open_orders("BTC/USDT") == []


async def test_edit_order_replaces_it(client):
    order = await client.create_order("BTC/USDT", "limit", "buy", "0.1", "16000")
    await client.edit_order(order["id"], "BTC/USDT", "limit", "buy", "0.2", "16100")

    (left,) = await client.fetch_open_orders("BTC/USDT")
    assert (Decimal(left["amount"]), Decimal(left["price"])) == (Decimal("0.2"), 16100)


async def test_my_trades_have_fees_and_roles(client):
    await client.create_order("BTC/USDT", "market", "buy", "0.1")

    trades = await client.fetch_my_trades("BTC/USDT")
    assert sum(Decimal(trade["amount"]) for trade in trades) == Decimal("0.1")
    assert {trade["takerOrMaker"] for trade in trades} == {"taker"}
    assert {trade["fee"]["currency"] for trade in trades} == {"BTC"}


async def test_candles_of_before_the_beginning_are_the_recorded_ones(client):
    candles = await client.fetch_ohlcv("BTC/USDT", "1m", limit=500)
    hours = await client.fetch_ohlcv("BTC/USDT", "1h", limit=3)

    assert len(candles) == 500
    assert all(row[3] <= min(row[1], row[4]) <= max(row[1], row[4]) <= row[2] for row in candles)
    assert hours[1][0] % 3_600_000 == 0


REFUSALS = [
    (("limit", "buy", "0.0001", "16000"), {}, ccxt.BadRequest, "NOTIONAL"),
    (("limit", "buy", "5", "16000"), {}, ccxt.InsufficientFunds, "insufficient balance"),
    (("limit", "sell", "0.1", "1000"), {}, ccxt.InvalidOrder, "PERCENT_PRICE"),
    (("limit", "sell", "0.1", "16000"), {"postOnly": True}, ccxt.OrderImmediatelyFillable, "match"),
    (("limit", "sell", "0.1", "16000"), {"stopPrice": "99999"}, ccxt.InvalidOrder, "trigger"),
]


@pytest.mark.parametrize(("order", "params", "error", "words"), REFUSALS)
async def test_refusals_reach_ccxt_as_its_own_errors(client, order, params, error, words):
    with pytest.raises(error, match=words):
        await client.create_order("BTC/USDT", *order, params)


async def test_client_id_in_use_is_refused(client):
    mine = {"clientOrderId": "twice"}
    await client.create_order("BTC/USDT", "limit", "buy", "0.1", "16000", mine)

    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        await client.create_order("BTC/USDT", "limit", "buy", "0.1", "16000", mine)


async def test_unknown_order_is_not_found(client):
    with pytest.raises(ccxt.OrderNotFound):
        await client.fetch_order("999", "BTC/USDT")
    with pytest.raises(ccxt.OrderNotFound):
        await client.cancel_order("999", "BTC/USDT")


async def test_wrong_secret_and_wrong_key_are_refused(emulator, client):
    client.secret = client.secret[::-1]
    with pytest.raises(ccxt.AuthenticationError, match="-1022"):
        await client.fetch_balance()
    client.apiKey = "nobody"
    with pytest.raises(ccxt.AuthenticationError, match="-2015"):
        await client.fetch_balance()
