"""A whole sandbox run, killed by SIGKILL while it trades, and gone on with: nothing is lost."""

from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.journal.past import past_of
from magents.journal.reading import read
from magents.model.orders import Order
from magents.model.records import Fill
from tests.cli.sandbox_process import lay_down, sandbox, traded

pytestmark = [pytest.mark.wall, pytest.mark.slow]


@pytest.mark.parametrize("venue", ["binance", "okx", "alpaca"])
async def test_a_run_killed_while_it_trades_goes_on_with_every_fill_and_no_order_twice(
    venue, tmp_path
):
    async with open_emulator(EmulatorSettings(venue=venue, speed=30)) as emulator:
        money = {"USDT": "100000", "USD": "100000", "BTC": "1"}
        keys = emulator.account("alice", money)
        lay_down(tmp_path, emulator, keys)
        first = await sandbox(tmp_path, "--quiet", "--config", "fund.yaml")
        await traded(emulator, 2)
        first.kill()
        await first.communicate()
        again = await sandbox(tmp_path, "--quiet", "--resume", "sandbox-0001", "--duration", "8s")
        said, _ = await again.communicate()
        assert again.returncode == 0, said.decode()
        journal = tmp_path / "results" / "sandbox-0001" / "journal.sqlite"
        entries = [entry for _, entry in read(journal)]
        theirs = emulator.exchange.registry.all("alice")
        wallet = emulator.exchange.wallets.of("alice")

    equity = pq.read_table(tmp_path / "results" / "sandbox-0001" / "equity.parquet")
    fills = [entry.ts for entry in entries if isinstance(entry, Fill)]
    seen = equity.column("time").cast("int64").to_pylist()
    # The curve goes on from the first process, which was killed, to the end of the second.
    # Elsewhere orders may fill, and the process die, before the first point is made.
    assert venue != "binance" or seen[0] < fills[0]
    assert venue != "binance" or seen[-1] - seen[0] > 8_000_000_000
    names = [entry.id for entry in entries if isinstance(entry, Order)]
    fills = [entry for entry in entries if isinstance(entry, Fill)]
    assert len(names) == len(set(names))
    assert len({order.ask.client_id for order in theirs}) == len(theirs)
    assert len(fills) == sum(len(order.fills) for order in theirs)
    assert [fill.id for fill in fills] == list(range(1, len(fills) + 1))
    assert past_of(journal).open == {}
    bought = sum((fill.quantity for fill in fills), Decimal(0))
    kept = [entry.units for entry in entries if getattr(entry, "cause", "") == "fee"]
    # Where lots have eight digits, what is kept of a trade has more; eight of them are booked.
    off = abs(wallet.total("BTC") - (1 + bought + sum(kept, Decimal(0))))
    assert off <= (0 if venue == "binance" else Decimal("1e-7"))
