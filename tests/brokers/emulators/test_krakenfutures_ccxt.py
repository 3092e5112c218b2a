"""Unmodified ccxt and ccxt.pro against the emulated Kraken futures: real host names, real TLS."""

import asyncio
from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.krakenfutures.protocol import sign
from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, real_names, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="krakenfutures", speed=50)
MONEY = {"USD": "10000"}
BTC = "BTC/USD:USD"


@pytest.mark.parametrize(("mode", "host"), [("sandbox", "demo-futures"), ("live", "futures")])
async def test_every_mode_of_ccxt_finds_its_host(emulator, mode, host):
    async with ccxt_client(emulator, emulator.account("ann", MONEY), mode) as exchange:
        balance = await exchange.fetch_balance()

    assert Decimal(balance["total"]["USD"]) == 10000
    assert {seen.host for seen in emulator.seen} == {f"{host}.kraken.com"}


async def test_streams_of_trades_book_and_tickers(emulator):
    async with ccxt_client(emulator) as client:
        client.number = float  # with text ccxt cannot keep this venue's book
        trades = await client.watch_trades(BTC)
        ticker = await client.watch_ticker(BTC)
        best = await client.watch_bids_asks([BTC])
        for _ in range(20):
            book = await client.watch_order_book(BTC)
        while not trades:
            trades = await client.watch_trades(BTC)

    assert ticker["bid"] < ticker["ask"]
    assert best[BTC]["bid"]
    assert book["bids"][0][0] < book["asks"][0][0]
    assert trades[-1]["price"]


async def test_public_questions(emulator, client):
    await until(lambda: len(emulator.venue.data["linear:PF_XBTUSD"].trades) > 3)
    candles = await client.fetch_ohlcv(BTC, "1m", limit=50)
    book, ticker = await client.fetch_order_book(BTC), await client.fetch_ticker(BTC)
    trades = await client.fetch_trades(BTC)
    older = await client.fetch_trades(BTC, params={"method": "publicGetHistory"})
    rates = await client.fetch_funding_rates([BTC])
    history = await client.fetch_funding_rate_history(BTC)

    assert 48 <= len(candles) <= 50
    assert book["bids"][0][0] < book["asks"][0][0]
    assert Decimal(ticker["last"]) > 0
    assert {trade["id"] for trade in older} <= {trade["id"] for trade in trades}
    assert abs(Decimal(rates[BTC]["fundingRate"])) < Decimal("0.001")
    assert history[0]["timestamp"] < history[-1]["timestamp"]


async def test_order_is_placed_changed_found_and_cancelled(emulator, client):
    orders = asyncio.ensure_future(client.watch_orders(BTC))
    await until(listening(emulator, "ann"))
    mine = {"clientOrderId": "mine-1"}
    placed = await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)
    seen = await asyncio.wait_for(orders, 20)
    (found,) = await client.fetch_open_orders(BTC)
    await client.edit_order(placed["id"], BTC, "limit", "buy", "0.2", "16001")
    (edited,) = await client.fetch_open_orders(BTC)
    status = await client.fetch_order(placed["id"], BTC)
    cancelled = await client.cancel_order(placed["id"], BTC)

    assert (placed["status"], placed["clientOrderId"]) == ("open", "mine-1")
    assert [each["id"] for each in seen] == [placed["id"]]
    assert (found["clientOrderId"], Decimal(found["amount"])) == ("mine-1", Decimal("0.1"))
    assert Decimal(edited["amount"]) == Decimal("0.2")
    assert (status["status"], cancelled["status"]) == ("open", "canceled")
    assert await client.fetch_open_orders(BTC) == []
    (gone,) = await client.fetch_canceled_orders(BTC, params={"sort": "desc", "count": 1})
    assert gone["id"] == placed["id"]


async def test_order_is_cancelled_by_the_clients_own_id(emulator, client):
    await client.create_order(BTC, "limit", "buy", "0.1", "16000", {"clientOrderId": "mine-1"})
    answer = await client.privatePostCancelorder({"cliOrdId": "mine-1"})
    again = await client.privatePostCancelorder({"cliOrdId": "mine-1"})
    with pytest.raises(ccxt.BadRequest, match="order_id"):
        await client.cancel_order(None, BTC)

    assert answer["cancelStatus"]["status"] == "cancelled"
    assert again["cancelStatus"]["status"] == "notFound"


async def test_position_is_opened_told_and_closed_with_what_it_made(emulator, client):
    fills = asyncio.ensure_future(client.watch_my_trades(BTC))
    positions = asyncio.ensure_future(client.watch_positions())
    await until(lambda: sum(len(line.topics) for line in emulator.venue.lines.open.values()) == 2)
    placed = await client.create_order(BTC, "market", "sell", "0.1")
    (fill,) = (await asyncio.wait_for(fills, 20))[-1:]
    (held,) = await client.fetch_positions([BTC])
    closed = await client.create_order(BTC, "market", "buy", "0.1", None, {"reduceOnly": True})
    positions.cancel()

    assert (placed["status"], closed["status"]) == ("closed", "closed")
    assert (held["side"], Decimal(held["contracts"])) == ("short", Decimal("0.1"))
    assert Decimal(held["entryPrice"]) == Decimal(placed["average"])
    assert Decimal(fill["fee"]["cost"]) == Decimal(fill["cost"]) * Decimal("0.0005")
    assert await client.fetch_positions([BTC]) == []
    log = await client.fetch_ledger("USD")
    trades = [row["info"] for row in log if row["type"] == "trade"]
    profit = (Decimal(placed["average"]) - Decimal(closed["average"])) / 10
    assert float(trades[-1]["realized_pnl"]) == pytest.approx(float(profit))
    balance = Decimal((await client.fetch_balance())["USD"]["total"])
    fees = sum(Decimal(str(row["fee"])) for row in trades)
    assert float(balance) == pytest.approx(float(10000 + profit - fees))


