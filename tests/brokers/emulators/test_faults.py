"""Faults on demand, each seen by an unmodified ccxt client: what it gets, and what is true."""

import asyncio
import itertools
from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import VENUES, EmulatorSettings
from tests.emulators_rig import ccxt_client, listening, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
MONEY = {"USDT": "10000", "USD": "10000", "BTC": "1"}
MINE = {"clientOrderId": "mine1"}


@pytest.fixture(params=VENUES)
async def emulator(request):
    async with open_emulator(EmulatorSettings(venue=request.param, speed=20)) as opened:
        yield opened


@pytest.fixture
async def client(emulator):
    async with ccxt_client(emulator, emulator.account("ann", MONEY)) as exchange:
        await exchange.load_markets()
        yield exchange


def btc(client):
    """Return the market of bitcoin at a venue."""
    names = {"alpaca": "BTC/USD", "krakenfutures": "BTC/USD:USD"}
    return names.get(client.id, "BTC/USDT")


async def place(client, params=MINE, price="16000"):
    return await client.create_order(btc(client), "limit", "buy", "0.1", price, dict(params))


def be_brief(client, rule):
    """Let a client that waits in vain not wait for long."""
    if rule["do"].startswith("hang"):
        client.timeout = 1000


def orders(emulator):
    return emulator.exchange.registry.all("ann")


PROCESSED = [
    ({"do": "hang"}, ccxt.RequestTimeout),
    ({"do": "cut"}, ccxt.ExchangeNotAvailable),
    ({"do": "truncate"}, ccxt.ExchangeError),
    ({"do": "status_after", "status": 503}, ccxt.ExchangeNotAvailable),
]


@pytest.mark.parametrize(("rule", "error"), PROCESSED)
async def test_order_exists_though_its_answer_is_lost(emulator, client, rule, error):
    emulator.faults.add({"on": "order.place", **rule})
    be_brief(client, rule)

    with pytest.raises(error):
        await place(client)

    assert [order.ask.client_id for order in orders(emulator)] == ["mine1"]


async def test_timeout_of_unknown_outcome_leaves_an_order(emulator, client):
    emulator.faults.add({"on": "order.place", "do": "unknown"})

    with pytest.raises((ccxt.RequestTimeout, ccxt.ExchangeError)):
        await place(client)

    assert len(orders(emulator)) == 1


async def test_garbled_answer_leaves_an_order_and_no_exception(emulator, client):
    emulator.faults.add({"on": "order.place", "do": "garble"})

    try:
        order = await place(client)
    except (ccxt.BaseError, TypeError):
        # Kraken futures: ccxt falls over what it cannot read.
        order = {"id": None}

    assert order["id"] is None
    assert len(orders(emulator)) == 1


async def test_stripped_answer_has_no_id(emulator, client):
    emulator.faults.add(
        {"on": "order.place", "do": "strip", "fields": ["orderId", "ordId", "order_id", "id"]}
    )

    assert (await place(client))["id"] is None
    assert len(orders(emulator)) == 1


NOT_PROCESSED = [
    ({"do": "refuse"}, ccxt.ExchangeNotAvailable),
    ({"do": "hang_before"}, ccxt.RequestTimeout),
    ({"do": "status", "status": 502}, ccxt.ExchangeNotAvailable),
    ({"do": "ban", "status": 418, "retry_after": 7}, ccxt.BaseError),
    ({"do": "maintenance", "seconds": 60}, ccxt.BaseError),
]


@pytest.mark.parametrize(("rule", "error"), NOT_PROCESSED)
async def test_order_does_not_exist_where_it_was_never_processed(emulator, client, rule, error):
    emulator.faults.add({"on": "order.place", **rule})
    be_brief(client, rule)

    with pytest.raises(error):
        await place(client)

    assert orders(emulator) == []


async def test_ban_says_when_to_come_again(emulator, client):
    emulator.faults.add({"on": "ticker", "do": "ban", "status": 429, "retry_after": 7})

    with pytest.raises(ccxt.BaseError):
        await client.fetch_ticker(btc(client))

    assert client.last_response_headers["Retry-After"] == "7"


