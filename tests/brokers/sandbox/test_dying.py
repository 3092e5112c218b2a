"""A real process, real SIGKILL, real SQLite, real ccxt: death at every step, then going on."""

import asyncio
import itertools
import json
import random
import signal

import pytest

from tests.brokers.sandbox.bench import bench, venue
from tests.brokers.sandbox.dying import NO_PUBLIC_STREAM, PATIENT_MS, lay_down, polled, session
from tests.forks import lives

pytestmark = [pytest.mark.wall, pytest.mark.slow]
STREAMED = ["binance", "bybit", "okx", "krakenfutures", "alpaca"]
POLLED = ["binance", "bybit"]
SESSIONS = {name: (name, session) for name in STREAMED}
SESSIONS |= {f"{name} polled": (name, polled) for name in POLLED}
AT_ONCE = 4
ENOUGH = 8
"""Lives in a row that are over before their step: the session has no more of them."""
ORDERS = {"pod:1", "pod:2", "pod:3"}
LOCAL = {"Bench.until", "Lanes.first", "_gone", "_session", "sleep"}
"""What tasks wait for besides the network: time, work, each other."""
KILLED, WELL = -signal.SIGKILL, 0
CHOSEN = [("POST", 1), ("receive", 7), ("commit: after", 8)]
"""Death with an order half sent, while the stream tells of it, and with its fill just written."""


def counts(folder):
    return json.loads((folder / "counted.json").read_text())


async def whole_session(folder, name):
    """Live a session to its end; return what was counted, here and at the venue."""
    at, work = SESSIONS[name]
    async with venue(at, streams=work is session, limits=False) as (emulator, keys):
        lay_down(folder, emulator, keys)
        code, said = await lives(work, folder, 0)
        assert (code, said) == (WELL, "")
        return counts(folder), len(emulator.seen), emulator.venue.lines.count


async def dies_and_goes_on(folder, name, *deaths):
    """Die at each of some steps, life after life, go on to the end, compare with the venue.

    Returns:
        the names of the steps at which it died.
    """
    at, work = SESSIONS[name]
    folder.mkdir(exist_ok=True)
    died = []
    async with venue(at, streams=work is session, limits=False) as (emulator, keys):
        lay_down(folder, emulator, keys)
        for where in (*deaths, 0):
            code, said = await lives(work, folder, where)
            assert code == KILLED or (code, said) == (WELL, ""), said
            died.append((folder / "died").read_text())
        assert code == WELL
        assert not emulator.exchange.registry.open("alice")
        async with bench(emulator, keys, folder, stream=False, timeout_ms=PATIENT_MS) as after:
            await after.orderly()
            after.check()
            assert {o.intent.order for o in after.machine.truth.orders.values()} == ORDERS
    return set(filter(None, died))


async def all_of(folder, name, ways):
    """Go ways, some at once, until no more are left or lives are over before they come to them.

    Returns:
        where it died, and what went wrong by way.
    """
    left, died, wrong, lived = iter(ways), set(), {}, 0

    async def go():
        nonlocal lived
        for way in left:
            place = folder / "-".join(str(where) for where in way).replace("/", "")
            try:
                names = await dies_and_goes_on(place, name, *way)
            except Exception as error:  # noqa: BLE001 - all are told at the end
                wrong[way] = repr(error)
                continue
            died.update(names)
            lived = 0 if names else lived + 1
            if lived >= ENOUGH:
                return

    await asyncio.gather(*(go() for _ in range(AT_ONCE)))
    return died, wrong


async def every_step(folder, name, counted):
    """Die at each step by its number, then at those by name that chance had left out."""
    died, wrong = await all_of(folder, name, ((n,) for n in itertools.count(1)))
    left = sorted(counted["steps"].keys() - died)
    more, wrong_too = await all_of(folder, name, [((step, 1),) for step in left])
    return counted["steps"].keys() - died - more, wrong | wrong_too


@pytest.mark.parametrize("name", SESSIONS)
async def test_every_commit_write_and_await_of_a_session_has_its_steps(tmp_path, name):
    counted, seen, lines = await whole_session(tmp_path, name)
    steps = counted["steps"]
    asked = {step: n for step, n in steps.items() if step.startswith(("write GET", "write POST"))}
    asked |= {step: n for step, n in steps.items() if step.startswith("write DELETE")}
    dialled = sum(n for step, n in steps.items() if "_ws_connect" in step and "over" in step)

    # Whatever any task waited for is a step, or known to be something else than the network.
    assert counted["waits"].keys() <= LOCAL
    # The venue has seen what was counted as leaving: requests, with those that open a stream.
    assert sum(n for step, n in asked.items() if step.endswith("before")) == seen + lines
    assert sum(n for step, n in asked.items() if step.endswith("after")) == seen + lines
    # Every answer and every stream was waited for.
    answers = sum(n for step, n in steps.items() if "read" in step and step.endswith("over"))
    assert answers >= seen
    assert (lines > 0) == (dialled > 0) == (name in STREAMED)
    assert steps["commit: before"] == steps["commit: after"] > 9
    if lines:
        # Where a pong comes late, a stream is dialled again.
        assert lines >= 1 + (name not in NO_PUBLIC_STREAM and name != "krakenfutures")
        assert sum(n for step, n in steps.items() if "receive" in step and "over" in step) > 4
        assert steps["write ping: before"] == steps["write ping: after"] > 0


@pytest.mark.parametrize("name", STREAMED)
async def test_a_process_killed_at_a_step_goes_on_without_loss(tmp_path, name):
    died, wrong = await all_of(tmp_path, name, [(each,) for each in CHOSEN])
    assert not wrong
    assert len(died) == len(CHOSEN)


@pytest.mark.evidence
@pytest.mark.parametrize("name", SESSIONS)
async def test_a_process_killed_at_any_step_goes_on_without_loss(tmp_path, name):
    counted, _, _ = await whole_session(tmp_path, name)
    left, wrong = await every_step(tmp_path, name, counted)
    assert not wrong
    assert not left


@pytest.mark.evidence
@pytest.mark.parametrize("name", SESSIONS)
async def test_a_process_killed_again_and_again_goes_on_without_loss(tmp_path, name):
    rng = random.Random(name)
    ways = [tuple(rng.randint(1, 150) for _ in range(3)) for _ in range(20)]
    _, wrong = await all_of(tmp_path, name, ways)
    assert not wrong
