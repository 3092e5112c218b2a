"""Perpetuals at emulated Kraken futures, Bybit and OKX: positions, profit, fees and funding."""

from decimal import Decimal

import msgspec
import pytest

from brokers.ccxt_sandbox.kraken import Pool
from brokers.ccxt_sandbox.truth.messages import (
    Change,
    Place,
    ToldAdopted,
    ToldChange,
    ToldFill,
    ToldForeign,
    ToldNote,
    ToldPaid,
)
from brokers.ccxt_sandbox.truth.rows import Intent
from brokers.ccxt_sandbox.venue import client_id
from magents.model.orders import OrderType, Side, TimeInForce
from tests.brokers.sandbox.bench import bench, venue

pytestmark = [pytest.mark.wall, pytest.mark.slow]
ACTS = "PF_XBTUSD"
PLACES = [
    ("krakenfutures", None),
    ("bybit", "BTC/USDT:USDT"),
    ("okx", "BTC/USDT:USDT"),
    ("binanceusdm", "BTC/USDT:USDT"),
]
NAMES = [name for name, _ in PLACES]
KRAKEN = pytest.mark.parametrize("at", PLACES[:1], indirect=True, ids=["krakenfutures"])


@pytest.fixture(params=PLACES, ids=NAMES)
async def at(request, tmp_path):
    name, symbol = request.param
    async with (
        venue(name) as (emulator, keys),
        bench(emulator, keys, tmp_path, symbol=symbol) as found,
    ):
        await found.orderly()
        yield found


def act(at, what, **how):
    """Do something to the venue in the perpetual of the session."""
    if what == "foreign_order":
        how["account"] = "alice"
    return at.emulator.act({"act": what, "symbol": at.theirs.symbol, "kind": "linear", **how})


def send(at, name, **how):
    """Send an order that is not of the usual kind."""
    values = {"side": Side.BUY, "quantity": Decimal("0.01"), "type": OrderType.LIMIT, **how}
    values["quantity"] = at.units(values["quantity"])
    intent = Intent(
        at.session.now(),
        client=client_id("run", name),
        order=name,
        pod="pod",
        instrument=at.market.symbol,
        symbol=at.market.symbol,
        **values,
    )
    at.session.offer(Place(intent))
    return intent


async def trade(at, side, quantity):
    intent = at.place(side, quantity)
    await at.until(lambda: at.filled(intent) == Decimal(quantity))
    return intent


async def test_long_short_and_flat_again_leave_what_the_venue_has_to_the_cent(at):
    for side, quantity in (("buy", "0.03"), ("sell", "0.05"), ("sell", "0.01"), ("buy", "0.03")):
        await trade(at, side, quantity)
    held = at.held()
    at.check()

    assert held[at.market.symbol] == 0
    assert abs(held[at.market.quote] - at.expected()[at.market.quote]) < Decimal("1e-6")
    assert held[at.market.quote] < 100_000  # fees, and the spread


async def test_funding_is_booked_once_with_what_the_venue_says(at):
    await trade(at, "buy", "0.05")
    before = at.held()[at.market.quote]
    act(at, "funding", rate="0.01")
    paid = at.held()[at.market.quote] - before
    await at.until(lambda: at.machine.truth.paid)
    (told,) = [news.paid for news in at.news if isinstance(news, ToldPaid)]
    at.check()

    assert paid < -5
    assert abs(told.amount - paid) < Decimal("1e-6")
    assert len(at.machine.truth.paid) == 1


@pytest.mark.parametrize(("name", "symbol"), PLACES, ids=NAMES)
async def test_funding_that_was_due_while_nobody_ran_is_booked_once_when_somebody_does(
    name, symbol, tmp_path
):
    async with venue(name) as (emulator, keys):
        async with bench(emulator, keys, tmp_path, symbol=symbol) as at:
            await at.orderly()
            await trade(at, "buy", "0.05")
        before = at.held()[at.market.quote]
        for rate in ("0.01", "-0.004"):
            act(at, "funding", rate=rate)
        async with bench(emulator, keys, tmp_path, symbol=symbol) as again:
            await again.until(lambda: len(again.machine.truth.paid) == 2)
            await again.orderly()
            again.check()
        async with bench(emulator, keys, tmp_path, symbol=symbol) as third:
            await third.orderly()
    told = [news for news in again.news if isinstance(news, ToldPaid)]

    paid = again.held()[at.market.quote] - before
    assert abs(sum(each.paid.amount for each in told) - paid) < Decimal("1e-6")
    assert all(set(each.held) == {"pod"} for each in told)
    assert not any(isinstance(news, ToldPaid) for news in third.news)
    assert len(third.machine.truth.paid) == 2


