"""Unmodified ccxt and ccxt.pro against the emulated Alpaca: real host names, real TLS."""

import asyncio
from decimal import Decimal

import ccxt
import msgspec
import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="alpaca", speed=50)
MONEY = {"USD": "10000", "BTC": "1"}
BTC = "BTC/USD"


async def test_paper_account_is_known_at_its_own_host_only(emulator):
    keys = emulator.account("ann", MONEY)
    async with ccxt_client(emulator, keys) as paper, ccxt_client(emulator, keys, "live") as live:
        balance = await paper.fetch_balance()
        with pytest.raises(ccxt.PermissionDenied, match="40110000"):
            await live.fetch_balance()

    assert (balance["total"]["USD"], balance["total"]["BTC"]) == ("10000", "1")


async def test_data_is_streamed(client):
    trades = await client.watch_trades(BTC)
    ticker = await client.watch_ticker(BTC)
    for _ in range(20):
        book = await client.watch_order_book(BTC)

    assert trades[-1]["price"]
    assert Decimal(ticker["bid"]) < Decimal(ticker["ask"])
    assert float(book["bids"][0][0]) < float(book["asks"][0][0])


async def test_data_is_asked_for(client):
    now = client.milliseconds()
    candles = await client.fetch_ohlcv(BTC, "5m", since=now - 3_600_000, limit=100)
    book = await client.fetch_order_book(BTC)
    trades = await client.fetch_trades(BTC)

    assert 11 <= len(candles) <= 13
    assert float(book["bids"][0][0]) < float(book["asks"][0][0])
    assert trades == sorted(trades, key=lambda trade: trade["timestamp"])
    assert (await client.fetch_ticker(BTC))["last"]
    assert abs(await client.fetch_time() - now) < 10_000


async def test_order_is_seen_on_the_stream_and_in_lists(emulator, client):
    orders = asyncio.ensure_future(client.watch_orders(BTC))
    await until(listening(emulator, "ann"))
    params = {"clientOrderId": "mine-1"}
    placed = await client.create_order(BTC, "limit", "buy", "0.1", "16000", params)
    seen = await asyncio.wait_for(orders, 20)
    (found,) = await client.fetch_open_orders(BTC)
    named = await client.request(
        "v2/orders:by_client_order_id", ["trader", "private"], "GET", {"client_order_id": "mine-1"}
    )
    await client.cancel_order(placed["id"], BTC)

    assert (placed["status"], placed["info"]["status"]) == ("open", "pending_new")
    assert [(each["id"], each["status"]) for each in seen] == [(placed["id"], "open")]
    assert (found["clientOrderId"], named["id"]) == ("mine-1", placed["id"])
    assert await client.fetch_open_orders(BTC) == []
    (closed,) = await client.fetch_closed_orders(BTC)
    assert (closed["id"], closed["status"]) == (placed["id"], "canceled")


async def test_fees_are_taken_from_what_is_received_and_not_told(client):
    await client.create_order(BTC, "market", "buy", "0.1")
    bought = await client.fetch_balance()
    await client.create_order(BTC, "market", "sell", "0.1")
    trades = await client.fetch_my_trades(BTC)

    assert Decimal(bought["total"]["BTC"]) == Decimal("1.09975")
    assert {trade["side"] for trade in trades} == {"buy", "sell"}
    assert all(trade["fee"]["cost"] is None for trade in trades)
    assert sum(Decimal(t["amount"]) for t in trades if t["side"] == "sell") == Decimal("0.1")


async def test_cash_is_what_is_free(client):
    await client.create_order(BTC, "limit", "buy", "0.1", "16000")
    balance = await client.fetch_balance()

    assert (balance["free"]["USD"], balance["total"]["USD"]) == ("8400", "10000")


REFUSALS = [
    (("limit", "buy", "1", "16000"), {}, ccxt.BaseError, "40310000.*insufficient balance"),
    (("limit", "buy", "0.0005", "16000"), {}, ccxt.BaseError, "minimal amount of order 10"),
    (("market", "buy", "20"), {}, ccxt.BaseError, "40310000.*maximum"),
    (("limit", "buy", "0.1", "16000"), {"timeInForce": "FOK"}, ccxt.BadRequest, "42210000"),
]


@pytest.mark.parametrize(("order", "params", "error", "words"), REFUSALS)
async def test_refusals_reach_ccxt(emulator, client, order, params, error, words):
    price = order[3] if len(order) > 3 else None
    with pytest.raises(error, match=words):
        await client.create_order(BTC, *order[:3], price, params)

    assert emulator.exchange.registry.all("ann") == []


async def test_client_id_may_never_be_used_again(client):
    mine = {"clientOrderId": "twice"}
    order = await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)
    await client.cancel_order(order["id"], BTC)

    with pytest.raises(ccxt.BadRequest, match="must be unique"):
        await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)


async def test_what_is_not_there_is_not_found_and_what_is_over_cannot_be_cancelled(client):
    order = await client.create_order(BTC, "market", "buy", "0.01")
    with pytest.raises(ccxt.InvalidOrder, match="40410000"):
        await client.fetch_order("00000001-0000-4000-8000-000000000001")
    with pytest.raises(ccxt.BaseError, match="42210000"):
        await client.cancel_order(order["id"], BTC)


async def test_wrong_keys_are_refused_by_both_doors(client):
    client.secret = client.secret[::-1]
    with pytest.raises(ccxt.PermissionDenied, match="40110000"):
        await client.fetch_balance()
    # ccxt.pro does not tell whoever waits that the stream has refused the keys.
    keys = {"key_id": client.apiKey, "secret_key": client.secret}
    async with client.session.ws_connect("wss://paper-api.alpaca.markets/stream") as socket:
        await socket.send_json({"action": "authenticate", "data": keys})
        answer = msgspec.json.decode(await socket.receive_bytes())

    assert answer["data"]["status"] == "unauthorized"


async def test_more_than_200_requests_a_minute_are_refused(emulator, client):
    with pytest.raises(ccxt.RateLimitExceeded, match="42910000"):
        await many(client)

    assert client.last_response_headers["X-RateLimit-Remaining"] == "0"


async def many(client):
    await client.fetch_time()
    for _ in range(20):
        await asyncio.gather(*(client.fetch_time() for _ in range(20)))
