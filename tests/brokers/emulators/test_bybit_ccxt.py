"""Unmodified ccxt and ccxt.pro against the emulated Bybit: real host names, real TLS."""

import asyncio
from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="bybit", speed=50)
MONEY = {"USDT": "10000", "BTC": "1"}
SPOT, PERP = "BTC/USDT", "BTC/USDT:USDT"


@pytest.mark.parametrize(("mode", "host"), [("sandbox", "api-testnet"), ("demo", "api-demo")])
async def test_every_mode_of_ccxt_finds_its_hosts(emulator, mode, host):
    async with ccxt_client(emulator, emulator.account("ann", MONEY), mode) as exchange:
        balance = await exchange.fetch_balance()

    assert balance["total"]["USDT"] == "10000"
    assert {seen.host for seen in emulator.seen} >= {f"{host}.bybit.com"}


@pytest.mark.parametrize("symbol", [SPOT, PERP])
async def test_streams_of_trades_candles_and_book(client, symbol):
    trades = await client.watch_trades(symbol)
    candles = await client.watch_ohlcv(symbol, "1m")
    for _ in range(20):
        book = await client.watch_order_book(symbol)

    assert trades[-1]["price"]
    assert Decimal(candles[-1][1]) > 0
    assert book["bids"][0][0] < book["asks"][0][0]


@pytest.mark.parametrize("symbol", [SPOT, PERP])
async def test_order_is_acknowledged_only_and_seen_on_streams_and_in_lists(
    emulator, client, symbol
):
    orders = asyncio.ensure_future(client.watch_orders(symbol))
    await until(listening(emulator, "ann"))
    params = {"clientOrderId": "mine-1"}
    placed = await client.create_order(symbol, "limit", "buy", "0.1", "16000", params)
    seen = await asyncio.wait_for(orders, 20)
    (found,) = await client.fetch_open_orders(symbol)
    await client.edit_order(placed["id"], symbol, "limit", "buy", "0.2", "16001")
    (edited,) = await client.fetch_open_orders(symbol)
    await client.cancel_order(placed["id"], symbol)

    assert placed["status"] is None
    assert [(each["id"], each["status"]) for each in seen] == [(placed["id"], "open")]
    assert found["clientOrderId"] == "mine-1"
    assert Decimal(edited["amount"]) == Decimal("0.2")
    assert await client.fetch_open_orders(symbol) == []
    (closed,) = await client.fetch_canceled_orders(symbol)
    assert closed["id"] == placed["id"]


async def test_perpetual_position_is_opened_and_closed(client):
    await client.create_order(PERP, "market", "sell", "0.1")
    (position,) = await client.fetch_positions([PERP])
    await client.create_order(PERP, "market", "buy", "0.1", None, {"reduceOnly": True})

    assert (position["side"], Decimal(position["contracts"])) == ("short", Decimal("0.1"))
    assert all(not Decimal(each["contracts"] or 0) for each in await client.fetch_positions([PERP]))
    trades = await client.fetch_my_trades(PERP)
    assert {trade["fee"]["currency"] for trade in trades} == {"USDT"}
    assert {trade["side"] for trade in trades} == {"buy", "sell"}


async def test_funding_is_told_and_paid(emulator, client):
    await client.create_order(PERP, "market", "buy", "0.1")
    before = emulator.exchange.wallets.of("ann").free["USDT"]
    emulator.act({"act": "funding", "symbol": "BTCUSDT", "kind": "linear", "rate": "0.001"})

    paid = before - emulator.exchange.wallets.of("ann").free["USDT"]
    rate = await client.fetch_funding_rate(PERP)
    history = await client.fetch_funding_rate_history(PERP, limit=3)
    assert Decimal("1.6") < paid < Decimal("1.8")
    assert rate["fundingRate"]
    assert len(history) == 3


async def test_post_only_that_would_trade_is_accepted_and_cancelled(client):
    await client.create_order(SPOT, "limit", "buy", "0.1", "18000", {"postOnly": True})

    (order,) = await client.fetch_canceled_orders(SPOT)
    assert order["info"]["rejectReason"] == "EC_PostOnlyWillTakeLiquidity"


async def test_conditional_order_waits_for_its_price(emulator, client):
    params = {"triggerPrice": "15000", "triggerDirection": "descending"}
    await client.create_order(PERP, "market", "sell", "0.1", None, params)
    (waiting,) = emulator.exchange.registry.open("ann")
    emulator.act({"act": "move", "symbol": "BTCUSDT", "kind": "linear", "price": "14990"})

    assert waiting.triggered
    assert waiting.status.value == "FILLED"


async def test_order_by_the_socket(client):
    order = await client.create_order_ws(PERP, "limit", "buy", "0.1", "16000")

    assert [each["id"] for each in await client.fetch_open_orders(PERP)] == [order["id"]]


REFUSALS = [
    (SPOT, ("limit", "buy", "1", "16000"), ccxt.InsufficientFunds, "170131"),
    (PERP, ("limit", "buy", "100", "16000"), ccxt.InsufficientFunds, "110007"),
    (SPOT, ("limit", "buy", "0.00005", "16000"), ccxt.InvalidOrder, "170140"),
]


@pytest.mark.parametrize(("symbol", "order", "error", "words"), REFUSALS)
async def test_refusals_reach_ccxt_as_its_own_errors(client, symbol, order, error, words):
    with pytest.raises(error, match=words):
        await client.create_order(symbol, *order)


@pytest.mark.parametrize(("symbol", "code"), [(SPOT, "170141"), (PERP, "110072")])
async def test_client_id_may_never_be_used_again(client, symbol, code):
    mine = {"clientOrderId": "twice"}
    order = await client.create_order(symbol, "limit", "buy", "0.1", "16000", mine)
    await client.cancel_order(order["id"], symbol)

    with pytest.raises(ccxt.BaseError, match=code):
        await client.create_order(symbol, "limit", "buy", "0.1", "16000", mine)


async def test_wrong_secret_is_refused(client):
    client.secret = client.secret[::-1]
    with pytest.raises(ccxt.AuthenticationError, match="10004"):
        await client.fetch_balance()


async def test_key_that_may_withdraw_says_so(emulator):
    keys = emulator.account("rich", MONEY, withdraw=True)
    async with ccxt_client(emulator, keys) as exchange:
        told = await exchange.privateGetV5UserQueryApi()

    assert "Withdraw" in told["result"]["permissions"]["Wallet"]
