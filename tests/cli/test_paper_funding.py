"""Paper on a perpetual of the emulated Bybit: funding is booked, also what was due between runs."""

from decimal import Decimal

import pytest

from brokers.emulators.settings import EmulatorSettings
from feeds.live.connect import Door
from feeds.live.recording import files_of
from magents.cli.live_running import Plan, at_venue, run_live
from magents.cli.replay_parts import parts_of, replay_parts
from magents.cli.replaying import replay_file, settings_of
from magents.cli.resolving import resolved
from magents.config import load
from magents.journal.past import past_of
from magents.journal.reading import read, stored_digest
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


def run(folder, door, seconds, past=None):
    """Run a pod that buys one and holds it, or go on with it; return what came of it."""
    given = {
        "global.currency": "USDT",
        "live.venues": ["bybit"],
        "live.symbols": [NAME],
        "live.book": "quotes",
        "live.warmup": 0,
        "strategies": [f"{folder / 'holder.py'}:Holder"],
    }
    plan = Plan("paper", folder, seconds, {"bybit": door}, at_venue=at_venue, past=past)
    return run_live(resolved(load(None, given)), plan).result


def flows_in(folder):
    return [entry for _, entry in read(folder / "journal.sqlite", kind="cash")]


def replayed(folder):
    (path,) = files_of(folder)
    return replay_file(resolved(settings_of(path, None, {})), path).digest


def paid_at(emulator):
    """Return the instant of the venue's last funding."""
    every = EVERY * SECOND
    return emulator.venue.clock.now() * 1_000_000 // every * every


def test_funding_is_paid_every_interval_also_while_nobody_runs_and_replays_alike(tmp_path):
    (tmp_path / "holder.py").write_text(POD)
    market = EmulatorSettings(venue="bybit", funding_minutes=EVERY / 60)
    with threaded_emulator(market) as emulator:
        where = dict.fromkeys(emulator.hosts, ("127.0.0.1", emulator.port))
        door = Door(where, emulator.ca_pem.decode())
        lived = run(tmp_path, door, 4.0)
        before = flows_in(tmp_path)
        past = past_of(tmp_path / "journal.sqlite")
        ended = paid_at(emulator)
        # Nobody runs until the venue has paid again; there is time to replay.
        assert replayed(tmp_path) == lived.digest
        while paid_at(emulator) == ended:
            assert replayed(tmp_path) == lived.digest
        down = paid_at(emulator)
        result = run(tmp_path, door, 1.5, past)
    flows = flows_in(tmp_path)
    late = [flow for flow in flows if flow.ts % (EVERY * SECOND)]

    assert before
    assert {(flow.cause, flow.units) for flow in flows} == {("funding", Decimal(1))}
    assert lived.flows == tuple(before)
    assert flows[: len(before)] == before
    due = range(before[-1].ts + EVERY * SECOND, down + 1, EVERY * SECOND)
    assert len(late) >= len(due) >= 1
    assert len({flow.ts for flow in flows}) == len(flows)
    told = [notice.text for notice in result.notices if "while nobody ran" in notice.text]
    assert len(told) == len(late)
    parts = parts_of(files_of(tmp_path), None, {}, tmp_path / "journal.sqlite")
    again = tmp_path / "again"
    again.mkdir()
    assert replay_parts(parts, again).digest == stored_digest(tmp_path / "journal.sqlite")[0]
