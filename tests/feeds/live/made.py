"""A fund on a live market that a test makes by hand, in simulated time."""

import asyncio

from feeds.live.feed import LiveFeed
from feeds.live.frames import Frame, Kind, Opening, Top, Trade
from feeds.live.settings import Live
from magents.fund import Fund, Hire
from magents.model.time import HOUR, Phase
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from tests.builders import MONDAY, Notebook, settings

NAME, COIN = "BTC/USDT:USDT", "BTC/USDT"
START = MONDAY + 7 * HOUR
MARKET = {
    "id": "BTCUSDT", "base": "BTC", "quote": "USDT", "settle": "USDT", "swap": True,
    "linear": True, "type": "swap", "contractSize": 1,
    "precision": {"amount": 0.001, "price": 0.1}, "limits": {},
}  # fmt: skip


def told(instant, *events, kind=Kind.POLLED):
    """Return events of one frame, and when it comes."""
    return instant, (Frame(0, instant, instant, "binance", kind, "", ""), events)


def market(instant, price, name=NAME):
    """Return a trade and a quote around it."""
    top = Top(name, price - 0.5, price + 0.5, 9.0, 9.0)
    return told(instant, Trade(name, instant, price, 1.0, 1, ""), top, kind=Kind.MESSAGE)


def session(
    *heard, pods, until, funding=True, past=None, commands=(), start=START, coin=False, **how
):
    """Run a fund on what is heard of a perpetual, or its coin; return its journal and result."""
    name, what = (COIN, {**MARKET, "swap": False, "spot": True}) if coin else (NAME, MARKET)
    loop = VirtualLoop()
    clock = VirtualClock(loop)
    opening = Opening(markets={"binance": {name: what}}, offsets={"binance": 0})
    live = Live(venues=("binance",), symbols=(name,), book="quotes", funding=funding)

    async def begins():
        await clock.until(start, Phase.LOAD)
        for instant, frame in (*heard, told(until, kind=Kind.END)):
            clock.call_at(instant, Phase.LOAD, feed.take, [frame])
        return start

    feed = LiveFeed(opening, live, clock, begins)
    journal = Notebook()
    money, hires = settings(currency="USDT", **how), [Hire(pod) for pod in pods]
    fund = Fund(money, feed, hires, clock, journal, past=past, commands=commands)

    async def main():
        return await fund.run()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return journal, runner.run(main())