async def test_fresh_order_is_hidden_for_a_while(emulator, client):
    emulator.faults.add({"on": "order.place", "do": "hide", "seconds": 0.5})
    await place(client)

    assert await client.fetch_open_orders(btc(client)) == []
    await until(lambda: emulator.venue.visible(orders(emulator)[0]))
    assert len(await client.fetch_open_orders(btc(client))) == 1


async def test_cancel_loses_the_race_against_a_fill(emulator, client):
    order = await place(client)
    emulator.faults.add({"on": "order.cancel", "do": "fill"})

    # Alpaca says that the order is filled; ccxt makes a bad request of it.
    with pytest.raises((ccxt.OrderNotFound, ccxt.BadRequest)):
        await client.cancel_order(order["id"], btc(client))

    assert orders(emulator)[0].status.value == "FILLED"


async def test_partial_fill_then_cancel_keeps_the_fill(emulator, client):
    order = await place(client)
    emulator.faults.add({"on": "order.cancel", "do": "fill", "part": 0.3})
    await client.cancel_order(order["id"], btc(client))

    (kept,) = orders(emulator)
    assert (kept.status.value, kept.filled) == ("CANCELED", Decimal("0.03"))
    trades = await client.fetch_my_trades(btc(client))
    assert [Decimal(trade["amount"]) for trade in trades] == [Decimal("0.03")]


async def test_rule_counts_skips_and_ends(emulator, client):
    emulator.faults.add({"on": "ticker", "do": "status", "after": 1, "times": 2})
    came = []
    for _ in range(5):
        try:
            await client.fetch_ticker(btc(client))
            came.append("yes")
        except ccxt.BaseError:
            came.append("no")

    assert came == ["yes", "no", "no", "yes", "yes"]


async def private(emulator, client):
    """Listen to the raw private frames of orders; return the list they come into."""
    frames = []
    handle = client.handle_message

    def tapped(socket, message):
        frames.append(message)
        handle(socket, message)

    client.handle_message = tapped
    watch = asyncio.ensure_future(client.watch_orders(btc(client)))
    await until(listening(emulator, "ann"))
    return frames, watch


KRAKEN = {"new_placed_order_by_user": "NEW", "full_fill": "FILLED"}


def events(frames):
    """Return the states of orders that came, in order."""
    told = []
    for frame in frames:
        event = frame.get("event", {})
        if isinstance(event, dict) and event.get("e") == "executionReport":
            told.append(event["X"])
        if frame.get("e") == "ORDER_TRADE_UPDATE":
            told.append(frame["o"]["X"])
        if frame.get("topic") == "order":
            told += [row["orderStatus"].upper() for row in frame["data"]]
        if frame.get("stream") == "trade_updates":
            told.append(frame["data"]["order"]["status"].upper())
        if frame.get("arg", {}).get("channel") == "orders" and "data" in frame:
            told += [row["state"].upper().replace("LIVE", "NEW") for row in frame["data"]]
        if frame.get("feed") == "open_orders" and "reason" in frame:
            told += [KRAKEN[frame["reason"]]]
    return told


STREAM_FAULTS = [
    ({"do": "drop"}, ["FILLED"]),
    ({"do": "duplicate", "copies": 3}, ["NEW", "NEW", "NEW", "FILLED"]),
]


@pytest.mark.parametrize(("rule", "told"), STREAM_FAULTS)
async def test_frames_of_orders_are_spoilt(emulator, client, rule, told):
    frames, watch = await private(emulator, client)
    emulator.faults.add({"on": "stream.orders", **rule})
    await place(client)
    emulator.act({"act": "fill", "account": "ann", "client_id": "mine1"})
    await until(lambda: "FILLED" in events(frames))
    watch.cancel()

    assert events(frames) == told


async def test_frames_of_orders_are_reordered(emulator, client):
    frames, watch = await private(emulator, client)
    # Executions and orders are frames of their own at Bybit; only orders are subscribed here.
    emulator.faults.add({"on": "stream.orders", "do": "reorder", "window": 2})
    await place(client)
    emulator.act({"act": "fill", "account": "ann", "client_id": "mine1"})
    await until(lambda: len(events(frames)) == 2)
    watch.cancel()

    assert events(frames) == ["FILLED", "NEW"]


