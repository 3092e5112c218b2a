"""Clocks: waiting for an instant and phase, in virtual and in real time."""

import asyncio

import pytest

from magents.model.ports import Clock
from magents.model.time import SECOND, Phase
from magents.runtime.clock import VirtualClock, WallClock
from tests.builders import simulated, virtual_clock

NAMES = sorted(name for name in vars(Clock) if not name.startswith("_"))


@simulated
async def test_until_waits_for_the_instant_and_the_phase():
    clock = virtual_clock()
    await clock.until(5, Phase.OPEN)
    assert (clock.now(), clock.phase()) == (5, Phase.OPEN)


@simulated
async def test_until_an_instant_that_has_passed_returns_without_moving_time():
    clock = virtual_clock()
    await clock.until(5)
    await clock.until(3)
    assert (clock.now(), clock.phase()) == (5, Phase.TIMER)


@simulated
async def test_until_now_lets_all_that_is_ready_run_first():
    clock = virtual_clock()
    seen = []
    asyncio.get_running_loop().call_soon(seen.append, "ready")
    await clock.until(clock.now())
    assert seen == ["ready"]


@simulated
async def test_phases_of_one_instant_come_in_their_order_whoever_asked_first():
    clock = virtual_clock()
    seen = []

    async def wait(phase):
        await clock.until(9, phase)
        seen.append(phase)

    for task in [asyncio.create_task(wait(phase)) for phase in reversed(Phase)]:
        await task
    assert seen == list(Phase)


@simulated
async def test_a_wait_that_is_cancelled_leaves_no_timer_behind():
    clock = virtual_clock()
    task = asyncio.create_task(clock.until(1_000 * SECOND))
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(1)
    assert task.cancelled()
    assert clock.now() == 2 * SECOND


@simulated
async def test_the_virtual_clock_has_all_a_clock_must_have():
    assert [name for name in NAMES if not hasattr(virtual_clock(), name)] == []
    assert isinstance(virtual_clock(), VirtualClock)


@pytest.mark.wall
async def test_the_wall_clock_has_all_a_clock_must_have():
    clock = WallClock(asyncio.get_running_loop())
    assert [name for name in NAMES if not hasattr(clock, name)] == []


@pytest.mark.wall
async def test_the_wall_clock_waits_until_its_instant_and_not_longer_than_it_must():
    clock = WallClock(asyncio.get_running_loop())
    when = clock.now() + SECOND // 100
    await clock.until(when, Phase.OPEN)
    assert when <= clock.now() < when + 2 * SECOND
    assert clock.phase() == Phase.TIMER


@pytest.mark.wall
async def test_the_wall_clock_calls_back_what_has_passed_at_once():
    clock = WallClock(asyncio.get_running_loop())
    rung = asyncio.Event()
    clock.call_at(clock.now() - SECOND, Phase.DATA, rung.set)
    async with asyncio.timeout(5):
        await rung.wait()
    assert rung.is_set()


@pytest.mark.wall
async def test_real_time_takes_no_notice_of_begin_and_frozen():
    clock = WallClock(asyncio.get_running_loop())
    before = clock.now()
    clock.begin(0)
    async with clock.frozen():
        await asyncio.to_thread(lambda: None)
    assert clock.now() >= before
