"""Paper on a perpetual of the emulated Bybit: funding is booked, and booked again in the replay."""

import pytest

from brokers.emulators.settings import EmulatorSettings
from feeds.live.connect import Door
from feeds.live.recording import files_of
from magents.cli.live_running import Plan, at_venue, run_live
from magents.cli.replaying import replay_file, settings_of
from magents.cli.resolving import resolved
from magents.config import load
from magents.journal.reading import read
from magents.model.time import SECOND
from tests.emulators_rig import threaded_emulator

pytestmark = [pytest.mark.wall, pytest.mark.slow]
NAME = "BTC/USDT:USDT"
EVERY = 2
POD = f"""
from pods.base import Pod


class Holder(Pod):
    async def run(self, desk):
        async for _ in desk.quotes("{NAME}"):
            if not desk.positions:
                await desk.buy("{NAME}", 1)
            return
"""


def test_funding_is_paid_every_interval_and_the_replay_has_the_same_digest(tmp_path):
    (tmp_path / "holder.py").write_text(POD)
    given = {
        "global.currency": "USDT",
        "live.venues": ["bybit"],
        "live.symbols": [NAME],
        "live.book": "quotes",
        "live.warmup": 0,
        "strategies": [f"{tmp_path / 'holder.py'}:Holder"],
    }
    market = EmulatorSettings(venue="bybit", funding_minutes=EVERY / 60)
    with threaded_emulator(market) as emulator:
        where = dict.fromkeys(emulator.hosts, ("127.0.0.1", emulator.port))
        door = Door(where, emulator.ca_pem.decode())
        plan = Plan("paper", tmp_path, 7.0, {"bybit": door}, at_venue=at_venue)
        lived = run_live(resolved(load(None, given)), plan).result
    flows = [entry for _, entry in read(tmp_path / "journal.sqlite", kind="cash")]
    assert len(flows) >= 2
    assert {flow.cause for flow in flows} == {"funding"}
    assert all(flow.ts % (EVERY * SECOND) == 0 for flow in flows)
    assert lived.flows == tuple(flows)

    (path,) = files_of(tmp_path)
    again = replay_file(resolved(settings_of(path, None, {})), path)
    assert again.digest == lived.digest
