"""Live funds in processes of their own, watched: commands arrive, are kept, and replay."""

import asyncio
import json
import subprocess
import sys

import pytest

from magents.journal.reading import read
from magents.model.controls import FlattenPod, HaltPod, Kill, Pause, ResumePod, SetLimit, Stop
from magents.model.records import Command, Fill
from magents.model.snapshots import Wish
from tests.control.beside import Beside, environment, magents

pytestmark = [pytest.mark.wall, pytest.mark.slow]

FUND = """
global: {currency: USDT, initial_capital: 50000}
live: {venues: [binance], symbols: [BTC/USDT], bar: 1s, warmup: 0}
strategies: {ma: {fast_window: 2, slow_window: 3, position_fraction: 0.1}}
"""
COMMANDS = [
    (HaltPod("ma"), lambda frame: pod(frame).state == "halted"),
    (ResumePod("ma"), lambda frame: pod(frame).state == "trading"),
    (SetLimit("", "gross", 0.9), lambda frame: gross(frame) == 0.9),
    (FlattenPod("ma"), lambda frame: pod(frame).state == "flat"),
    (Kill(), lambda frame: "killed by test" in frame.head.killed),
]
"""What is commanded one after the other, and by what a screen sees that it was done."""


def pod(frame):
    (row,) = frame.pods
    return row


def gross(frame):
    return next(use.limit for use in frame.risk.limits if use.rule == "gross")


@pytest.fixture
def home(tmp_path):
    """Return a home with a fund to run, on a machine with an exchange."""
    (tmp_path / "fund.yaml").write_text(FUND, "utf-8")
    command = ["demo-exchange", "--venue", "binance", "--port", "0", "--speed", "30"]
    with subprocess.Popen(
        [sys.executable, "-m", "magents", *command],
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        for line in process.stderr:
            if "Ctrl-C" in line:
                break
        yield tmp_path
        process.kill()


async def seen(link, wish, what):
    """Look until there is something to see; return that frame."""
    clock = asyncio.get_running_loop().time
    until = clock() + 40
    while not what(frame := await link.frame(wish)):
        assert clock() < until, frame
        await asyncio.sleep(0.02)
    return frame


async def command_it(fund):
    """Wait for a trade, give every command and see what comes of it; return frames by the way."""
    link = fund.link()
    try:
        traded = await seen(link, Wish("blotter"), lambda frame: frame.fills)
        data = (await link.frame(Wish("data"))).data
        time = await link.send(Pause())
        for command, done in COMMANDS:
            answer = await link.send(command)
            assert answer.ok, answer
            last = await seen(link, Wish("risk"), done)
        await link.send(Stop())
    finally:
        await link.close()
    fund.end()
    return traded, data, time, last


def commands_in(run):
    told = [entry for _, entry in read(run / "journal.sqlite", kind="command")]
    return [(each.command, each.pod, each.rule, each.limit, each.by, each.ts) for each in told]


@pytest.mark.parametrize("mode", ["paper", "sandbox"])
async def test_commands_of_a_screen_reach_a_live_fund_and_are_kept(home, mode):
    with Beside(home, run=(mode, "--demo", "--config", str(home / "fund.yaml"))) as fund:
        traded, data, time, last = await command_it(fund)
    run = home / "results" / f"{mode}-0001"
    entries = [entry for _, entry in read(run / "journal.sqlite")]
    commands = [entry for entry in entries if isinstance(entry, Command)]
    fills = [entry for entry in entries if isinstance(entry, Fill)]

    assert traded.head.mode == mode
    venue = next(row for row in data.feeds if row.source == "binance")
    assert (venue.state, venue.gaps) == ("ok", 0)
    assert venue.rate > 0
    assert data.offset is not None
    assert not time.ok
    assert "real time" in time.text
    told = ["halt", "resume", "limit", "flatten", "kill"]
    assert [each.command for each in commands] == told
    assert all(each.by.startswith("test") for each in commands)
    assert commands == sorted(commands, key=lambda each: each.ts)
    assert (pod(last).state, pod(last).working) == ("flat", 0)
    assert pod(last).gross < 1e-4  # a fee in coins leaves less than a lot
    assert [fill for fill in fills if fill.ts > commands[-1].ts] == []


async def test_recording_of_a_commanded_session_replays_to_its_digest(home):
    with Beside(home, run=("paper", "--demo", "--config", str(home / "fund.yaml"))) as fund:
        await command_it(fund)
        digest = fund.summary("paper-0001")["digest"]
    results = home / "results"
    done = magents(home, "replay", "paper-0001", "--report-dir", str(results))
    again = magents(home, "replay", "paper-0001", "--report-dir", str(results), "--json")

    assert "the journal is the session's, record by record" in done.stderr
    assert json.loads(again.stdout)["digest"] == digest
    assert commands_in(results / "replay-0001") == commands_in(results / "paper-0001") != []
