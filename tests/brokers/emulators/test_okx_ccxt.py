"""Unmodified ccxt and ccxt.pro against the emulated OKX: real host names, real TLS."""

import asyncio
from decimal import Decimal

import ccxt
import msgspec
import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, real_names, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="okx", speed=50)
MONEY = {"USDT": "10000", "BTC": "1"}
BTC = "BTC/USDT"


async def test_demo_trading_is_the_live_host_with_a_header(emulator):
    keys = emulator.account("ann", MONEY)
    async with ccxt_client(emulator, keys) as demo, ccxt_client(emulator, keys, "live") as live:
        balance = await demo.fetch_balance()
        with pytest.raises(ccxt.AuthenticationError, match="50101"):
            await live.fetch_balance()

    assert balance["total"] == {"USDT": "10000", "BTC": "1"}
    assert {seen.host for seen in emulator.seen} == {"www.okx.com"}


@pytest.mark.parametrize("mode", ["sandbox", "live"])
async def test_streams_of_trades_candles_tickers_and_book(emulator, mode):
    async with ccxt_client(emulator, None, mode) as client:
        trades = await client.watch_trades(BTC)
        candles = await client.watch_ohlcv(BTC, "1m")
        ticker = await client.watch_ticker(BTC)
        for _ in range(20):
            book = await client.watch_order_book(BTC)

    assert trades[-1]["price"]
    assert Decimal(candles[-1][1]) > 0
    assert Decimal(ticker["bid"]) < Decimal(ticker["ask"])
    assert book["bids"][0][0] < book["asks"][0][0]


async def test_public_questions(client):
    candles = await client.fetch_ohlcv(BTC, "1m", limit=50)
    older = await client.fetch_ohlcv(BTC, "1m", since=candles[0][0], limit=10)
    book = await client.fetch_order_book(BTC, 5)
    trades = await client.fetch_trades(BTC)

    assert [row[0] for row in older] == [row[0] for row in candles[:10]]
    assert len(candles) == 50
    assert len(book["bids"]) == 5
    assert trades == sorted(trades, key=lambda trade: trade["timestamp"])
    assert abs(await client.fetch_time() - client.milliseconds()) < 5000


async def test_order_is_acknowledged_only_and_seen_on_streams_and_in_lists(emulator, client):
    orders = asyncio.ensure_future(client.watch_orders(BTC))
    await until(listening(emulator, "ann"))
    params = {"clientOrderId": "mine1"}
    placed = await client.create_order(BTC, "limit", "buy", "0.1", "16000", params)
    seen = await asyncio.wait_for(orders, 20)
    (found,) = await client.fetch_open_orders(BTC)
    named = await client.fetch_order(None, BTC, params)
    await client.edit_order(placed["id"], BTC, "limit", "buy", "0.2", "16001")
    edited = await client.fetch_order(placed["id"], BTC)
    await client.cancel_order(None, BTC, params)

    assert placed["status"] is None
    assert [(each["id"], each["status"]) for each in seen] == [(placed["id"], "open")]
    assert found["clientOrderId"] == "mine1"
    assert named["id"] == found["id"]
    assert (Decimal(edited["amount"]), Decimal(edited["price"])) == (Decimal("0.2"), 16001)
    assert await client.fetch_open_orders(BTC) == []
    (closed,) = await client.fetch_canceled_orders(BTC)
    assert (closed["id"], closed["info"]["cancelSource"]) == (placed["id"], "1")


async def test_market_orders_pay_fees_in_what_they_receive(emulator, client):
    trades = asyncio.ensure_future(client.watch_my_trades(BTC))
    await until(listening(emulator, "ann"))
    await client.create_order(BTC, "market", "buy", "0.1")
    await asyncio.wait_for(trades, 20)
    await client.create_order(BTC, "market", "sell", "0.1")
    cost = {"tgtCcy": "quote_ccy", "cost": "500", "createMarketBuyOrderRequiresPrice": False}
    await client.create_order(BTC, "market", "buy", "500", None, cost)
    mine = await client.fetch_my_trades(BTC)

    bought = [trade for trade in mine if trade["side"] == "buy"]
    assert {trade["fee"]["currency"] for trade in bought} == {"BTC"}
    assert {trade["fee"]["currency"] for trade in mine if trade not in bought} == {"USDT"}
    assert all(Decimal(trade["fee"]["cost"]) > 0 for trade in mine)
    spent = sum(Decimal(trade["cost"]) for trade in bought[-5:])
    assert spent > 490
    assert (await client.fetch_closed_orders(BTC))[-1]["status"] == "closed"


async def test_balance_is_streamed_with_what_is_locked(emulator, client):
    first = await asyncio.wait_for(client.watch_balance(), 20)
    await client.create_order(BTC, "limit", "buy", "0.1", "16000")
    while Decimal(client.balance["USDT"]["used"]) != 1600:
        await asyncio.wait_for(client.watch_balance(), 20)

    assert Decimal(first["USDT"]["total"]) == 10000
    assert Decimal(client.balance["USDT"]["free"]) == 8400


