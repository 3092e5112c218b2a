"""Paper, sandbox and the kill switch at exchanges that are none of ours, by ``--doors``."""

from sqlite3 import OperationalError

import pytest

from magents.journal.reading import read
from magents.model.errors import UserError
from magents.model.records import Fill
from tests.cli.sandbox_process import magents, said_at_the_end, until
from tests.strangers.binance import Binance
from tests.strangers.bybit import Bybit
from tests.strangers.standing import standing

pytestmark = [pytest.mark.wall, pytest.mark.slow]
CONFIG = """
global: {{currency: USDT, initial_capital: 50000}}
live: {{venues: [{}], symbols: [BTC/USDT], bar: 1s}}
strategies: {{ma: {{fast_window: 1, slow_window: 2, position_fraction: 0.1}}}}
"""
WHERE = ("--doors", "doors.json", "--quiet", "--config", "fund.yaml")


async def run(home, *arguments):
    return await said_at_the_end(await magents(home, *arguments))


def fills(home, run):
    journal = home / "results" / run / "journal.sqlite"
    return [entry for _, entry in read(journal) if isinstance(entry, Fill)]


def traded(home, run):
    """Return whether a run that may just begin has traded."""
    try:
        return bool(fills(home, run))
    except (UserError, OperationalError):
        return False


def sizes(stranger):
    return [abs(float(fill.get("qty") or fill["execQty"])) for fill in stranger.fills]


async def test_paper_trades_there_and_its_replay_and_parity_are_the_same(tmp_path):
    (tmp_path / "fund.yaml").write_text(CONFIG.format("binance"))
    async with standing(Binance(), tmp_path) as stranger:
        process = await magents(tmp_path, "paper", *WHERE)
        await until(lambda: traded(tmp_path, "paper-0001") or process.returncode is not None)
        process.terminate()
        code, said = await said_at_the_end(process)
        assert code == 0, said
        assert not stranger.orders
    code, said = await run(tmp_path, "replay", "last")
    assert code == 0, said
    assert "the journal is the session's, record by record" in said
    code, said = await run(tmp_path, "parity", "last", "--fitted")
    assert said.splitlines()[1:] == ["every order came out the same: there is nothing to fit"]


@pytest.mark.parametrize("venue", [Binance, Bybit])
async def test_sandbox_orders_there_are_its_orders_and_kill_leaves_none(venue, tmp_path):
    (tmp_path / "fund.yaml").write_text(CONFIG.format(venue.id))
    async with standing(venue(), tmp_path) as stranger:
        process = await magents(tmp_path, "sandbox", *WHERE)
        await until(lambda: len(stranger.fills) > 1 or process.returncode is not None)
        assert process.returncode is None, (await said_at_the_end(process))[1]
        code, said = await run(tmp_path, "kill", "last")
        assert code == 0, said
        process.terminate()
        code, said = await said_at_the_end(process)
        assert code == 0, said
    ours = fills(tmp_path, "sandbox-0001")
    assert [abs(float(fill.quantity)) for fill in ours] == sizes(stranger)
    assert all(order["status"] not in {"NEW", "New"} for order in stranger.orders.values())
    clients = [order["client"] for order in stranger.orders.values()]
    assert len(clients) == len(set(clients)) > 1