async def test_muted_stream_stays_open_and_says_nothing(emulator, client):
    frames, watch = await private(emulator, client)
    emulator.faults.add({"on": "stream.orders", "do": "mute"})
    await place(client)
    emulator.act({"act": "cancel_all", "account": "ann"})
    await client.fetch_open_orders(btc(client))
    watch.cancel()

    assert events(frames) == []
    assert listening(emulator, "ann")()


@pytest.mark.parametrize("do", ["cut", "close", "expire"])
async def test_private_stream_ends(emulator, client, do):
    _, watch = await private(emulator, client)
    emulator.faults.add({"on": "stream.orders", "do": do})
    await place(client)
    await until(lambda: not listening(emulator, "ann")())
    watch.cancel()
    await asyncio.wait([watch])

    assert len(await client.fetch_open_orders(btc(client))) == 1


async def test_dial_is_refused(emulator, client):
    emulator.faults.add({"on": "connect", "do": "refuse", "times": 0})

    with pytest.raises(ccxt.NetworkError):
        await client.watch_trades(btc(client))


@pytest.mark.parametrize("emulator", ["binance", "bybit", "okx"], indirect=True)
async def test_clock_is_off(emulator, client):
    emulator.faults.add({"on": "clock", "do": "skew", "ms": 60_000})
    await until(lambda: emulator.venue.clock.skew == 60_000)

    with pytest.raises(ccxt.InvalidNonce):
        await client.fetch_balance()
    await client.load_time_difference()
    client.options["adjustForTimeDifference"] = True
    assert (await client.fetch_balance())["total"]["USDT"] == "10000"


async def test_account_is_wiped(emulator, client):
    await place(client)
    emulator.act({"act": "wipe", "account": "ann"})

    assert await client.fetch_open_orders(btc(client)) == []
    assert Decimal((await client.fetch_balance())["total"].get("USDT", "0")) == 0


async def test_order_placed_by_hand_is_seen(emulator, client):
    emulator.act(
        {
            "act": "foreign_order",
            "account": "ann",
            "symbol": emulator.exchange.markets[next(iter(emulator.exchange.markets))].symbol,
            "side": "buy",
            "quantity": "0.1",
            "price": "15000",
        }
    )

    assert len(await client.fetch_open_orders(btc(client))) == 1


@pytest.mark.parametrize("emulator", ["binance"], indirect=True)
async def test_missing_frame_of_depth_is_a_gap(emulator, client):
    await client.watch_order_book(btc(client))
    emulator.faults.add({"on": "stream.depth", "do": "drop", "times": 3})

    with pytest.raises(ccxt.ChecksumError):
        await watch_many_books(client)


async def watch_many_books(client):
    for _ in range(200):
        await client.watch_order_book(btc(client))


@pytest.mark.parametrize("emulator", ["bybit"], indirect=True)
async def test_missing_frame_of_depth_shows_in_the_numbers(emulator, client):
    numbers = []
    handle = client.handle_order_book

    def tapped(socket, message):
        numbers.append(message["data"]["u"])
        handle(socket, message)

    client.handle_order_book = tapped
    await client.watch_order_book(btc(client))
    emulator.faults.add({"on": "stream.depth", "do": "drop", "after": 2})
    await until(lambda: len(numbers) > 5)

    steps = [after - before for before, after in itertools.pairwise(numbers)]
    assert max(steps) == 2
    assert set(steps) == {1, 2}


@pytest.mark.parametrize("emulator", ["binance"], indirect=True)
async def test_cut_query_is_sent_twice_by_the_client_itself(emulator, client):
    # aiohttp repeats idempotent requests on a kept connection that is cut: DELETE among them.
    order = await place(client)
    emulator.faults.add({"on": "order.cancel", "do": "cut"})

    with pytest.raises(ccxt.OrderNotFound):
        await client.cancel_order(order["id"], btc(client))

    assert [seen.operation for seen in emulator.seen].count("order.cancel") == 2
    assert orders(emulator)[0].status.value == "CANCELED"