@pytest.mark.parametrize(("kind", "source"), [("post_only", "31"), ("fok", "13"), ("ioc", "14")])
async def test_orders_that_end_at_once_are_accepted_and_say_why(client, kind, source):
    price = "18000" if kind == "post_only" else "15000"
    placed = await client.create_order(BTC, kind, "buy", "0.1", price)

    found = await client.fetch_order(placed["id"], BTC)
    assert (found["status"], found["info"]["cancelSource"]) == ("canceled", source)


async def test_orders_by_the_socket(client):
    placed = await client.create_order_ws(BTC, "limit", "buy", "0.1", "16000")
    await client.edit_order_ws(placed["id"], BTC, "limit", "buy", "0.1", "16002")
    (found,) = await client.fetch_open_orders(BTC)
    await client.cancel_order_ws(placed["id"], BTC)

    assert (found["id"], Decimal(found["price"])) == (placed["id"], 16002)
    assert await client.fetch_open_orders(BTC) == []


REFUSALS = [
    (("limit", "buy", "1", "16000"), {}, ccxt.InsufficientFunds, "51008"),
    (("limit", "buy", "0.000001", "16000"), {}, ccxt.InvalidOrder, "51020"),
    (("limit", "buy", "0.1", "16000"), {"clOrdId": "with-dash"}, ccxt.BadRequest, "51000"),
    (("limit", "buy", "0.1", "16000"), {"clOrdId": "a" * 33}, ccxt.BadRequest, "51000"),
]


@pytest.mark.parametrize(("order", "params", "error", "words"), REFUSALS)
async def test_refusals_reach_ccxt_as_its_own_errors(emulator, client, order, params, error, words):
    with pytest.raises(error, match=words):
        await client.create_order(BTC, *order, params)

    assert emulator.exchange.registry.all("ann") == []


async def test_client_id_is_unique_among_open_orders_only_and_the_latest_is_found(client):
    mine = {"clientOrderId": "twice"}
    first = await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)
    with pytest.raises(ccxt.InvalidOrder, match="51016"):
        await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)
    await client.cancel_order(first["id"], BTC)
    second = await client.create_order(BTC, "limit", "buy", "0.1", "16001", mine)

    assert (await client.fetch_order(None, BTC, mine))["id"] == second["id"]


async def test_what_is_not_there_is_not_found(client):
    for asking in (client.fetch_order, client.cancel_order):
        with pytest.raises(ccxt.OrderNotFound):
            await asking("500000000000000001", BTC)
    with pytest.raises(ccxt.BaseError, match="51503"):
        await client.edit_order("500000000000000001", BTC, "limit", "buy", "0.1", "16000")


async def test_cancelled_order_that_never_traded_is_forgotten_after_two_hours(emulator, client):
    placed = await client.create_order(BTC, "limit", "buy", "0.1", "16000")
    await client.cancel_order(placed["id"], BTC)
    (order,) = emulator.exchange.registry.all("ann")
    order.updated -= 2 * 3600 * 1000 + 60_000

    with pytest.raises(ccxt.OrderNotFound):
        await client.fetch_order(placed["id"], BTC)
    assert await client.fetch_canceled_orders(BTC) == []


@pytest.mark.parametrize(
    ("name", "code"), [("secret", "50113"), ("password", "50105"), ("apiKey", "50111")]
)
async def test_wrong_credentials_are_refused_each_with_its_code(client, name, code):
    setattr(client, name, getattr(client, name)[::-1])
    with pytest.raises(ccxt.AuthenticationError, match=code):
        await client.fetch_balance()


@pytest.mark.parametrize(
    ("name", "code"), [("secret", "60007"), ("password", "60024"), ("apiKey", "60005")]
)
async def test_login_with_wrong_credentials_is_refused(client, name, code):
    setattr(client, name, getattr(client, name)[::-1])
    with pytest.raises(ccxt.AuthenticationError, match=code):
        await client.watch_orders(BTC)


async def test_key_that_may_withdraw_says_so(emulator):
    keys = emulator.account("rich", MONEY, withdraw=True)
    async with ccxt_client(emulator, keys) as exchange:
        told = await exchange.private_get_account_config()

    assert told["data"][0]["perm"] == "read_only,trade,withdraw"


async def test_too_many_orders_in_two_seconds_are_refused(emulator, client):
    with pytest.raises(ccxt.RateLimitExceeded, match="50011"):
        await asyncio.gather(*(client.fetch_balance() for _ in range(30)))


async def test_dead_mans_switch_cancels_all(client, emulator):
    await client.create_order(BTC, "limit", "buy", "0.1", "16000")
    with pytest.raises(ccxt.BadRequest):
        await client.cancel_all_orders_after(5000)
    await client.cancel_all_orders_after(10000)
    emulator.venue.agenda.run(emulator.venue.clock.elapsed() + 11)

    assert await client.fetch_open_orders(BTC) == []


async def test_silent_connection_is_closed_after_half_a_minute():
    settings = msgspec.structs.replace(FAST, clock="stepped", flow=False)
    async with (
        open_emulator(settings) as emulator,
        real_names(emulator) as session,
        session.ws_connect("wss://ws.okx.com/ws/v5/public") as socket,
    ):
        await until(lambda: emulator.venue.lines.open)
        await socket.send_str("ping")
        assert (await socket.receive_str()) == "pong"
        emulator.advance(31)
        assert [message.type async for message in socket] == []

    assert socket.close_code == 4004
