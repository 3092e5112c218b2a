"""``magents kill`` of a run whose loop a busy coroutine holds, and of one that is suspended."""

import json
import signal

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.journal.reading import read
from magents.model.orders import Order
from tests.cli.sandbox_process import lay_down, magents, said_at_the_end, sandbox, until

pytestmark = [pytest.mark.wall, pytest.mark.slow]
RUN = "sandbox-0001"
STUCK = '''
from pathlib import Path
from pods.base import Pod


class StuckPod(Pod):
    """Rests three orders, holds the loop until a file is there, and orders again."""

    async def run(self, desk):
        (name,) = desk.instruments
        placed = []
        async for bar in desk.bars(name):
            if not placed:
                limit = round(bar.close * 0.97, 2)
                placed = [await desk.buy(name, 0.01, limit=limit) for _ in range(3)]
            elif len([live for live in desk.orders if live.state.value == "accepted"]) == 3:
                break
        Path("blocked").touch()
        while not Path("free").exists():
            pass
        await desk.buy(name, 0.01)
        async for bar in desk.bars(name):
            await desk.buy(name, 0.01)
'''
CONFIG = """
global: {currency: USDT, initial_capital: 50000}
live: {venues: [binance], symbols: [BTC/USDT], bar: 1s, warmup: 0}
"""


async def resting(home, emulator):
    """Start a run with three resting orders."""
    keys = emulator.account("alice", {"USDT": "100000"})
    lay_down(home, emulator, keys, CONFIG)
    (home / "stuck.py").write_text(STUCK)
    how = ("--config", "fund.yaml", "--strategies", "stuck.py:StuckPod", "--duration", "60s")
    run = await sandbox(home, *how)
    await until((home / "blocked").exists)
    assert len(emulator.exchange.registry.open("alice")) == 3
    return run


def decided(home):
    """Return the orders that the fund let through."""
    journal = home / "results" / RUN / "journal.sqlite"
    return [entry for _, entry in read(journal) if isinstance(entry, Order)]


async def test_the_market_is_cleared_while_the_loop_is_busy_and_nothing_leaves_after(tmp_path):
    async with open_emulator(EmulatorSettings(venue="binance")) as emulator:
        run = await resting(tmp_path, emulator)
        beat = tmp_path / "results" / RUN / "heartbeat.json"
        before = json.loads(beat.read_text())["turns"]
        code, said = await said_at_the_end(await magents(tmp_path, "kill", RUN))
        assert code == 0, said
        assert said.count("cancelled mag") == 3
        assert not emulator.exchange.registry.open("alice")
        assert json.loads(beat.read_text())["turns"] == before, "it was not blocked"
        placed = len(emulator.exchange.registry.all("alice"))

        (tmp_path / "free").touch()
        await until(lambda: json.loads(beat.read_text())["turns"] > before + 20)
        run.send_signal(signal.SIGINT)
        code, said = await said_at_the_end(run)
        assert code == 0, said
        assert "kill switch pulled by" in said
        assert len(emulator.exchange.registry.all("alice")) == placed
    assert len(decided(tmp_path)) >= placed


async def test_the_market_is_cleared_while_the_process_is_suspended(tmp_path):
    async with open_emulator(EmulatorSettings(venue="binance")) as emulator:
        run = await resting(tmp_path, emulator)
        run.send_signal(signal.SIGSTOP)
        code, said = await said_at_the_end(await magents(tmp_path, "kill", RUN))
        assert (code, said.count("cancelled mag")) == (0, 3), said
        assert not emulator.exchange.registry.open("alice")
        run.kill()
        await run.communicate()
        code, said = await said_at_the_end(await sandbox(tmp_path, "--resume", RUN))
        assert code == 2
        assert f"magents kill {RUN} --clear arms it again" in said
