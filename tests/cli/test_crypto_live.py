"""The crypto pods, live on paper against an emulated Bybit, and again from the recording."""

import pytest

from brokers.emulators.settings import EmulatorSettings
from feeds.live.connect import Door
from feeds.live.recording import files_of
from magents.cli.live_running import Plan, at_venue, run_live
from magents.cli.replay_parts import parts_of, replay_parts
from magents.cli.resolving import resolved
from magents.config import load
from magents.journal.reading import read
from tests.emulators_rig import threaded_emulator

pytestmark = [pytest.mark.wall, pytest.mark.slow]
SPOT, PERP = "BTC/USDT", "BTC/USDT:USDT"
PODS = {"crypto/trend", "crypto/basis", "crypto/funding"}
# Funding was negative in the hours that are recorded: the pod is told to take it all the same.
CONFIG = """
global: {currency: USDT, initial_capital: 100000}
live: {venues: [bybit], symbols: [BTC/USDT, "BTC/USDT:USDT"], bar: 1s}
strategies:
  crypto/trend: {entry_window: 8, exit_window: 3}
  crypto/basis: {window: 8, entry: 1.0, edge_bps: 0.5}
  crypto/funding: {entry: -0.01, leave: -0.02}
"""


def test_all_three_pods_trade_live_and_the_replay_has_the_same_digest(tmp_path):
    (tmp_path / "fund.yaml").write_text(CONFIG)
    run = tmp_path / "run"
    run.mkdir()
    market = EmulatorSettings(venue="bybit", speed=60, funding_minutes=0.1)
    with threaded_emulator(market) as emulator:
        where = dict.fromkeys(emulator.hosts, ("127.0.0.1", emulator.port))
        door = Door(where, emulator.ca_pem.decode())
        plan = Plan("paper", run, 25.0, {"bybit": door}, at_venue=at_venue)
        lived = run_live(resolved(load(tmp_path / "fund.yaml", {})), plan).result
    traded = {fill.pod: set() for fill in lived.fills}
    for fill in lived.fills:
        traded[fill.pod].add(fill.instrument)
    assert set(traded) == PODS
    assert traded["crypto/funding"] == {SPOT, PERP}
    assert lived.halts == []
    assert {flow.cause for flow in lived.flows} == {"funding"}

    again = replay_parts(parts_of(files_of(run), None, {}, run / "journal.sqlite"), _made(tmp_path))
    assert again.digest == lived.digest
    kept = [entry for _, entry in read(run / "journal.sqlite", kind="cash")]
    assert list(again.flows) == kept


def _made(tmp_path):
    folder = tmp_path / "replay"
    folder.mkdir()
    return folder
