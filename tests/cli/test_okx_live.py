"""A pod on paper at an emulated OKX, and three times again from the recording."""

import pytest

from brokers.emulators.settings import EmulatorSettings
from feeds.live.connect import Door
from feeds.live.recording import files_of
from magents.cli.live_running import Plan, at_venue, run_live
from magents.cli.replay_parts import parts_of, replay_parts
from magents.cli.resolving import resolved
from magents.config import load
from tests.emulators_rig import threaded_emulator

pytestmark = [pytest.mark.wall, pytest.mark.slow]
CONFIG = """
global: {currency: USDT, initial_capital: 100000}
live: {venues: [okx], symbols: [BTC/USDT], bar: 1s, warmup: 0}
strategies: {ma: {fast_window: 2, slow_window: 3, position_fraction: 0.1}}
"""


def test_paper_at_okx_trades_and_its_recording_gives_the_same_digest_three_times(tmp_path):
    (tmp_path / "fund.yaml").write_text(CONFIG)
    run = tmp_path / "run"
    run.mkdir()
    with threaded_emulator(EmulatorSettings(venue="okx", speed=60)) as emulator:
        where = dict.fromkeys(emulator.hosts, ("127.0.0.1", emulator.port))
        plan = Plan(
            "paper", run, 15.0, {"okx": Door(where, emulator.ca_pem.decode())}, at_venue=at_venue
        )
        lived = run_live(resolved(load(tmp_path / "fund.yaml", {})), plan).result
        keyless = {seen.account for seen in emulator.seen}
    assert lived.fills
    assert keyless == {""}

    for number in range(3):
        folder = tmp_path / f"replay-{number}"
        folder.mkdir()
        parts = parts_of(files_of(run), None, {}, run / "journal.sqlite")
        assert replay_parts(parts, folder).digest == lived.digest
