"""A live session and its replay: one digest, three times of three; a death loses nothing told."""

import asyncio
import random
import threading

import pytest

from feeds.live.recording import files_of
from magents.cli.live_running import Plan, at_venue, run_live
from magents.cli.replaying import replay_file, settings_of
from magents.cli.resolving import resolved
from magents.config import load
from magents.journal.reading import read
from tests.feeds.live.house import House

pytestmark = [pytest.mark.wall, pytest.mark.slow]


POD = """
from pods.base import Pod


class Busy(Pod):
    async def run(self, desk):
        count = 0
        async for trade in desk.trades("BTC/USDT"):
            count += 1
            if count % 7 == 0:
                await desk.buy("BTC/USDT", 0.5)
            if count % 7 == 3:
                await desk.sell("BTC/USDT", 0.5)
            if count % 11 == 0:
                await desk.buy("BTC/USDT", 1, limit=round(trade.price - 0.5, 2))
            if count % 20 == 0:
                for each in desk.orders:
                    await desk.cancel(each.order.id)
"""


async def market(house, rng, over):
    """Let a book walk and trade, with a gap and a cut connection on the way."""
    middle = 100.5
    await house.subscription("btcusdt@trade", "btcusdt@depth@100ms")
    for n in range(1_000_000):
        await asyncio.sleep(0.004)
        if over.is_set():
            return
        middle = max(50, middle + rng.choice([-0.5, -0.25, 0, 0.25, 0.5]))
        bids, asks = house.bids["BTCUSDT"], house.asks["BTCUSDT"]
        gone = (
            [(p, 0) for p in list(bids) if p >= middle],
            [(p, 0) for p in list(asks) if p <= middle],
        )
        await house.book([*gone[0], (middle - 0.25, 3.0)], [*gone[1], (middle + 0.25, 3.0)])
        await house.trades((middle, rng.random()))
        if n == 120:
            await house.book([(50.0, 1)], skip=2)
        if n == 450:
            await house.drop()
            await house.subscription("btcusdt@trade", "btcusdt@depth@100ms")


@pytest.fixture
def standing():
    """A busy house on a thread of its own; yields its door."""
    house, ready, over, door = House(), threading.Event(), threading.Event(), []

    async def stand():
        async with house.open() as opened:
            door.append(opened)
            ready.set()
            await market(house, random.Random(3), over)

    thread = threading.Thread(target=lambda: asyncio.run(stand()))
    thread.start()
    ready.wait()
    yield door[0]
    over.set()
    thread.join()


def test_a_session_with_gap_and_cut_gives_the_same_digest_three_times_of_three(tmp_path, standing):
    (tmp_path / "busy.py").write_text(POD)
    loaded = resolved(
        load(
            None,
            {
                "live.venues": ["binance"],
                "live.symbols": ["BTC/USDT"],
                "live.bar": "1s",
                "live.warmup": 0,
                "strategies": [f"{tmp_path / 'busy.py'}:Busy", "ma"],
            },
        )
    )
    run = tmp_path / "paper-0001"
    run.mkdir()
    plan = Plan("paper", run, 5.0, {"binance": standing}, at_venue=at_venue)
    lived = run_live(loaded, plan)
    (file,) = files_of(run)
    replays = [replay_file(settings_of(file, None, {}), file) for _ in range(3)]

    assert lived.failure is None
    assert len(lived.result.fills) > 20
    texts = " ".join(notice.text for notice in lived.result.notices)
    assert "ccxt found a message missing" in texts
    assert "closed by the venue" in texts
    assert {each.digest for each in replays} == {lived.result.digest}
    assert [each.records for each in replays] == [lived.result.records] * 3
    records = [entry for _, entry in read(run / "journal.sqlite")]
    assert len(records) == lived.result.records
