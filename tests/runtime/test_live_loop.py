"""The live loop: the order of replay, the time of the machine, sockets between turns."""

import asyncio
import socket

import pytest

from magents.model.time import SECOND, Phase
from magents.runtime import wall
from magents.runtime.clock import VirtualClock
from magents.runtime.live_loop import LiveLoop

pytestmark = pytest.mark.wall
START = 1_700_000_000 * SECOND
MS = SECOND // 1000


class Hands:
    """A clock of the machine that a test may turn; it runs on by itself too."""

    def __init__(self):
        self.offset = START - wall.utc_now()

    def __call__(self):
        return wall.utc_now() + self.offset


def live(main, real=wall.utc_now):
    """Run ``main(loop, clock)`` on a live loop."""
    loop = LiveLoop(real)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main(loop, VirtualClock(loop)))


def test_timers_due_together_fire_by_instant_phase_and_order_of_asking():
    seen = []

    async def main(loop, clock):
        soon = clock.now() + 5 * MS
        for name, phase in (("c", Phase.LOAD), ("a", Phase.FILLS), ("d", Phase.LOAD)):
            clock.call_at(soon, phase, lambda n=name: seen.append((clock.now() - soon, n)))
        clock.call_at(soon - 1, Phase.END, lambda: seen.append((clock.now() - soon, "first")))
        await clock.until(soon, Phase.END)

    live(main)
    assert seen == [(-1, "first"), (0, "a"), (0, "c"), (0, "d")]


def test_what_is_posted_gets_a_turn_of_its_own_after_all_that_was_due():
    seen = []

    async def main(loop, clock):
        done = loop.create_future()
        now = clock.now()
        loop.post(lambda: seen.append(("one", clock.now(), clock.phase())))
        loop.post(lambda: seen.append(("two", clock.now(), clock.phase())))
        loop.post(lambda: done.set_result(None))
        clock.call_at(now, Phase.DATA, lambda: seen.append(("due", clock.now(), clock.phase())))
        await done

    live(main)
    names = [name for name, *_ in seen]
    instants = [instant for _, instant, _ in seen]
    assert names == ["due", "one", "two"]
    assert instants == sorted(set(instants))
    assert [phase for *_, phase in seen[1:]] == [Phase.LOAD, Phase.LOAD]


def test_within_a_turn_the_clock_stands_still_while_real_time_passes():
    async def main(loop, clock):
        before, real = clock.now(), wall.monotonic()
        while wall.monotonic() - real < 0.01:  # noqa: ASYNC110 - real time is to pass
            await asyncio.sleep(0)
        return clock.now() - before

    assert live(main) == 0


def test_the_clock_never_goes_back_when_the_machines_clock_is_set_back():
    hands = Hands()

    async def main(loop, clock):
        seen = [clock.now()]
        for step in (0, -3 * SECOND, 0):
            hands.offset += step
            done = loop.create_future()
            loop.post(lambda done=done: done.set_result(clock.now()))
            seen.append(await done)
        return seen

    seen = live(main, hands)
    assert seen == sorted(set(seen))


def test_sockets_are_read_between_turns_and_outside_code_sees_real_time():
    ours, theirs = socket.socketpair()
    order = []

    async def main(loop, clock):
        ours.setblocking(False)
        done = loop.create_future()

        def heard():
            order.append("outside")
            loop.remove_reader(ours)
            loop.call_later(0.002, done.set_result, loop.time())

        async def turn():
            order.append("turn begins")
            theirs.send(b"x")
            for _ in range(5):
                await asyncio.sleep(0)
            order.append("turn ends")

        loop.add_reader(ours, heard)
        await turn()
        began = loop.time()
        return await done - began

    took = live(main)
    ours.close()
    theirs.close()
    assert order == ["turn begins", "turn ends", "outside"]
    assert 0 <= took < 1


def test_a_flood_of_posts_does_not_keep_the_sockets_from_being_read():
    ours, theirs = socket.socketpair()

    async def main(loop, clock):
        ours.setblocking(False)
        heard = loop.create_future()
        turns = []

        def flood():
            turns.append(clock.now())
            if not heard.done():
                loop.post(flood)

        loop.add_reader(ours, lambda: heard.done() or heard.set_result(len(turns)))
        loop.post(flood)
        theirs.send(b"x")
        found = await heard
        loop.remove_reader(ours)
        return found

    assert live(main) <= 2
    ours.close()
    theirs.close()


def test_threads_may_be_used_and_may_post():
    async def main(loop, clock):
        done = loop.create_future()
        await loop.run_in_executor(
            None, lambda: loop.call_soon_threadsafe(loop.post, lambda: done.set_result(7))
        )
        return await done

    assert live(main) == 7