@pytest.mark.parametrize("at", PLACES[1:3], indirect=True, ids=NAMES[1:3])
async def test_funding_of_a_month_ago_is_told_by_the_venues_that_tell_a_week_at_once(at):
    venue, day = at.emulator.venue, 86_400_000
    act(at, "foreign_order", side="buy", quantity="0.01")
    act(at, "funding", rate="0.001")
    (paid,) = venue.fundings
    ages = (30, 29, 15, 8, 3)
    older = [paid._replace(time=paid.time - n * day, number=n) for n in ages]
    venue.fundings.extendleft(reversed(older))
    since = (paid.time - 31 * day) * 1_000_000
    found = await at.gateway._lookups._payments(since)

    assert [each.at // 1_000_000 for each in sorted(found, key=lambda each: each.at)] == [
        each.time for each in (*older, paid)
    ]
    assert {each.amount for each in found} == {paid.amount}


@pytest.mark.parametrize("at", [PLACES[1], PLACES[3]], indirect=True, ids=[NAMES[1], NAMES[3]])
async def test_trades_of_weeks_ago_are_told_by_the_venues_that_tell_a_week_at_once(at):
    day, now = 86_400_000, at.emulator.venue.clock.now()
    ages = (20, 12, 9, 1)
    for _ in ages:
        act(at, "foreign_order", side="buy", quantity="0.01")
    for days, order in zip(ages, at.emulator.exchange.registry.all("alice"), strict=True):
        order.fills = [msgspec.structs.replace(f, time=now - days * day) for f in order.fills]
    found = await at.gateway._lookups.trades(at.market.symbol, (now - 21 * day) * 1_000_000)

    there = [f.time for o in at.emulator.exchange.registry.all("alice") for f in o.fills]
    assert sorted(each.at // 1_000_000 for each in found) == sorted(there)


async def test_position_of_a_stranger_is_the_houses_and_so_is_what_he_closes(at):
    act(at, "foreign_order", side="sell", quantity="0.02")
    await at.until(lambda: at.machine.truth.fills)
    act(at, "foreign_order", side="buy", quantity="0.02")
    await at.until(lambda: len(at.machine.truth.fills) >= 2)
    at.check()

    strange = [news.fill.quantity for news in at.news if isinstance(news, ToldForeign)]
    assert sum(strange) == 0
    assert not [news for news in at.news if isinstance(news, ToldAdopted) and "BTC" in news.asset]


async def test_position_there_at_the_start_is_taken_over_with_what_it_has_cost(tmp_path):
    async with venue("krakenfutures") as (emulator, keys):
        order = {"act": "foreign_order", "account": "alice", "symbol": ACTS, "quantity": "0.02"}
        emulator.act({**order, "side": "sell"})
        async with bench(emulator, keys, tmp_path) as at:
            await at.orderly()
            adopted = at.machine.truth.adopted
            await trade(at, "buy", "0.01")
            at.expected()
            held = at.held()

            assert adopted[at.market.symbol] == Decimal("-0.02")
            assert held[at.market.symbol] == Decimal("-0.01")
            assert abs(held[at.market.quote] - at.expected()[at.market.quote]) < Decimal("0.01")
            strange = [news for news in at.news if isinstance(news, ToldForeign)]
            assert not strange  # the stream begins with old fills


async def test_account_that_was_reset_stops_new_orders(at):
    await trade(at, "sell", "0.01")
    at.emulator.act({"act": "wipe", "account": "alice"})
    await at.until(lambda: at.machine.truth.frozen)
    late = at.place("sell", "0.01")
    await at.until(lambda: at.states(late) == ["rejected"])

    assert any(isinstance(n, ToldNote) and "begin a new run" in n.text for n in at.news)


@pytest.mark.parametrize("fault", ["drop", "duplicate", "reorder", "cut"])
async def test_frames_that_lack_or_come_twice_or_late_change_nothing(at, fault):
    at.emulator.faults.add({"on": "stream.orders", "do": fault, "times": 6})
    for side in ("buy", "sell", "sell", "buy"):
        await trade(at, side, "0.01")
    await at.until(lambda: not at.machine.truth.open)
    await at.orderly()
    at.check()

    assert at.held()[at.market.symbol] == 0


@KRAKEN
async def test_order_that_does_not_wait_does_not_wait(at):
    intent = send(at, "ioc", limit=Decimal(15_000), tif=TimeInForce.IOC)
    await at.until(lambda: at.order(intent) is not None and at.order(intent).final)

    assert not at.open_at_venue()
    assert at.states(intent)[-1] in {"rejected", "cancelled"}


@pytest.mark.parametrize("at", PLACES[:3], indirect=True, ids=NAMES[:3])
async def test_size_and_price_are_changed_in_place_after_a_part_was_filled(at):
    intent = at.place("buy", "0.02", limit=15_000)
    await at.until(lambda: at.states(intent) == ["accepted"])
    at.emulator.act({"act": "fill", "account": "alice", "client_id": intent.client, "part": 0.5})
    await at.until(lambda: at.filled(intent) == Decimal("0.01"))
    at.session.offer(Change(intent.order, at.units("0.05"), Decimal(15_001)))
    await at.until(lambda: any(isinstance(n, ToldChange) for n in at.news))
    (order,) = at.open_at_venue()

    assert (order.quantity, order.price) == (Decimal("0.05"), 15_001)
    assert at.order(intent).quantity == at.units("0.05")
    at.drop(intent)
    await at.until(lambda: at.order(intent).final)
    at.check()


async def test_reduce_only_closes_and_never_opens(at):
    await trade(at, "buy", "0.01")
    how = {"side": Side.SELL, "type": OrderType.MARKET, "reduce_only": True}
    close = send(at, "close", quantity=Decimal("0.03"), **how)
    await at.until(lambda: at.filled(close) == Decimal("0.01"))
    await at.until(lambda: at.order(close).final)
    again = send(at, "again", quantity=Decimal("0.03"), **how)
    await at.until(lambda: at.order(again) is not None and at.order(again).final)

    assert at.held()[at.market.symbol] == 0
    assert at.states(again) == ["rejected"]


@KRAKEN
async def test_fee_the_table_of_ccxt_has_wrongly_is_put_right_by_the_log(at):
    traded = at.emulator.exchange.markets[f"linear:{ACTS}"]
    assert traded.taker == Decimal("0.0005")
    for found in at.exchange.markets_by_id[ACTS]:
        found["taker"] = "0.001"
    at.emulator.faults.add({"on": "stream.orders", "do": "drop", "times": 0})
    intent = await trade(at, "buy", "0.02")
    await at.until(lambda: at.machine.truth.paid)

    (fill,) = [n.fill for n in at.news if isinstance(n, ToldFill)]
    (mended,) = [n for n in at.news if isinstance(n, ToldPaid)]
    assert fill.fee == fill.price * Decimal("0.00002")
    assert mended.intent.order == intent.order
    assert abs(mended.paid.amount - fill.price * Decimal("0.00001")) < Decimal("1e-6")
    at.check()


@KRAKEN
async def test_venue_without_histories_is_traded_and_its_money_not_compared(tmp_path, at):
    for on in ("log", "orders"):
        at.emulator.faults.add({"on": on, "do": "status", "status": 404, "times": 0})
    at.emulator.faults.add({"on": "stream.orders", "do": "drop", "times": 0})
    await trade(at, "buy", "0.01")
    resting = at.place("buy", "0.02", limit=15_000)
    await at.until(lambda: at.states(resting) == ["accepted"])
    at.emulator.act({"act": "fill", "account": "alice", "client_id": resting.client, "part": 0.5})
    at.drop(resting)
    await at.until(lambda: at.order(resting).final)
    at.emulator.act({"act": "funding", "symbol": ACTS, "rate": "0.01"})
    await at.orderly()

    assert at.filled(resting) == Decimal("0.01")
    assert at.states(resting)[-1] == "cancelled"
    assert not at.machine.truth.paid
    assert not at.machine.truth.frozen
    assert at.held()[at.market.symbol] == at.expected()[at.market.symbol] == Decimal("0.02")


@KRAKEN
async def test_more_fills_than_a_page_are_all_found(at, tmp_path):
    lookups = at.gateway._lookups
    for _ in range(60):
        for side in ("buy", "sell"):
            act = {"account": "alice", "symbol": ACTS, "side": side, "quantity": "0.001"}
            at.emulator.act({"act": "foreign_order", **act})
    found = await lookups.trades(at.market.symbol, at.machine.truth.began)

    theirs = [f for o in at.emulator.exchange.registry.all("alice") for f in o.fills]
    assert len(found) == len(theirs) >= 120


def test_tokens_for_histories_are_kept_for_looking_up_orders():
    pool = Pool()
    taken = sum(pool.take(3, keep=40) for _ in range(100))

    assert taken == 20
    assert pool.take(1)
