"""Twenty-four simulated hours of live code: bars on the minute, memory as it was, no drift."""

import asyncio

import numpy as np
import pytest

from feeds.live.feed import LiveFeed
from feeds.live.frames import Frame, Kind, Opening, Top, Trade
from feeds.live.settings import Live
from magents.central.history import LOOKBACK
from magents.fund import Fund, Hire
from magents.journal.writing import MemoryJournal
from magents.model.time import DAY, MINUTE, SECOND, Phase
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.base import Pod
from tests.builders import MONDAY, settings

pytestmark = pytest.mark.slow
EVERY = 5 * SECOND
START = MONDAY + 17 * SECOND
MARKET = {
    "id": "BTCUSDT", "base": "BTC", "quote": "USDT", "spot": True, "type": "spot",
    "precision": {"amount": 0.0001, "price": 0.01}, "limits": {},
}  # fmt: skip


class Watcher(Pod):
    """Notes when bars arrive, and trades every hour."""

    bars: list

    async def run(self, desk):
        self.bars = []
        async for bar in desk.bars("BTC/USDT"):
            self.bars.append((bar.open_ts, bar.ts, desk.clock.now(), bar.volume))
            if len(self.bars) % 60 == 0:
                await desk.buy("BTC/USDT", 0.01)


def day(hours):
    """Run the fund on a made stream for some hours; return pod, result, feed, instants."""
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    opening = Opening(markets={"binance": {"BTC/USDT": MARKET}}, offsets={"binance": 0})
    live = Live(venues=("binance",), symbols=("BTC/USDT",), book="quotes")
    count = hours * 3600 * SECOND // EVERY
    seen = []

    async def begins():
        await clock.until(START, Phase.LOAD)
        clock.call_at(START + EVERY, Phase.LOAD, tell, 1)
        return START

    def tell(number):
        seen.append(clock.now())
        now, price = clock.now(), 100 + number % 7
        frame = Frame(number, now, now, "binance", Kind.MESSAGE, "", "")
        trade = Trade("BTC/USDT", now, float(price), 1.0, 1, str(number))
        top = Top("BTC/USDT", price - 0.5, price + 0.5, 9.0, 9.0)
        batch = [(frame, (trade, top))]
        if number == count:
            batch.append((Frame(0, now, now, "", Kind.END, "", ""), ()))
        feed.take(batch)
        if number < count:
            clock.call_at(START + (number + 1) * EVERY, Phase.LOAD, tell, number + 1)

    feed = LiveFeed(opening, live, clock, begins)
    pod = Watcher("watcher")
    fund = Fund(settings(), feed, [Hire(pod)], clock, MemoryJournal())

    async def main():
        return await fund.run()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        result = runner.run(main())
    return pod, result, fund, seen


def test_a_day_of_trades_makes_every_bar_once_on_the_minute_and_known_a_grace_later():
    pod, result, _, seen = day(24)
    opens, closes, known, volumes = (np.array(each) for each in zip(*pod.bars, strict=True))
    first = MONDAY + MINUTE
    whole = (START + DAY - first) // MINUTE
    assert opens.tolist() == [first + n * MINUTE for n in range(whole)]
    assert (closes - opens == MINUTE).all()
    assert set((known - closes).tolist()) == {SECOND // 2}
    assert set(volumes.tolist()) == {12.0}
    assert seen == [START + (n + 1) * EVERY for n in range(len(seen))]
    assert result.halts == []
    assert len(result.fills) == whole // 60


def test_what_is_kept_does_not_grow_with_the_hours():
    kept = []
    for hours in (2, 4):
        _, _, fund, _ = day(hours)
        history = fund.parts.data.history
        kept.append(sum(len(b) for blocks in history._blocks.values() for b in blocks))
        feed = fund.parts.feed
        assert len(feed._bars._making) <= 2
    assert max(kept) <= 4 * LOOKBACK