async def test_funding_is_paid_and_stands_in_the_account_log(emulator, client):
    await client.create_order(BTC, "market", "buy", "0.1")
    emulator.act({"act": "funding", "symbol": "PF_XBTUSD", "rate": "0.001"})

    (paid,) = await client.fetch_funding_history(BTC)
    assert Decimal("-1.8") < Decimal(paid["amount"]) < Decimal("-1.6")


async def test_balance_is_streamed_with_what_is_left_for_orders(emulator, client):
    first = await asyncio.wait_for(client.watch_balance(), 20)
    await client.create_order(BTC, "limit", "buy", "1", "16000")
    while Decimal(client.balance["flex"]["USD"]["free"]) != 8400:
        await asyncio.wait_for(client.watch_balance(), 20)

    assert Decimal(first["USD"]["total"]) == 10000


async def test_dead_mans_switch_cancels_everything(emulator):
    stepped = EmulatorSettings(venue="krakenfutures", clock="stepped")
    async with (
        open_emulator(stepped) as slow,
        ccxt_client(slow, slow.account("ann", MONEY)) as client,
    ):
        await client.create_order(BTC, "limit", "buy", "0.1", "16000")
        armed = await client.cancel_all_orders_after(60_000)
        slow.advance(59)
        before = await client.fetch_open_orders()
        slow.advance(2)
        after = await client.fetch_open_orders()

    assert armed["status"]["triggerTime"] > armed["status"]["currentTime"]
    assert (len(before), after) == (1, [])


async def test_all_orders_are_cancelled_and_a_batch_is_sent(emulator, client):
    wanted = [
        {"symbol": BTC, "type": "limit", "side": "buy", "amount": "0.1", "price": price}
        for price in ("15000", "15001")
    ]
    placed = await client.create_orders(wanted)
    first = await client.cancel_orders([placed[0]["id"]])
    await client.cancel_all_orders(BTC)

    assert [each["status"] for each in placed] == ["open", "open"]
    assert first[0]["status"] == "canceled"
    assert await client.fetch_open_orders(BTC) == []


async def test_stop_waits_for_its_price(emulator, client):
    await client.create_order(BTC, "market", "sell", "0.1", None, {"triggerPrice": "15000"})
    (waiting,) = emulator.exchange.registry.open("ann")
    shown = (await client.privateGetOpenorders())["openOrders"][0]
    emulator.act({"act": "move", "symbol": "PF_XBTUSD", "price": "14990"})

    assert (shown["orderType"], float(shown["stopPrice"])) == ("stp", 15000)
    assert waiting.triggered
    assert waiting.status.value == "FILLED"


REFUSALS = [
    (("limit", "buy", "100", "16000"), {}, ccxt.InsufficientFunds, "insufficientAvailableFunds"),
    (("limit", "buy", "0.1", "18000"), {"postOnly": True}, ccxt.InvalidOrder, "postWouldExecute"),
    (("limit", "buy", "0.1", "90000"), {}, ccxt.InvalidOrder, "outsidePriceCollar"),
    (("market", "buy", "0.1"), {"reduceOnly": True}, ccxt.ExchangeError, "wouldNotReducePosition"),
    (("limit", "buy", "0.1", "15000"), {"timeInForce": "ioc"}, ccxt.ExchangeError, "iocWouldNot"),
    (("limit", "buy", "0.1", "15000"), {"cliOrdId": "a" * 101}, ccxt.BadRequest, "TooLong"),
]


@pytest.mark.parametrize(("order", "params", "error", "words"), REFUSALS)
async def test_refusals_reach_ccxt_as_its_own_errors(emulator, client, order, params, error, words):
    with pytest.raises(error, match=words):
        await client.create_order(BTC, *order, params=params)


async def test_client_id_may_never_be_used_again(client):
    mine = {"clientOrderId": "twice"}
    order = await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)
    await client.cancel_order(order["id"], BTC)

    with pytest.raises(ccxt.DuplicateOrderId):
        await client.create_order(BTC, "limit", "buy", "0.1", "16000", mine)


async def test_wrong_secret_is_refused_by_rest_and_stream(client):
    client.secret = client.secret[::-1].replace("=", "") + "=="
    with pytest.raises(ccxt.AuthenticationError):
        await client.fetch_balance()
    with pytest.raises(ccxt.ExchangeError, match="authenticated feed"):
        await asyncio.wait_for(client.watch_my_trades(), 20)


@pytest.mark.parametrize(
    ("nonces", "error"),
    [(("5", "5"), "nonceDuplicate"), (("90000", "5"), "nonceBelowThreshold"), (("9", "7"), None)],
)
async def test_nonces_are_optional_and_may_not_repeat(emulator, nonces, error):
    keys = emulator.account("ann", MONEY)
    async with real_names(emulator) as session:
        for nonce in nonces:
            proof = sign(keys.secret, f"{nonce}/api/v3/openorders")
            headers = {"APIKey": keys.key, "Authent": proof, "Nonce": nonce}
            url = "https://futures.kraken.com/derivatives/api/v3/openorders"
            async with session.get(url, headers=headers) as answer:
                told = await answer.json()

    assert told.get("error") == error


async def test_more_than_the_budget_is_refused(emulator, client):
    for _ in range(20):
        await client.cancel_all_orders()

    with pytest.raises(ccxt.DDoSProtection, match="apiLimitExceeded"):
        await client.cancel_all_orders()
