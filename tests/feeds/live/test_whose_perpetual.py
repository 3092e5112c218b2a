"""A perpetual that is not said to be of one venue, with venues on this machine."""

from contextlib import AsyncExitStack

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from feeds.live.connect import Door
from feeds.live.session import LiveSession
from feeds.live.settings import Live
from magents.model.errors import ConfigError

pytestmark = [pytest.mark.wall, pytest.mark.slow]
PERPETUAL, COIN = "BTC/USDT:USDT", "BTC/USDT"


@pytest.fixture
async def opened():
    """Connect to Binance and Bybit on this machine with the symbols of a test."""
    async with AsyncExitStack() as stack:
        doors = {}
        for name in ("binance", "bybit"):
            settings = EmulatorSettings(venue=name, flow=False)
            there = await stack.enter_async_context(open_emulator(settings))
            where = dict.fromkeys(there.hosts, ("127.0.0.1", there.port))
            doors[name] = Door(where, there.ca_pem.decode())

        async def connect(*symbols):
            live = Live(venues=("binance", "bybit"), symbols=symbols, warmup=0)
            session = LiveSession(live, None, None, doors)
            stack.push_async_callback(session.close)
            return await session.connect()

        yield connect


async def test_it_is_of_those_that_trade_perpetuals_here_and_that_is_said(opened):
    opening = await opened(COIN, PERPETUAL)

    assert set(opening.markets["binance"]) == {COIN}
    assert set(opening.markets["bybit"]) == {COIN, PERPETUAL}
    (text,) = opening.lacking
    assert text.startswith(f"{PERPETUAL} is not of binance, which trades coins only")
    assert text.endswith(f"{PERPETUAL}@bybit says whose it is")


async def test_one_that_says_whose_it_is_says_it_all(opened):
    opening = await opened(COIN, f"{PERPETUAL}@bybit")

    assert set(opening.markets["bybit"]) == {COIN, PERPETUAL}
    assert opening.lacking == []


async def test_a_venue_that_is_left_with_nothing_is_refused_with_the_mend(opened):
    with pytest.raises(ConfigError, match="leave it out of"):
        await opened(PERPETUAL)


async def test_one_that_is_said_to_be_where_there_are_coins_only_is_refused(opened):
    with pytest.raises(ConfigError, match="its perpetuals are not among"):
        await opened(COIN, f"{PERPETUAL}@binance")
