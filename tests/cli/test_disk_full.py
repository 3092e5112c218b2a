"""A disk that is full, by a real limit on files: said in one sentence, and nothing is left open."""

import subprocess
import sys

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from feeds.live.recording import read_frames
from magents.journal.reading import read
from tests.cli.sandbox_process import ROOT, lay_down, magents, said_at_the_end

pytestmark = [pytest.mark.wall, pytest.mark.slow]
RESTING = """
from pods.base import Pod


class RestingPod(Pod):
    \"\"\"Rests an order at each bar.\"\"\"

    async def run(self, desk):
        (name,) = desk.instruments
        async for bar in desk.bars(name):
            await desk.buy(name, 0.001, limit=round(bar.close * 0.97, 2))
"""
CONFIG = """
global: {currency: USDT, initial_capital: 50000}
live: {venues: [binance], symbols: [BTC/USDT], bar: 1s, warmup: 0}
"""
RECORD = """
import resource, sys
from pathlib import Path
from feeds.live.frames import Frame, Kind
from feeds.live.recording import Recorder, RecordingError
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
recorder = Recorder(Path(sys.argv[1]))
try:
    for number in range(100_000):
        text = str(hash((number, "x"))) * 20
        recorder.write(Frame(number, number, number, "", Kind.END, "", text))
        if not number % 50:
            recorder.flush()
except RecordingError as error:
    print(error)
recorder.close()
"""


async def runs_out(home, command, bytes_, emulator):
    keys = emulator.account("alice", {"USDT": "100000"})
    lay_down(home, emulator, keys, CONFIG)
    (home / "rest.py").write_text(RESTING)
    how = ("--demo", "--config", "fund.yaml", "--strategies", "rest.py:RestingPod")
    limit = ("prlimit", f"--fsize={bytes_}")
    run = await magents(home, command, *how, "--duration", "50s", under=limit)
    return await said_at_the_end(run, 58)


@pytest.mark.parametrize(
    ("command", "bytes_"), [("sandbox", 120_000), ("sandbox", 60_000), ("paper", 60_000)]
)
async def test_a_run_ends_with_one_sentence_and_no_open_order(tmp_path, command, bytes_):
    async with open_emulator(EmulatorSettings(venue="binance", speed=30)) as emulator:
        code, said = await runs_out(tmp_path, command, bytes_, emulator)
        assert code == 1, said
        assert "cannot be written" in said.splitlines()[-1]
        assert "Traceback" not in said
        assert not emulator.exchange.registry.open("alice")
    journal = tmp_path / "results" / f"{command}-0001" / "journal.sqlite"
    assert list(read(journal)), "what was written before is whole"


def test_a_recording_that_cannot_be_written_is_said_and_whole_until_there(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", RECORD, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "cannot be written: File too large" in done.stdout
    frames = list(read_frames(tmp_path / "0001.jsonl.zst"))
    assert [frame.seq for frame in frames] == list(range(len(frames)))
    assert len(frames) > 50
