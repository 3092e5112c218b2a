"""A screen that is left open all day holds no more in the evening than in the morning."""

import gc
import sys

import pytest
from msgspec.structs import replace

from magents.model.snapshots import Frame, Wish
from tui.app import Dashboard
from tui.invented import InventedLink, Shape

PAGES = ("overview", "pods", "pod", "market", "blotter", "risk", "data", "desk", "log")
EVERY = 1
"""Seconds from one frame to the next: a live fund's frames differ no more often for long."""
AT_A_TIME = 20
"""Frames on a page before the next one is brought to the front."""
DAYS = 120
"""Different pictures of the invented fund; what differs between two rounds of them is below."""


class WorkingDay(InventedLink):
    """A fund whose blotter and log go on and on: each frame has rows that no other had.

    The invented fund's own pictures repeat, so that what it remembers of them has an end.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self.frames = 0

    async def frame(self, wish: Wish) -> Frame:
        self.frames += 1
        self.fiction.shown = 300 + self.frames % DAYS
        frame, more = await super().frame(wish), self.frames * 1_000
        return replace(
            frame,
            head=replace(frame.head, seq=self.frames, records=self.frames * 37),
            orders=tuple(replace(o, id=f"{o.pod}:{n + more}") for n, o in enumerate(frame.orders)),
            fills=tuple(replace(f, id=n + more) for n, f in enumerate(frame.fills)),
            events=tuple(
                replace(e, number=n + more, text=f"{e.text} ({n + more})")
                for n, e in enumerate(frame.events)
            ),
        )


async def a_while(app, pilot, seconds):
    """Let a screen draw the frames of so many seconds, page by page."""
    for number in range(seconds // EVERY // AT_A_TIME):
        await app.action_page(PAGES[number % len(PAGES)])
        for _ in range(AT_A_TIME):
            await app.look()
        await pilot.pause()


def held():
    """Return how many blocks of memory Python's objects hold."""
    gc.collect()
    return sys.getallocatedblocks()


async def weights(stretches, seconds):
    """Return what is held after each of so many stretches of a day."""
    app = Dashboard(WorkingDay(Shape(pods=8, instruments=20, days=1_000, asks=5)), fps=0)
    found = []
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(stretches):
            await a_while(app, pilot, seconds)
            found.append(held())
        assert app.link.frames >= stretches * seconds // EVERY
    return found


@pytest.mark.wall
@pytest.mark.slow
async def test_screen_holds_the_same_after_a_few_minutes_as_after_one():
    """Frames kept, or rows of them, would be hundreds of blocks a frame; caches fill by a few."""
    after = await weights(3, 180)

    assert abs(after[2] - after[0]) < 20 * 2 * 180, after


@pytest.mark.evidence
@pytest.mark.wall
async def test_screen_holds_the_same_after_eight_hours_as_after_one():
    """28,800 frames; an object kept of each frame of seven hours would be 25,200 blocks more."""
    after = await weights(8, 3_600)

    assert abs(after[-1] - after[0]) < 12_600, after
