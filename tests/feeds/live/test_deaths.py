"""A venue of several dies while a session goes on: the others do not notice, and it comes back."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from brokers.emulators.tls import Authority
from feeds.live.connect import Door
from feeds.live.session import LiveSession
from feeds.live.settings import Live
from magents.runtime.clock import VirtualClock
from tests.feeds.live.test_emulators import Heard, replayed

pytestmark = [pytest.mark.wall, pytest.mark.slow]
LIVE = Live(venues=("binance", "bybit"), symbols=("BTC/USDT",), book="quotes", warmup=0)


def standing(venue, authority, port=0):
    return open_emulator(EmulatorSettings(venue=venue, seed=7, speed=10, port=port), authority)


def door(emulator, authority):
    where = dict.fromkeys(emulator.hosts, ("127.0.0.1", emulator.port))
    return Door(where, authority.pem.decode())


async def begun(session):
    """Begin a session; return what it hears."""
    await session.connect()
    feed = session.open_feed(VirtualClock(asyncio.get_running_loop()))
    await feed.opening()
    return Heard(feed)


async def die_and_come_back(folder):
    authority = Authority()
    async with AsyncExitStack() as first, standing("bybit", authority) as lives:
        dies = await first.enter_async_context(standing("binance", authority))
        doors = {each.settings.venue: door(each, authority) for each in (dies, lives)}
        session = LiveSession(LIVE, asyncio.get_running_loop(), folder, doors)
        try:
            heard = await begun(session)
            gone, there = (session.venues[venue] for venue in LIVE.venues)
            await heard.until(lambda: not gone.doubted and not there.doubted)
            await first.aclose()
            await heard.until(lambda: gone.doubted)
            known = there.heard.total
            await heard.until(lambda: there.heard.total > known + 20)
            assert (session.failure, there.doubted) == (None, [])
            async with standing("binance", authority, dies.port):
                await heard.until(lambda: not gone.doubted)
                session.stop("the test is over")
                await heard.over()
        finally:
            await session.close()
    return heard


def test_a_venue_that_dies_takes_nothing_from_the_others_and_comes_back(tmp_path, on_live_loop):
    heard = on_live_loop(lambda: die_and_come_back(tmp_path))
    lived = heard.everything()
    assert any("nan" in row for name, rows in lived.items() if "binance" in name for row in rows)
    assert not any("nan" in row for name, rows in lived.items() if "bybit" in name for row in rows)
    assert replayed(tmp_path)[0] == lived
