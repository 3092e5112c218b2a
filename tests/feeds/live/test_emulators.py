"""The live feed against emulated venues: coins and perpetuals, gaps, bursts, and the replay."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from feeds.live.connect import Door
from feeds.live.feed import LiveFeed
from feeds.live.frames import Kind
from feeds.live.recording import files_of, read_frames
from feeds.live.replayed import Recorded
from feeds.live.session import LiveSession
from feeds.live.settings import Live
from magents.model.errors import ConfigError
from magents.model.ticks import QuoteBlock, TradeBlock
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from magents.runtime.supervisor import Supervisor
from tests.emulators_rig import ccxt_client

pytestmark = [pytest.mark.wall, pytest.mark.slow]
SYMBOLS = ("BTC/USDT", "BTC/USDT:USDT")


class Heard:
    """The blocks that a feed gave, by panel."""

    def __init__(self, feed):
        self.feed = feed
        self.blocks = {panel.name: [] for panel in feed.panels}
        self.readers = Supervisor()
        self.ends = [self.readers.start(p.name, self._read(p)) for p in feed.panels]

    async def _read(self, panel):
        async for block in self.feed.blocks(panel, 1):
            self.blocks[panel.name].append(block)

    def rows(self, name, kind, *columns):
        """Return columns of all rows of a panel, NaN as text so that it equals itself."""
        blocks = [block for block in self.blocks[name] if isinstance(block, kind)]
        tables = [zip(*(getattr(b, c).tolist() for c in columns), strict=True) for b in blocks]
        return [tuple(map(str, row)) for table in tables for row in table]

    def everything(self):
        quotes = ("ts", "bid", "ask", "bid_size", "ask_size")
        trades = ("ts", "price", "size", "side")
        return {
            name: self.rows(name, QuoteBlock, *quotes) + self.rows(name, TradeBlock, *trades)
            for name in self.blocks
        }

    async def until(self, ready):
        async with asyncio.timeout(40):
            while not ready():  # noqa: ASYNC110 - what is waited for comes through sockets
                await asyncio.sleep(0.02)

    async def over(self):
        for end in self.ends:
            await end


@asynccontextmanager
async def listening(name, symbols, folder, told=None):
    """Listen to an emulated venue; yields the emulator, the session and what is heard."""
    settings = EmulatorSettings(venue=name, seed=7, clock="paced", port=0)
    async with open_emulator(settings) as emulator:
        door = Door(
            dict.fromkeys(emulator.hosts, ("127.0.0.1", emulator.port)), emulator.ca_pem.decode()
        )
        live = Live(venues=(name,), symbols=symbols, book="quotes", warmup=10)
        markets = {venue: await ask(emulator) for venue, ask in (told or {}).items()}
        session = LiveSession(
            live, asyncio.get_running_loop(), folder, {name: door}, markets=markets
        )
        try:
            await session.connect()
            feed = session.open_feed(VirtualClock(asyncio.get_running_loop()))
            heard = Heard(feed)
            await feed.opening()
            yield emulator, session, heard
            session.stop("over")
            await heard.over()
        finally:
            await session.close()


def replayed(folder):
    """Return what the recording of a session gives."""
    loop = VirtualLoop()

    async def main():
        feed: LiveFeed = Recorded(files_of(folder)[0]).feed(VirtualClock(loop))
        heard = Heard(feed)
        await feed.opening()
        await heard.over()
        return heard.everything(), feed.notices()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main())


def test_coin_and_perpetual_burst_and_gap_and_the_same_again_from_the_recording(
    tmp_path, on_live_loop
):
    async def main():
        async with listening("bybit", SYMBOLS, tmp_path) as (emulator, session, heard):
            books = session.venues["bybit"].harvest.symbols
            await heard.until(lambda: all(each.trusted for each in books.values()))
            await heard.until(lambda: heard.feed.counts["trades"])
            before = heard.feed.counts["trades"]
            emulator.act({"act": "burst", "symbol": "BTCUSDT", "trades": 3_000})
            await heard.until(lambda: heard.feed.counts["trades"] >= before + 3_000)
            emulator.faults.add({"on": "stream.depth", "symbol": "BTCUSDT", "do": "drop"})
            await heard.until(lambda: any("not trusted" in n.text for n in heard.feed.notices()))
            await heard.until(lambda: all(each.trusted for each in books.values()))
        return heard.everything(), heard.feed.notices(), heard.feed.facts()

    lived, notices, facts = on_live_loop(main)
    again, notices_again = replayed(tmp_path)
    assert again == lived
    assert [n.text for n in notices_again] == [n.text for n in notices]
    frames = list(read_frames(files_of(tmp_path)[0]))
    assert not [f for f in frames if f.kind is Kind.CLOSED]  # the trades go on meanwhile
    assert sum('"op":"unsubscribe"' in f.text for f in frames if f.kind is Kind.OUT) > 0
    quotes = [lived[f"{name} quotes"] for name in SYMBOLS]
    assert all(quotes)
    assert any("nan" in row for rows in quotes for row in rows)
    assert any("does not follow" in n.text or "closed" in n.text for n in notices)
    assert set(facts["funding"].instrument) == {"BTC/USDT:USDT"}


async def markets_of(emulator):
    """Return the markets that Alpaca tells to the holder of an account."""
    keys = emulator.account("ann", {"USD": "10000"})
    async with ccxt_client(emulator, keys) as client:
        return list((await client.load_markets()).values())


def test_alpaca_is_asked_for_every_trade_and_its_book_and_the_same_again(tmp_path, on_live_loop):
    async def main():
        markets = {"alpaca": markets_of}
        heard_at = listening("alpaca", ("BTC/USD",), tmp_path, markets)
        async with heard_at as (emulator, session, heard):
            book = session.venues["alpaca"].harvest.symbols["BTC/USD"]
            await heard.until(lambda: book.trusted and heard.feed.counts["trades"])
            before = heard.feed.counts["trades"]
            emulator.act({"act": "burst", "symbol": "BTC/USD", "trades": 1_500})
            await heard.until(lambda: heard.feed.counts["trades"] >= before + 1_500)
            emulator.faults.add({"on": "depth", "do": "status", "status": 503})
            await heard.until(lambda: any("not trusted" in n.text for n in heard.feed.notices()))
            await heard.until(lambda: book.trusted)
        return heard.everything(), heard.feed.notices(), list(emulator.seen)

    lived, notices, seen = on_live_loop(main)
    again, notices_again = replayed(tmp_path)
    assert again == lived
    assert [n.text for n in notices_again] == [n.text for n in notices]
    assert not [n.text for n in notices if "after their bar" in n.text]
    # What is asked for market data comes without keys.
    assert {each.account for each in seen if each.operation == "public_trades"} == {""}


def test_alpaca_without_an_account_is_refused_in_one_sentence(tmp_path, on_live_loop):
    async def main():
        async with listening("alpaca", ("BTC/USD",), tmp_path):
            pass

    with pytest.raises(ConfigError, match="account holders only"):
        on_live_loop(main)


@pytest.mark.parametrize(
    ("venue", "symbol", "market"),
    [
        ("okx", "BTC/USDT", "BTC-USDT"),
        ("okx", "BTC/USDT:USDT", "BTC-USDT-SWAP"),
        ("krakenfutures", "BTC/USD:USD", "PF_XBTUSD"),
        ("binanceusdm", "BTC/USDT:USDT", "BTCUSDT"),
    ],
)
def test_a_venue_is_heard_through_a_burst_and_a_gap_and_the_same_again_from_the_recording(
    tmp_path, on_live_loop, venue, symbol, market
):
    async def main():
        async with listening(venue, (symbol,), tmp_path) as (emulator, session, heard):
            book = session.venues[venue].harvest.symbols[symbol]
            await heard.until(lambda: book.trusted and heard.feed.counts["trades"])
            before = heard.feed.counts["trades"]
            emulator.act({"act": "burst", "symbol": market, "trades": 3_000})
            await heard.until(lambda: heard.feed.counts["trades"] >= before + 3_000)
            emulator.faults.add({"on": "stream.depth", "do": "drop"})
            await heard.until(lambda: any("not trusted" in n.text for n in heard.feed.notices()))
            await heard.until(lambda: book.trusted)
        return heard.everything(), heard.feed.notices()

    lived, notices = on_live_loop(main)
    again, notices_again = replayed(tmp_path)
    assert again == lived
    assert [n.text for n in notices_again] == [n.text for n in notices]
    assert len(lived[f"{symbol} quotes"]) > 2
