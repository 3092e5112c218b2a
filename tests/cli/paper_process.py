"""A process that runs paper on a market of its own making; started by test_paper_resume."""

import asyncio
import json
import random
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from magents.cli.live_running import Plan, run_live
from magents.cli.resolving import resolved
from magents.config import load
from magents.journal.past import past_of
from magents.model.records import Command
from magents.model.time import Phase
from tests.feeds.live.house import House

POD = """
from pods.base import Pod


class Busy(Pod):
    async def run(self, desk):
        count = 0
        async for trade in desk.trades("BTC/USDT"):
            count += 1
            if count % 5 == 0:
                await desk.buy("BTC/USDT", 0.5)
            if count % 5 == 3:
                await desk.sell("BTC/USDT", 0.5)
            if count % 4 == 0:
                await desk.buy("BTC/USDT", 0.1, limit=round(trade.price * 0.95, 2))
"""


async def market(house):
    rng = random.Random(5)
    await house.subscription("btcusdt@trade", "btcusdt@depth@100ms")
    while True:
        await asyncio.sleep(0.01)
        size = 1 + rng.random()
        await house.book(bids=[(100.0, size)], asks=[(101.0, size)])
        await house.trades((100.5, size))


def stand(door, ready):
    async def standing():
        house = House()
        async with house.open() as opened:
            door.append(opened)
            ready.set()
            await market(house)

    asyncio.run(standing())


@contextmanager
def told(fund, loop, stop):
    """Tell the fund something soon after it has begun, as a viewer does."""
    clock = fund.parts.clock

    def tell():
        if not fund._started:
            loop.call_later(0.01, tell)
            return
        at = clock.now() + 1
        command = Command(at, "limit", by="me", rule="gross", limit=1.0 + fund._journal.records)
        clock.call_at(at, Phase.COMMAND, fund.commander.obey, command)

    loop.call_later(0.01, tell)
    yield


def main(folder, resume):
    (folder / "busy.py").write_text(POD)
    door, ready = [], threading.Event()
    threading.Thread(target=stand, args=(door, ready), daemon=True).start()
    ready.wait()
    given = {
        "live.venues": ["binance"],
        "live.symbols": ["BTC/USDT"],
        "live.warmup": 0,
        "strategies": [f"{folder / 'busy.py'}:Busy"],
    }
    past = past_of(folder / "journal.sqlite") if resume else None
    plan = Plan("paper", folder, 3.0, {"binance": door[0]}, past=past, show=told)
    ended = run_live(resolved(load(None, given)), plan)
    marks = ended.result.marks
    fills = ended.result.fills
    units = sum(fill.quantity for fill in fills)
    cash = float(ended.result.final_equity) - float(units) * marks["BTC/USDT"]
    json.dump({"units": str(units), "cash": str(round(cash, 6))}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), bool(int(sys.argv[2])))
