"""The virtual loop: time jumps, ties are told apart, nothing real happens unseen."""

import asyncio
import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.errors import StuckError
from magents.model.time import DAY, HOUR, SECOND, Phase
from magents.runtime import wall
from magents.runtime.loop import VirtualLoop
from tests.builders import run, simulated, virtual_clock

TIMERS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Phase)), max_size=30)


def fired(timers, start=0, speed=None):
    """Return what fires when, in order: (instant, phase, number of the timer)."""
    seen = []

    async def main():
        clock = virtual_clock()
        for number, (when, phase) in enumerate(timers):
            clock.call_at(
                start + when, phase, lambda n=number: seen.append((clock.now(), clock.phase(), n))
            )
        await clock.until(start + 1_000)

    run(main, start, speed)
    return seen


@given(TIMERS)
def test_timers_fire_by_instant_then_phase_then_order_of_asking(timers):
    wanted = sorted((when, phase, number) for number, (when, phase) in enumerate(timers))
    assert fired(timers) == wanted


@given(TIMERS)
def test_pace_changes_neither_the_order_nor_the_virtual_instants(timers):
    assert fired(timers, speed=1e9) == fired(timers)


@given(TIMERS, st.sets(st.integers(0, 29)))
def test_cancelled_timers_never_fire_and_leave_the_others_alone(timers, cancelled):
    seen = []

    async def main():
        clock = virtual_clock()
        handles = [clock.call_at(*timer, seen.append, n) for n, timer in enumerate(timers)]
        for number in sorted(cancelled):
            if number < len(handles):
                handles[number].cancel()
        await clock.until(1_000)

    run(main)
    assert seen == [number for *_, number in fired(timers) if number not in cancelled]


def test_sleeping_a_year_takes_no_real_time():
    before = wall.monotonic()
    slept = []

    async def main():
        await asyncio.sleep(3600 * 24 * 365)
        slept.append(virtual_clock().now())

    run(main, start=7)
    assert slept == [7 + 365 * DAY]
    assert wall.monotonic() - before < 5


@simulated
async def test_timeout_fires_at_its_virtual_instant():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(90):
            await asyncio.sleep(1_000)
    assert virtual_clock().now() == 90 * SECOND


@simulated
async def test_timeout_that_is_not_reached_does_nothing():
    async with asyncio.timeout(90):
        await asyncio.sleep(89)
    await asyncio.sleep(1_000)
    assert virtual_clock().now() == 1_089 * SECOND


@given(st.integers(0, 10**15), st.integers(0, 10**6))
def test_call_later_is_exact_to_the_nanosecond(nanoseconds, start):
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.call_later(nanoseconds / SECOND, lambda: seen.append(virtual_clock().now()))
        await virtual_clock().until(start + nanoseconds + DAY)

    run(main, start)
    assert seen == [start + nanoseconds]


@simulated
async def test_many_small_sleeps_add_up_without_any_drift():
    for _ in range(1_000):
        await asyncio.sleep(0.1)
    assert virtual_clock().now() == 100 * SECOND


@simulated
async def test_what_has_passed_is_due_now_and_time_never_runs_backwards():
    clock = virtual_clock()
    await clock.until(50, Phase.LOAD)
    seen = []
    clock.call_at(10, Phase.FILLS, lambda: seen.append((clock.now(), clock.phase())))
    await clock.until(50, Phase.END)
    assert seen == [(50, Phase.LOAD)]


@given(st.lists(st.integers(0, 100), min_size=1))
def test_time_as_tasks_see_it_never_decreases(naps):
    seen = []

    async def sleeper(nap):
        await asyncio.sleep(nap)
        seen.append(virtual_clock().now())
        await asyncio.sleep(nap)
        seen.append(virtual_clock().now())

    async def main():
        for task in [asyncio.create_task(sleeper(nap)) for nap in naps]:
            await task

    run(main)
    assert all(one <= other for one, other in pairwise(seen))


@simulated
async def test_time_does_not_move_while_anything_is_ready():
    clock = virtual_clock()
    clock.call_at(1, Phase.FILLS, lambda: None)
    for _ in range(500):
        await asyncio.sleep(0)
        assert clock.now() == 0


def test_a_stuck_simulation_says_who_waits():
    async def wait_for_nothing():
        await asyncio.get_running_loop().create_future()

    async def main():
        task = asyncio.create_task(wait_for_nothing(), name="the patient one")
        await task

    with pytest.raises(StuckError, match="the patient one"):
        run(main)


@simulated
async def test_threads_are_refused_while_time_may_move():
    with pytest.raises(RuntimeError, match="frozen"):
        await asyncio.get_running_loop().run_in_executor(None, lambda: 1)


@simulated
async def test_a_thread_may_work_while_time_is_frozen_and_time_stands_still():
    clock, loop = virtual_clock(), asyncio.get_running_loop()
    missed = threading.Event()
    moved = []
    clock.call_at(1, Phase.TIMER, moved.append, 1)
    async with clock.frozen():
        waited = await loop.run_in_executor(None, missed.wait, 0.02)
    assert (waited, moved, clock.now()) == (False, [], 0)
    await asyncio.sleep(1)
    assert moved == [1]


def test_a_loop_that_used_threads_closes_without_calling_itself_stuck():
    async def main():
        async with virtual_clock().frozen():
            return await asyncio.to_thread(threading.active_count)

    assert run(main) > 1


@pytest.mark.wall
def test_a_paced_loop_takes_the_real_time_it_should():
    before = wall.monotonic()
    run(lambda: asyncio.sleep(3600), speed=72_000)
    assert 0.045 < wall.monotonic() - before < 2


def test_changing_the_pace_in_between_changes_no_instant():
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        for speed in (1e9, None, 1e10, None):
            loop.speed = speed
            await asyncio.sleep(10)
            seen.append(virtual_clock().now() // SECOND)

    run(main)
    assert seen == [10, 20, 30, 40]


def test_begin_sets_the_clock_and_asyncio_time_starts_at_zero_there():
    async def main():
        clock = virtual_clock()
        clock.begin(5 * HOUR)
        assert (clock.now(), asyncio.get_running_loop().time()) == (5 * HOUR, 0.0)
        await asyncio.sleep(1.5)
        assert (clock.now(), asyncio.get_running_loop().time()) == (5 * HOUR + 1_500_000_000, 1.5)

    run(main)


def test_asyncio_still_has_the_private_names_the_loop_touches():
    """Pinned: what is ready waits in ``_ready``, and ``_run_once`` is one turn of the loop."""
    loop = asyncio.SelectorEventLoop()
    handle = loop.call_soon(lambda: None)
    assert list(loop._ready) == [handle]
    assert (loop._stopping, loop._debug) == (False, False)
    loop._run_once()
    assert list(loop._ready) == []
    assert callable(handle._run)
    loop.close()


def test_timers_never_reach_the_heap_of_asyncio_which_has_no_serial():
    loop = VirtualLoop()
    timers = [loop.call_later(1, print), loop.call_at(1, print), loop.call_at_instant(1, 0, print)]
    assert loop._scheduled == []
    assert not any(timer.cancelled() for timer in timers)
    loop.close()
