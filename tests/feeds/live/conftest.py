"""A live session against a house of our own, and what it came to."""

import asyncio
import contextlib

import numpy as np
import pytest

from feeds.live.recording import files_of, read_frames
from feeds.live.session import LiveSession
from feeds.live.settings import Live
from magents.model.ticks import DepthBlock, QuoteBlock, TradeBlock
from magents.runtime.clock import VirtualClock
from magents.runtime.live_loop import LiveLoop
from magents.runtime.supervisor import Supervisor


class Listening:
    """A session that nobody trades on.

    Attributes:
        blocks: everything the feed gave, in order.
    """

    def __init__(self, session, feed):
        self.session = session
        self.feed = feed
        self.blocks = []

    def of(self, kind):
        return [block for block in self.blocks if isinstance(block, kind)]

    def prices(self):
        return [p for block in self.of(TradeBlock) for p in block.price.tolist()]

    def mids(self):
        return [
            m for block in self.of(DepthBlock) for m in block.mid[~np.isnan(block.mid)].tolist()
        ]

    def quotes(self):
        return [
            (bid, ask)
            for block in self.of(QuoteBlock)
            for bid, ask in zip(block.bid.tolist(), block.ask.tolist(), strict=True)
        ]

    async def until(self, ready):
        """Wait until something has come, forty seconds at most: the machine may be busy."""
        async with asyncio.timeout(40):
            while not ready():  # noqa: ASYNC110 - what is waited for comes through sockets
                await asyncio.sleep(0.005)

    async def read(self, panel):
        async for block in self.feed.blocks(panel, 1):
            self.blocks.append(block)


@contextlib.asynccontextmanager
async def listening(folder, door, **how):
    """Listen to BTC/USDT of a house; close everything in the end."""
    settings = {"venues": ("binance",), "symbols": ("BTC/USDT",), "warmup": 0, **how}
    loop = asyncio.get_running_loop()
    session = LiveSession(Live(**settings), loop, folder, {"binance": door})
    readers = Supervisor()
    try:
        await session.connect()
        feed = session.open_feed(VirtualClock(loop))
        await feed.opening()
        heard = Listening(session, feed)
        ends = [readers.start(panel.name, heard.read(panel)) for panel in feed.panels]
        yield heard
        session.stop("the test is over")
        for end in ends:
            await end
    finally:
        await readers.stop()
        await session.close()


@pytest.fixture
def on_live_loop():
    """Run a coroutine function on a live loop."""

    def run(main):
        loop = LiveLoop()
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(main())

    return run


@pytest.fixture
def listen(tmp_path):
    """Listen to a house, recording to a folder of the test's."""
    return lambda door, **how: listening(tmp_path / "recording", door, **how)


@pytest.fixture
def frames(tmp_path):
    """Return the frames that were recorded."""
    return lambda: list(read_frames(files_of(tmp_path / "recording")[0]))
