"""What the data screen says of a venue: clock, gaps, rates, silence."""

import asyncio
from types import SimpleNamespace

import pytest

from feeds.live.health import STALE, feed_row
from magents.model.ports import Watched
from magents.model.time import SECOND
from magents.runtime.meter import Meter
from tests.feeds.live.house import House

pytestmark = [pytest.mark.wall, pytest.mark.slow]

BOTH = ("btcusdt@trade", "btcusdt@depth@100ms")


def test_clock_gaps_and_rate_of_a_venue_are_told(on_live_loop, listen):
    house = House()
    house.skew_ms = 3000

    async def main():
        async with house.open() as door, listen(door) as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.mids)
            before = heard.feed.health().feeds[0]
            await house.book(bids=[(100.5, 1)], skip=1)
            await heard.until(lambda: heard.session.venues["binance"].harvest.gaps)
            doubted = heard.feed.health().feeds[0]
            await heard.until(lambda: house.snapshots > 1)
            await house.subscription(*BOTH)
            await house.book(bids=[(100.25, 1)])
            await heard.until(lambda: not heard.session.venues["binance"].doubted)
            return before, doubted, heard.feed.health(), isinstance(heard.feed, Watched)

    before, doubted, after, watched = on_live_loop(main)
    assert watched
    assert (before.source, before.state, before.gaps) == ("binance", "ok", 0)
    assert 0 <= before.age < STALE * SECOND
    assert before.seen > 0
    assert 0 < before.rate <= before.seen
    assert doubted.gaps == 1
    assert "book not trusted: BTC/USDT" in doubted.note
    assert abs(after.offset - 3 * SECOND) < SECOND / 2
    assert "+3,0" in after.feeds[0].note or "+2,9" in after.feeds[0].note
    assert after.feeds[0].gaps == 1
    assert "not trusted" not in after.feeds[0].note
    assert {row.name for row in after.queues} >= {
        "heard, not told",
        "live 24/7 1m",
        "live BTC/USDT trades",
    }


def test_missing_trades_are_gaps_and_a_venue_that_hangs_up_is_down(on_live_loop, listen):
    house = House()

    async def main():
        async with house.open() as door, listen(door, book="none") as heard:
            await house.subscription(BOTH[0])
            await house.trades((100, 1))
            for _ in range(3):
                next(house.trade_ids)
            await house.trades((100, 1))
            await heard.until(lambda: len(heard.prices()) == 2)
            venue = heard.session.venues["binance"]
            heard_of = heard.feed.health().feeds[0]
            await house.drop()
            await heard.until(lambda: venue.connections == 0)
            gone = heard.feed.health().feeds[0]
            await asyncio.wait_for(house.subscription(BOTH[0]), 10)
            return heard_of, gone

    heard_of, gone = on_live_loop(main)
    assert (heard_of.state, heard_of.gaps) == ("ok", 1)
    assert "not trusted" not in heard_of.note
    assert gone.state == "down"
    assert "0 connections" in gone.note


@pytest.mark.parametrize(
    ("connections", "asked", "ago", "state"),
    [
        (1, False, 1, "ok"),
        (1, False, 11, "stale"),
        (1, False, None, "stale"),
        (0, False, 1, "down"),
        (0, True, 1, "ok"),
        (0, True, 11, "stale"),
    ],
)
def test_state_is_told_by_connections_and_silence(connections, asked, ago, state):
    now = [1000.0]
    heard = Meter(lambda: now[0])
    if ago is not None:
        heard.add()
        now[0] += ago
    told = {"name": "v", "offset": 0, "doubted": [], "harvest": SimpleNamespace(gaps=2)}
    row = feed_row(SimpleNamespace(heard=heard, connections=connections, asked=asked, **told))

    assert (row.state, row.gaps) == (state, 2)
    assert row.age == (-1 if ago is None else ago * SECOND)
    assert ("asked now and then" in row.note) is asked
