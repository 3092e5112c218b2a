"""Swaps at the emulated OKX by unmodified ccxt: contracts, positions, margin, funding."""

import asyncio
from decimal import Decimal

import ccxt
import pytest

from brokers.emulators.settings import EmulatorSettings

pytestmark = [pytest.mark.wall, pytest.mark.slow]
FAST = EmulatorSettings(venue="okx", speed=50)
MONEY = {"USDT": "10000"}
BTC, COIN = "BTC/USDT:USDT", "BTC/USDT"
LISTED = "BTC-USDT-SWAP"


def held(emulator):
    market = emulator.exchange.markets[f"linear:{LISTED}"]
    return emulator.exchange.wallets.position("ann", market)


def cash(emulator):
    return emulator.exchange.wallets.of("ann").total("USDT")


async def test_sizes_are_in_contracts_of_a_hundredth_of_a_coin(emulator, client):
    market = client.market(BTC)
    await client.create_order(BTC, "market", "buy", "12.5")
    book = await client.fetch_order_book(BTC, 1)
    (mine,) = (await client.fetch_my_trades(BTC))[-1:]
    last = (await client.fetch_trades(BTC))[-1]
    there = emulator.venue.data[f"linear:{LISTED}"].trades

    assert (market["contractSize"], market["precision"]["amount"]) == ("0.01", "0.01")
    assert held(emulator).size == Decimal("0.125")
    assert mine["fee"]["currency"] == "USDT"
    assert Decimal(mine["amount"]) <= Decimal("12.5")
    assert Decimal(str(book["bids"][0][1])) > 0
    known = {str(each.number): each.quantity for each in there}
    assert Decimal(last["amount"]) == known[last["id"]] * 100


async def test_position_is_told_by_answer_and_by_stream_with_its_sign(emulator, client):
    assert await client.watch_positions([BTC]) == []
    watching = asyncio.ensure_future(client.watch_positions([BTC]))
    await client.create_order(BTC, "market", "sell", "30")
    (told,) = await client.fetch_positions([BTC])
    seen = await asyncio.wait_for(watching, 20)

    there = held(emulator)
    assert there.size == Decimal("-0.3")
    assert (told["side"], Decimal(told["contracts"]), told["marginMode"]) == ("short", 30, "cross")
    assert told["hedged"] is False
    assert abs(Decimal(told["entryPrice"]) - there.entry) < Decimal("1e-9")
    assert seen[-1]["side"] == "short"
    await client.create_order(BTC, "market", "buy", "30")
    assert await client.fetch_positions() == []


async def test_open_profit_is_in_the_equity_and_not_in_the_cash(emulator, client):
    await client.create_order(BTC, "market", "buy", "50")
    emulator.act({"act": "move", "symbol": LISTED, "kind": "linear", "price": "17900"})
    emulator.venue.beat()
    balance = await client.fetch_balance()
    (row,) = balance["info"]["data"][0]["details"]

    assert Decimal(row["cashBal"]) == cash(emulator)
    assert Decimal(balance["USDT"]["total"]) == Decimal(row["cashBal"]) + Decimal(row["upl"])
    assert Decimal(row["imr"]) == held(emulator).margin()
    assert Decimal(balance["USDT"]["free"]) < Decimal(balance["USDT"]["total"])


async def test_leverage_is_chosen_and_margin_refuses_what_is_too_much(emulator, client):
    with pytest.raises(ccxt.InsufficientFunds, match="51008"):
        await client.create_order(BTC, "market", "buy", "800")
    await client.set_leverage(25, BTC, {"mgnMode": "cross"})
    await client.create_order(BTC, "market", "buy", "800")
    told = await client.fetch_leverage(BTC, {"mgnMode": "cross"})

    assert held(emulator).size == 8
    assert told["longLeverage"] == 25
    with pytest.raises(ccxt.ExchangeError, match="59102"):
        await client.set_leverage(120, BTC, {"mgnMode": "cross"})


@pytest.mark.parametrize(
    ("params", "code"), [({"marginMode": "isolated"}, "51010"), ({"posSide": "long"}, "51000")]
)
async def test_what_the_account_does_not_have_is_refused(emulator, client, params, code):
    with pytest.raises(ccxt.ExchangeError, match=code):
        await client.create_order(BTC, "limit", "buy", "1", "15000", params)

    assert not emulator.exchange.registry.all("ann")


async def test_funding_is_announced_and_stands_in_the_ledger_once_paid(emulator, client):
    rate = await client.fetch_funding_rate(BTC)
    streamed = await client.watch_funding_rate(BTC)
    history = await client.fetch_funding_rate_history(BTC, limit=5)
    await client.create_order(BTC, "market", "buy", "30")
    before = cash(emulator)
    emulator.act({"act": "funding", "symbol": LISTED, "kind": "linear", "rate": "0.001"})
    (paid,) = await client.fetch_funding_history(BTC)

    assert rate["fundingTimestamp"] % 28_800_000 == 0
    assert streamed["fundingRate"] == rate["fundingRate"]
    assert len(history) == 5
    assert Decimal(paid["amount"]) == cash(emulator) - before < 0
    assert (paid["symbol"], paid["code"], paid["info"]["subType"]) == (BTC, "USDT", "173")


async def test_changes_and_conditions_in_contracts(emulator, client):
    placed = await client.create_order(BTC, "limit", "buy", "10", "15000")
    await client.edit_order(placed["id"], BTC, "limit", "buy", "20", "15001")
    (found,) = await client.fetch_open_orders(BTC)
    (order,) = emulator.exchange.registry.open("ann")
    reduced = {"reduceOnly": True}

    assert (Decimal(found["amount"]), Decimal(found["price"])) == (20, 15001)
    assert order.quantity == Decimal("0.2")
    with pytest.raises(ccxt.ExchangeError, match="51205"):
        await client.create_order(BTC, "limit", "sell", "10", "19000", reduced)


async def test_coin_and_swap_of_one_account_are_apart(emulator, client):
    await client.create_order(BTC, "limit", "buy", "10", "15000")
    await client.create_order(COIN, "limit", "buy", "0.01", "15000")
    swaps = await client.fetch_open_orders(BTC)
    coins = await client.fetch_open_orders(COIN)
    every = await client.fetch_tickers([BTC])

    assert [each["symbol"] for each in (*swaps, *coins)] == [BTC, COIN]
    assert set(every) == {BTC}
