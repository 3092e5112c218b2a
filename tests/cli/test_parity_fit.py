"""Parity of a sandbox session whose latency and slippage are known: the fit finds them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from brokers.emulators.settings import EmulatorSettings
from tests.emulators_rig import threaded_emulator

pytestmark = [pytest.mark.wall, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
LATE_MS, SLIP_BPS = 400, 25
POD = """
from pods.base import Pod


class Turner(Pod):
    async def run(self, desk):
        buys = True
        while True:
            await desk.clock.until(desk.clock.now() + 900_000_000)
            if buys:
                await desk.buy("BTC/USDT", 0.01)
            else:
                await desk.sell("BTC/USDT", 0.009)
            buys = not buys
"""
CONFIG = """
global: {{currency: USDT, initial_capital: 50000}}
live: {{venues: [binance], symbols: [BTC/USDT], bar: 1s, warmup: 0}}
strategies: {{"{pod}:Turner": {{}}}}
"""


def lay_down(home, emulator, keys):
    demo = home / ".magents" / "demo"
    demo.mkdir(parents=True)
    (demo / "ca.pem").write_bytes(emulator.ca_pem)
    door = {"host": "127.0.0.1", "port": emulator.port, "hosts": list(emulator.hosts)}
    (demo / "demo.json").write_text(
        json.dumps({"binance": {**door, "key": keys.key, "secret": keys.secret}})
    )
    (home / "turner.py").write_text(POD)
    (home / "fund.yaml").write_text(CONFIG.format(pod=home / "turner.py"))


def magents(home, *arguments):
    where = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "magents", *arguments],
        cwd=home,
        env={**os.environ, **where},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A finished sandbox session at a venue that is late and fills worse than its book."""
    home = tmp_path_factory.mktemp("home")
    faults = ({"on": "order.place", "do": "delay", "seconds": LATE_MS / 1000, "times": 0},)
    market = EmulatorSettings(venue="binance", clock="paced", slip_bps=SLIP_BPS, faults=faults)
    with threaded_emulator(market) as emulator:
        keys = emulator.account("alice", {"USDT": "100000"})
        lay_down(home, emulator, keys)
        ran = magents(home, "sandbox", "--demo", "--config", "fund.yaml", "--duration", "25s")
    assert ran.returncode == 0, ran.stderr
    return home


def test_the_fit_finds_latency_and_slippage_of_the_venue(home):
    told = magents(home, "parity", "sandbox-0001", "--fitted", "--json")
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["offer"]["latency_ms"] == pytest.approx(LATE_MS, abs=80)
    assert found["offer"]["slippage_bps"] == pytest.approx(SLIP_BPS, abs=3)
    assert abs(found["fitted"]["later_ms"]) < 30
    assert abs(found["fitted"]["worse_bps"]) < 1
