"""Eight hours of live updates do not make the control room's memory grow."""

import tracemalloc

import numpy as np
import pytest

from magents.control.reel import FRAMES
from magents.model.bars import BarBlock, Panel
from magents.model.snapshots import Wish
from magents.model.time import HOUR, SECOND
from tests.builders import MONDAY, Script, feed
from tests.control.rig import Hand, controlled

PAGES = ("overview", "pods", "pod", "market", "blotter", "risk", "data", "log")
HOURS, EVERY = 8, 3


def a_working_day():
    rows = HOURS * 3600 // EVERY
    draw = np.random.default_rng(5)
    close = np.round(100 * np.exp(np.cumsum(draw.normal(0, 0.0005, (rows, 1)), axis=0)), 2)
    panel = Panel("24/7 3s", ("BTC/USDT",), "3s", 365 * 28_800, 365)
    open_ts = MONDAY + np.arange(rows, dtype=np.int64) * EVERY * SECOND
    volume = np.full(close.shape, 1e3)
    tables = (close, close.copy(), close.copy(), close.copy(), volume)
    return feed(BarBlock(panel, open_ts, open_ts + EVERY * SECOND, *tables))


async def busy(desk):
    """Trade at every second bar, one way and back, sometimes more than is allowed."""
    count = 0
    async for _ in desk.bars("BTC/USDT"):
        count += 1
        if count % 2:
            await desk.buy("BTC/USDT", "1000" if count % 50 == 1 else "0.01")
        elif count % 50 != 2:
            await desk.sell("BTC/USDT", "0.01")


class Watcher(Hand):
    """Looks at a page every few instants, keeps frames, and weighs the room every hour."""

    def __init__(self):
        super().__init__(())
        self.turn = 0
        self.next_hour = MONDAY + HOUR
        self.weights = []

    def __len__(self):
        return 1

    def work(self):
        self.turn += 1
        if self.turn % 20 == 0:
            page = PAGES[self.turn // 20 % len(PAGES)]
            frame = self.room.frame(Wish(page, "busy", "BTC/USDT"))
            if self.turn % 60 == 0:
                self.room.record()
            if frame.head.computed >= self.next_hour:
                self.next_hour += HOUR
                self.weights.append(_held_by_the_room())


def _held_by_the_room():
    """Return the bytes that code of the control room has allocated and still holds."""
    ours = tracemalloc.take_snapshot().filter_traces(
        [tracemalloc.Filter(True, "*/magents/control/*")]
    )
    return sum(each.size for each in ours.statistics("filename"))


@pytest.mark.slow
def test_eight_hours_of_updates_do_not_grow_memory():
    tracemalloc.start()
    try:
        watcher = Watcher()
        run = controlled([Script("busy", busy)], a_working_day(), hand=watcher, check=False)
    finally:
        tracemalloc.stop()

    assert len(watcher.weights) >= HOURS - 1
    assert run.result.orders["filled"] > 7_000
    assert run.room.frame(Wish()).head.breaches > 100
    assert run.room.recorded <= FRAMES
    # The reel is thinned and fills again, so its weight is a saw; its teeth do not grow.
    assert max(watcher.weights[-2:]) < 1.5 * max(watcher.weights[3:5])
    assert max(watcher.weights) < 8 << 20
