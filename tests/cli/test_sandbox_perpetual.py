"""A whole sandbox run on perpetuals, killed and gone on with: its ledgers are the venue's."""

import asyncio
import json
import signal
from decimal import Decimal

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.journal.reading import read
from magents.model.records import Adjustment, CashFlow, Fill
from tests.cli.sandbox_process import lay_down, sandbox, traded

pytestmark = [pytest.mark.wall, pytest.mark.slow]
CAPITAL = Decimal(50_000)
CONFIG = """
global: {currency: USD, initial_capital: 50000}
live: {venues: [krakenfutures], symbols: ["BTC/USD:USD"], bar: 1s, warmup: 0}
strategies: {ma: {fast_window: 2, slow_window: 3, position_fraction: 0.1}}
"""
BYBIT = CONFIG.replace("krakenfutures", "bybit").replace("USD:USD", "USDT:USDT")
BYBIT = BYBIT.replace("currency: USD,", "currency: USDT,")
PLACES = {
    "krakenfutures": ("USD", CONFIG),
    "bybit": ("USDT", BYBIT),
    "okx": ("USDT", BYBIT.replace("bybit", "okx")),
    "binanceusdm": ("USDT", BYBIT.replace("bybit", "binanceusdm")),
}


def paid_in_full(entries, face):
    """Return the money there would be if every contract had been paid in full, and the coins."""
    money, units = CAPITAL, Decimal(0)
    for each in entries:
        if isinstance(each, Fill):
            money -= each.quantity * face * each.price + each.commission
            units += each.quantity * face
        elif isinstance(each, CashFlow):
            money += each.amount
        elif isinstance(each, Adjustment):
            money -= each.cost
            units += each.units * face
    return money, units


async def ended(process):
    """End a run as a user does, and return what it said."""
    process.send_signal(signal.SIGINT)
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize(
    "name",
    [
        "krakenfutures",
        "bybit",
        pytest.param("okx", marks=pytest.mark.evidence),
        pytest.param("binanceusdm", marks=pytest.mark.evidence),
    ],
)
async def test_fills_fees_funding_and_profit_in_the_books_are_the_venues_after_a_death(
    name, tmp_path
):
    money, config = PLACES[name]
    settings = EmulatorSettings(venue=name, speed=30, funding_minutes=3 / 60)
    async with open_emulator(settings) as emulator:
        keys = emulator.account("alice", {money: "100000"})
        lay_down(tmp_path, emulator, keys, config)
        first = await sandbox(tmp_path, "--quiet", "--config", "fund.yaml")
        await traded(emulator, 2)
        first.kill()
        await first.communicate()
        again = await sandbox(tmp_path, "--quiet", "--resume", "sandbox-0001")
        await traded(emulator, 6)
        stop = asyncio.ensure_future(ended(again))
        markets = emulator.exchange.markets.values()
        market = next(m for m in markets if (m.base, m.kind) == ("BTC", "linear"))
        wallet = emulator.exchange.wallets.of("alice")
        held = emulator.exchange.wallets.position("alice", market)
        theirs = []
        while not stop.done():  # what the venue pays when the run is over is in nobody's books
            theirs.append(wallet.total(money) - held.cost - CAPITAL)
            await asyncio.sleep(0.02)
        await stop
        run = tmp_path / "results" / "sandbox-0001"
        entries = [entry for _, entry in read(run / "journal.sqlite")]
        orders = emulator.exchange.registry.all("alice")

    fills = [entry for entry in entries if isinstance(entry, Fill)]
    fundings = [entry for entry in entries if isinstance(entry, CashFlow)]
    fees = sum((fill.fee for order in orders for fill in order.fills), Decimal(0))
    ours, units = paid_in_full(entries, market.face)
    assert len(fills) == sum(len(order.fills) for order in orders)
    assert abs(sum((fill.commission for fill in fills), Decimal(0)) - fees) < Decimal("1e-6")
    assert {flow.cause for flow in fundings} == {"funding"}
    assert {flow.pod for flow in fundings} == {"ma"}
    assert units == held.size
    assert min(abs(each - ours) for each in theirs) < Decimal("1e-6")
    assert json.loads((run / "summary.json").read_text())["fund"]["fills"] == len(fills)
