"""A stepped coroutine does what a task does, in the same order, without being one."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.errors import StuckError
from magents.runtime.inbox import Inbox, Overflow
from magents.runtime.loop import Alarm, VirtualLoop
from magents.runtime.supervisor import Supervisor
from tests.builders import simulated


class Relay:
    """Hands on what it reads to the next, and writes down what it saw."""

    def __init__(self, name, capacity, diary):
        self.name = name
        self.inbox = Inbox(name, capacity, Overflow.BLOCK)
        self.next = None
        self.diary = diary

    async def run(self):
        while True:
            for item in await self.inbox.get_all():
                self.diary.append((self.name, item))
                if self.next is not None:
                    await self.next.inbox.put(item)


def relayed(burst, capacity, start):
    """Send bursts of items through three relays; return who saw what, in order."""
    diary = []
    relays = [Relay(name, capacity, diary) for name in ("one", "two", "three")]
    for relay, after in pairwise(relays):
        relay.next = after

    async def main():
        supervisor = Supervisor()
        for relay in relays:
            start(supervisor, relay)
        for count in burst:
            for item in range(count):
                await relays[0].inbox.put(item)
            await asyncio.sleep(1)
        await supervisor.stop()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
    return diary


@given(st.lists(st.integers(1, 6), max_size=5), st.integers(1, 4))
def test_steppers_do_what_tasks_do_in_the_same_order(burst, capacity):
    stepped = relayed(burst, capacity, lambda s, r: s.step(r.name, r.run(), r.inbox.bell))
    as_tasks = relayed(burst, capacity, lambda s, r: s.start(r.name, r.run()))
    assert stepped == as_tasks
    assert len(stepped) == 3 * sum(burst)


@simulated
async def test_a_stepper_that_raises_ends_the_watch():
    async def fail(inbox):
        await inbox.get()
        raise ZeroDivisionError("books")

    supervisor, inbox = Supervisor(), Inbox("team", 1, Overflow.BLOCK)
    supervisor.step("team", fail(inbox), inbox.bell)
    asyncio.get_running_loop().call_later(5, inbox.offer, 1)
    with pytest.raises(ZeroDivisionError, match="books"):
        await supervisor.watch(asyncio.sleep(100))
    assert asyncio.get_running_loop().time() == 5
    await supervisor.stop()


@simulated
async def test_a_stepper_may_wait_for_other_things_too():
    seen = []

    async def slow(inbox):
        while True:
            seen.append(await inbox.get())
            await asyncio.sleep(10)

    supervisor, inbox = Supervisor(), Inbox("team", 5, Overflow.BLOCK)
    supervisor.step("team", slow(inbox), inbox.bell)
    for item in range(3):
        inbox.offer(item)
    await asyncio.sleep(15)
    assert seen == [0, 1]
    await supervisor.stop()
    await asyncio.sleep(100)
    assert seen == [0, 1]


@simulated
async def test_stopping_a_stepper_runs_its_goodbye():
    goodbye = []

    async def team(inbox):
        try:
            await inbox.get()
        finally:
            goodbye.append("gone")

    supervisor, inbox = Supervisor(), Inbox("team", 5, Overflow.BLOCK)
    supervisor.step("team", team(inbox), inbox.bell)
    await asyncio.sleep(1)
    await supervisor.stop()
    await supervisor.stop()
    assert goodbye == ["gone"]


def test_a_stuck_simulation_names_its_steppers():
    async def main():
        supervisor, inbox = Supervisor(), Inbox("team", 5, Overflow.BLOCK)
        supervisor.step("the patient team", inbox.get(), inbox.bell)
        await asyncio.get_running_loop().create_future()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(StuckError) as caught:
        runner.run(main())
    assert "the patient team" in str(caught.value)


def test_an_alarm_rings_when_it_was_set_last():
    rung = []

    async def main():
        loop = asyncio.get_running_loop()
        alarm = Alarm(loop, lambda: rung.append(loop.now()))
        alarm.set(50, 2)
        alarm.set(20, 2)
        await asyncio.sleep(1)
        alarm.set(loop.now() + 5, 2)
        await asyncio.sleep(1)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
    assert rung == [20, 1_000_000_005]


def test_what_an_alarm_raises_ends_the_run():
    def ring():
        raise ZeroDivisionError("exchange")

    async def main():
        Alarm(asyncio.get_running_loop(), ring).set(20, 2)
        await asyncio.sleep(1)

    with (
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
        pytest.raises(ZeroDivisionError, match="exchange"),
    ):
        runner.run(main())
