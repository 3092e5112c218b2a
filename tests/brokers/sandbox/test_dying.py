"""A real process, real SIGKILL, real SQLite, real ccxt: death at every step, then going on."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.brokers.sandbox.bench import bench, venue

pytestmark = [pytest.mark.wall, pytest.mark.slow]
HERE = Path(__file__).parent
FOR_EVER = 1_000_000
AT_ONCE = 2


async def live(place, steps):
    """Run the session until it dies at a step, or ends; return code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HERE / "dying.py"), str(place), str(steps)),
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode()


def lay_down(folder, emulator, keys):
    place = folder / "place.json"
    told = {
        "venue": emulator.settings.venue,
        "hosts": list(emulator.hosts),
        "port": emulator.port,
        "ca": emulator.ca_pem.decode(),
        "key": keys.key,
        "secret": keys.secret,
        "password": keys.password,
        "folder": str(folder),
    }
    place.write_text(json.dumps(told))
    return place


async def whole_session(folder, name):
    """Run a session to its end; return what it counted, and how many requests the venue saw."""
    async with venue(name, streams=False) as (emulator, keys):
        code, said = await live(lay_down(folder, emulator, keys), FOR_EVER)
        assert code == 0, said
        return json.loads(said.splitlines()[-1]), len(emulator.seen)


async def dies_and_goes_on(folder, name, step):
    """Die at a step, go on to the end, and compare with the venue."""
    async with venue(name, streams=False) as (emulator, keys):
        place = lay_down(folder, emulator, keys)
        code, said = await live(place, step)
        assert code in {-signal.SIGKILL, 0}, said
        code, said = await live(place, FOR_EVER)
        assert code == 0, said
        assert not emulator.exchange.registry.open("alice")
        async with bench(emulator, keys, folder, stream=False) as after:
            await after.orderly()
            after.check()
            filled = {o.intent.order: o.filled for o in after.machine.truth.orders.values()}
    return filled


@pytest.mark.parametrize("name", ["binance", "bybit"])
async def test_every_commit_and_every_request_of_a_session_has_its_steps(tmp_path, name):
    counted, seen = await whole_session(tmp_path, name)
    assert counted["requests"] == seen
    assert counted["commits"] > 10
    assert counted["steps"] == 2 * (counted["commits"] + counted["requests"])


@pytest.mark.evidence
@pytest.mark.parametrize("name", ["binance", "bybit"])
async def test_a_process_killed_at_any_step_goes_on_without_loss(tmp_path, name):
    counted, _ = await whole_session(tmp_path, name)
    for first in range(1, counted["steps"] + 1, AT_ONCE):
        some = range(first, min(first + AT_ONCE, counted["steps"] + 1))
        ends = await asyncio.gather(*(_in_a_folder(tmp_path, name, step) for step in some))
        assert all(set(end) == {"pod:1", "pod:2", "pod:3"} for end in ends)


async def _in_a_folder(folder, name, step):
    (folder / str(step)).mkdir()
    return await dies_and_goes_on(folder / str(step), name, step)


@pytest.mark.parametrize("name", ["binance", "bybit"])
@pytest.mark.parametrize("step", [19, 30])
async def test_a_process_killed_at_a_step_goes_on_without_loss(tmp_path, name, step):
    assert set(await dies_and_goes_on(tmp_path, name, step)) == {"pod:1", "pod:2", "pod:3"}
