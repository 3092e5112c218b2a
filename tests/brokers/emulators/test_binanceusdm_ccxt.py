"""Unmodified ccxt and ccxt.pro against the emulated USD-M futures of Binance."""

import asyncio
from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="binanceusdm", speed=50)
MONEY = {"USDT": "10000"}
BTC = "BTC/USDT:USDT"
LISTED = "linear:BTCUSDT"


@pytest.fixture
async def client(emulator):
    """Open a client in demo trading, where ccxt has the test account of the futures."""
    async with ccxt_client(emulator, emulator.account("ann", MONEY), "demo") as exchange:
        await exchange.load_markets()
        yield exchange


def held(emulator):
    return emulator.exchange.wallets.position("ann", emulator.exchange.markets[LISTED])


def cash(emulator):
    return emulator.exchange.wallets.of("ann").total("USDT")


@pytest.mark.parametrize("mode", ["demo", "live"])
async def test_streams_of_trades_candles_book_and_mark_price(emulator, mode):
    async with ccxt_client(emulator, None, mode) as client:
        trades = await client.watch_trades(BTC)
        candles = await client.watch_ohlcv(BTC, "1m")
        mark = await client.watch_mark_price(BTC)
        for _ in range(10):
            book = await client.watch_order_book(BTC)

    assert trades[-1]["symbol"] == BTC
    assert Decimal(candles[-1][1]) > 0
    assert Decimal(mark["markPrice"]) > 0
    assert book["bids"][0][0] < book["asks"][0][0]


async def test_public_questions(client):
    candles = await client.fetch_ohlcv(BTC, "1m", limit=50)
    book = await client.fetch_order_book(BTC, 5)
    rate = await client.fetch_funding_rate(BTC)
    rates = await client.fetch_funding_rates([BTC])
    history = await client.fetch_funding_rate_history(BTC, limit=5)

    assert len(candles) == 50
    assert len(book["bids"]) == 5
    assert rate["fundingTimestamp"] % 28_800_000 == 0
    assert rates[BTC]["fundingRate"] == rate["fundingRate"]
    assert len(history) == 5
    assert abs(await client.fetch_time() - client.milliseconds()) < 5000


async def test_order_is_told_by_answer_by_stream_and_in_lists(emulator, client):
    orders = asyncio.ensure_future(client.watch_orders(BTC))
    await until(listening(emulator, "ann"))
    params = {"newClientOrderId": "mine1"}
    placed = await client.create_order(BTC, "limit", "buy", "0.1", "16000", params)
    seen = await asyncio.wait_for(orders, 20)
    (found,) = await client.fetch_open_orders(BTC)
    named = await client.fetch_order(None, BTC, {"origClientOrderId": "mine1"})
    await client.cancel_order(placed["id"], BTC)

    assert [(each["id"], each["status"]) for each in seen] == [(placed["id"], "open")]
    assert found["clientOrderId"] == named["clientOrderId"] == "mine1"
    assert await client.fetch_open_orders(BTC) == []
    with pytest.raises(ccxt.OrderNotFound):
        await client.cancel_order(placed["id"], BTC)


async def test_trades_and_position_are_told_with_fee_and_sign(emulator, client):
    trades = asyncio.ensure_future(client.watch_my_trades(BTC))
    await until(listening(emulator, "ann"))
    await client.create_order(BTC, "market", "sell", "0.3")
    (heard, *_) = await asyncio.wait_for(trades, 20)
    mine = await client.fetch_my_trades(BTC)
    (told,) = await client.fetch_positions([BTC])
    emulator.act({"act": "move", "symbol": "BTCUSDT", "kind": "linear", "price": "17900"})
    emulator.venue.beat()
    balance = await client.fetch_balance()
    (row,) = balance["info"]["assets"]

    assert held(emulator).size == Decimal("-0.3")
    assert (told["side"], Decimal(told["contracts"]), told["hedged"]) == (
        "short",
        Decimal("0.3"),
        False,
    )
    assert abs(Decimal(told["entryPrice"]) - held(emulator).entry) < Decimal("1e-9")
    assert heard["fee"]["currency"] == mine[0]["fee"]["currency"] == "USDT"
    assert Decimal(heard["fee"]["cost"]) == Decimal(mine[0]["fee"]["cost"]) > 0
    assert Decimal(row["walletBalance"]) == cash(emulator)
    assert Decimal(balance["USDT"]["total"]) == cash(emulator) + Decimal(row["unrealizedProfit"])


async def test_leverage_is_chosen_and_funding_is_an_income(emulator, client):
    with pytest.raises(ccxt.InsufficientFunds, match="-2019"):
        await client.create_order(BTC, "market", "buy", "8")
    await client.set_leverage(25, BTC)
    await client.create_order(BTC, "market", "buy", "8")
    before = cash(emulator)
    emulator.act({"act": "funding", "symbol": "BTCUSDT", "kind": "linear", "rate": "0.001"})
    (paid,) = await client.fetch_funding_history(BTC)

    assert held(emulator).size == 8
    assert Decimal(paid["amount"]) == cash(emulator) - before < 0
    assert paid["code"] == "USDT"


REFUSALS = [
    (("limit", "buy", "0.0001", "16000"), {}, ccxt.InvalidOrder, "precision"),
    (("limit", "buy", "0.1", "18000"), {"postOnly": True}, ccxt.InvalidOrder, "-5022"),
    (("market", "sell", "0.1", None), {"reduceOnly": True}, ccxt.InvalidOrder, "-2022"),
    (("market", "sell", "0.1", None), {"positionSide": "SHORT"}, ccxt.OperationRejected, "-4061"),
]


@pytest.mark.parametrize(("order", "params", "error", "words"), REFUSALS)
async def test_refusals_reach_ccxt_as_its_own_errors(emulator, client, order, params, error, words):
    with pytest.raises(error, match=words):
        await client.create_order(BTC, *order, params)

    assert emulator.exchange.registry.all("ann") == []


async def test_client_id_is_unique_among_open_orders(client):
    mine = {"newClientOrderId": "twice"}
    await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)
    with pytest.raises(ccxt.ExchangeError, match="-4116"):
        await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)


async def test_wrong_keys_and_an_expired_listen_key_are_told(emulator, client):
    orders = asyncio.ensure_future(client.watch_orders(BTC))
    await until(listening(emulator, "ann"))
    emulator.act({"act": "expire"})
    client.secret = client.secret[::-1]
    with pytest.raises(ccxt.AuthenticationError, match="-1022"):
        await client.fetch_balance()
    assert not listening(emulator, "ann")()
    orders.cancel()
