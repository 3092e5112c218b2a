"""Inboxes: what happens when they are full, what they count, who comes in first."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magents.model.errors import InboxFullError
from magents.runtime.inbox import Bell, Inbox, Overflow
from tests.builders import run, simulated


def filled(overflow, capacity=2, items=4):
    """Return an inbox that was offered 0, 1, 2, ... without anybody reading."""
    inbox = Inbox("post", capacity, overflow)
    for item in range(items):
        inbox.offer(item)
    return inbox


def test_a_full_inbox_that_keeps_the_latest_lets_the_oldest_go():
    inbox = filled(Overflow.LATEST)
    assert inbox.take_all() == [2, 3]
    assert inbox.statistics().dropped == 2


def test_a_full_inbox_that_drops_keeps_what_it_has():
    inbox = filled(Overflow.DROP)
    assert inbox.take_all() == [0, 1]
    assert inbox.statistics().dropped == 2


def test_a_full_inbox_that_blocks_fails_loudly_when_nobody_can_wait():
    with pytest.raises(InboxFullError, match="post is full: 2 items"):
        filled(Overflow.BLOCK)


def test_statistics_count_since_the_beginning():
    inbox = filled(Overflow.LATEST, capacity=3, items=5)
    inbox.take_all()
    inbox.offer(9)
    counts = inbox.statistics()
    assert (counts.name, counts.capacity) == ("post", 3)
    assert (counts.waiting, counts.peak, counts.received, counts.dropped) == (1, 3, 6, 2)


@simulated
async def test_put_waits_for_room():
    inbox = filled(Overflow.BLOCK, items=2)
    sender = asyncio.create_task(inbox.put(2))
    await asyncio.sleep(1)
    assert not sender.done()
    assert await inbox.get() == 0
    await sender
    assert inbox.take_all() == [1, 2]


@simulated
async def test_blocked_senders_come_in_first_come_first_served():
    inbox = filled(Overflow.BLOCK, capacity=1, items=1)
    senders = [asyncio.create_task(inbox.put(n)) for n in range(1, 6)]
    await asyncio.sleep(1)
    assert [await inbox.get() for _ in range(6)] == [0, 1, 2, 3, 4, 5]
    assert [await sender for sender in senders] == [None] * 5


@simulated
async def test_a_newcomer_does_not_overtake_senders_that_wait():
    inbox = filled(Overflow.BLOCK, capacity=1, items=1)
    tasks = [asyncio.create_task(inbox.put(n)) for n in (1, 2)]
    await asyncio.sleep(1)
    seen = [await inbox.get()]
    tasks += [asyncio.create_task(inbox.put(n)) for n in (4, 3)]
    seen += [await inbox.get() for _ in range(4)]
    assert seen == [0, 1, 2, 4, 3]


@simulated
async def test_a_sender_that_gives_up_passes_its_turn_on():
    inbox = filled(Overflow.BLOCK, capacity=1, items=1)
    first, second = [asyncio.create_task(inbox.put(n)) for n in (1, 2)]
    await asyncio.sleep(1)
    first.cancel()
    await asyncio.sleep(1)
    assert inbox.take_all() == [0]
    await second
    assert inbox.take_all() == [2]


@simulated
async def test_a_sender_cancelled_as_it_is_let_in_blocks_nobody():
    inbox = filled(Overflow.BLOCK, capacity=1, items=1)
    first, second = [asyncio.create_task(inbox.put(n)) for n in (1, 2)]
    await asyncio.sleep(1)
    inbox.take_all()
    first.cancel()
    await asyncio.sleep(1)
    assert inbox.take_all() == [1], "what was let in has been delivered"
    await second
    assert inbox.take_all() == [2]


@simulated
async def test_get_all_waits_for_one_and_takes_all():
    inbox = Inbox("post", 9, Overflow.BLOCK)
    reader = asyncio.create_task(inbox.get_all())
    await asyncio.sleep(1)
    for item in range(3):
        inbox.offer(item)
    assert await reader == [0, 1, 2]
    assert inbox.take_all() == []


@simulated
async def test_one_bell_wakes_the_reader_of_either_inbox():
    bell = Bell()
    bars, fills = (Inbox(name, 9, Overflow.BLOCK, bell) for name in ("bars", "fills"))
    heard = []

    async def read():
        while len(heard) < 2:
            await bell.wait()
            heard.extend(bars.take_all() + fills.take_all())

    reader = asyncio.create_task(read())
    await asyncio.sleep(1)
    fills.offer("fill")
    await asyncio.sleep(1)
    bars.offer("bar")
    await reader
    assert heard == ["fill", "bar"]


def test_ringing_a_bell_that_nobody_waits_for_is_harmless():
    bell = Bell()
    bell.ring()
    bell.ring()
    assert run(lambda: asyncio.wait_for(_rung_after_a_second(bell), 10)) == "rung"


async def _rung_after_a_second(bell):
    asyncio.get_running_loop().call_later(1, bell.ring)
    await bell.wait()
    return "rung"


@given(st.sampled_from([Overflow.LATEST, Overflow.DROP]), st.integers(1, 5), st.data())
def test_what_came_was_delivered_or_dropped_or_waits(overflow, capacity, data):
    inbox = Inbox("post", capacity, overflow)
    offered, delivered = 0, []
    for take in data.draw(st.lists(st.booleans(), max_size=60)):
        if take:
            delivered += inbox.take_all()
        else:
            inbox.offer(offered)
            offered += 1
    counts = inbox.statistics()
    gone = counts.dropped if overflow is Overflow.LATEST else 0
    assert counts.received == len(delivered) + gone + counts.waiting
    assert offered == len(delivered) + counts.dropped + counts.waiting
    assert delivered == sorted(delivered)
    assert counts.waiting <= counts.peak <= capacity


@given(st.integers(1, 4), st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 3))
def test_nothing_is_lost_or_reordered_between_patient_senders_and_a_reader(size, naps, pause):
    inbox = Inbox("post", size, Overflow.BLOCK)

    async def main():
        async def send():
            for number, nap in enumerate(naps):
                await asyncio.sleep(nap)
                await inbox.put(number)

        sender = asyncio.create_task(send())
        read = []
        while len(read) < len(naps):
            await asyncio.sleep(pause)
            read.append(await inbox.get())
        await sender
        return read

    assert run(main) == list(range(len(naps)))
    assert inbox.statistics().dropped == 0
