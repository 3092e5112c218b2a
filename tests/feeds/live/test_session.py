"""Unmodified ccxt against a Binance on loopback: all that comes, in order, and only whole."""

import itertools

import pytest

from feeds.live.frames import Kind
from magents.model.ticks import DepthBlock, QuoteBlock
from tests.feeds.live.house import House

pytestmark = [pytest.mark.wall, pytest.mark.slow]

BOTH = ("btcusdt@trade", "btcusdt@depth@100ms")


def test_trades_and_book_arrive_as_blocks_and_the_recording_has_every_message(
    on_live_loop, listen, frames
):
    house = House()

    async def main():
        async with house.open() as door, listen(door) as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.mids)
            await house.trades((100.5, 1), (100.6, 2))
            await house.book(bids=[(100.5, 3)])
            await heard.until(lambda: len(heard.prices()) == 2 and len(heard.mids()) == 2)
            return heard.prices(), heard.mids()

    prices, mids = on_live_loop(main)
    assert prices == [100.5, 100.6]
    assert mids == [100.5, 100.75]
    kinds = [frame.kind for frame in frames()]
    assert kinds[0] is Kind.BEGIN
    assert kinds[-1] is Kind.END
    assert sum('"e": "trade"' in frame.text for frame in frames()) == 2


def test_forty_thousand_trades_in_one_burst_are_all_counted_in_order_in_bounded_memory(
    on_live_loop, listen
):
    house = House()
    many = 40_000

    async def main():
        async with house.open() as door, listen(door, book="none") as heard:
            await house.subscription(BOTH[0])
            for n in range(many):
                await house.trades((n + 1, 1))
            await heard.until(lambda: heard.feed.counts["trades"] == many)
            return heard.prices(), heard.session.staging.peak, heard.feed.notices()

    prices, peak, notices = on_live_loop(main)
    assert prices == [float(n + 1) for n in range(many)]
    assert peak < many / 4
    assert notices == []


def test_a_gap_in_the_book_takes_its_quotes_away_until_it_has_been_fetched_again(
    on_live_loop, listen
):
    house = House()

    async def main():
        async with house.open() as door, listen(door, book="quotes") as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.quotes)
            before = house.snapshots
            await house.book(bids=[(100.7, 1)], skip=5)
            await heard.until(lambda: len(heard.quotes()) == 3)
            return heard.quotes(), house.snapshots - before, heard.feed.notices()

    quotes, fetched, notices = on_live_loop(main)
    assert quotes[0] == (100.0, 101.0)
    assert quotes[1][0] != quotes[1][0]
    assert quotes[2] == (100.7, 101.0)
    assert fetched == 1
    assert "not trusted" in notices[0].text


def test_a_cut_connection_is_dialled_again_and_no_quote_stands_meanwhile(on_live_loop, listen):
    house = House()

    async def main():
        async with house.open() as door, listen(door, book="quotes") as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.quotes)
            await house.drop()
            await heard.until(lambda: len(heard.quotes()) == 3)
            await house.subscription(*BOTH)
            await house.trades((100.5, 1))
            await heard.until(heard.prices)
            return heard.quotes()

    quotes = on_live_loop(main)
    assert quotes[0] == quotes[2] == (100.0, 101.0)
    assert quotes[1][0] != quotes[1][0]


def test_a_connection_that_says_nothing_is_cut_by_the_watchdog(on_live_loop, listen, frames):
    house = House()

    async def main():
        async with house.open() as door, listen(door, silence=0.5) as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.mids)
            # Nothing is said from here on; pings come later than that.
            await heard.until(lambda: house.snapshots == 2)

    on_live_loop(main)
    assert any("nothing was heard" in f.text for f in frames() if f.kind is Kind.CLOSED)


def test_a_crossed_book_is_not_trusted(on_live_loop, listen):
    house = House()

    async def main():
        async with house.open() as door, listen(door) as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.mids)
            await house.book(bids=[(105.0, 1)])
            await heard.until(lambda: len(heard.of(DepthBlock)) > 1)
            return heard.of(DepthBlock)[1], heard.feed.notices()

    block, notices = on_live_loop(main)
    assert block.reset.tolist() == [1]
    assert block.mid[0] != block.mid[0]
    assert "is not below" in notices[0].text


def test_the_venues_clock_is_measured(on_live_loop, listen):
    house = House()
    house.skew_ms = 1500

    async def main():
        async with house.open() as door, listen(door) as heard:
            return heard.session.venues["binance"].offset / 1e6

    assert 1400 < on_live_loop(main) < 1600


def test_missing_trades_are_told_by_their_numbers(on_live_loop, listen):
    house = House()

    async def main():
        async with house.open() as door, listen(door, book="none") as heard:
            await house.subscription(BOTH[0])
            await house.trades((1, 1))
            for _ in range(3):
                next(house.trade_ids)
            await house.trades((2, 1))
            await heard.until(lambda: len(heard.prices()) == 2)
            return heard.feed.notices()

    (notice,) = on_live_loop(main)
    assert (notice.count, "3 trades missing before 5" in notice.text) == (3, True)


def test_filters_of_the_venue_become_those_of_the_instrument(on_live_loop, listen):
    house = House()

    async def main():
        async with house.open() as door, listen(door) as heard:
            return heard.feed.instruments

    (coin,) = on_live_loop(main)
    assert (coin.id, coin.venue, coin.currency) == ("BTC/USDT", "binance", "USDT")
    assert [str(coin.lot), str(coin.tick), str(coin.min_notional)] == ["0.0001", "0.01", "5.0"]
    filters = coin.filters
    assert (filters.buy_band, filters.sell_band) == ((0.8, 1.2), (0.8, 1.2))
    assert [str(filters.min_quantity), str(filters.max_price)] == ["0.0001", "1000000.0"]


def test_quotes_are_told_only_when_the_best_prices_change(on_live_loop, listen):
    house = House()

    async def main():
        async with house.open() as door, listen(door, book="quotes") as heard:
            await house.subscription(*BOTH)
            await heard.until(heard.quotes)
            await house.book(bids=[(95.0, 9)])
            await house.book(bids=[(100.2, 9)])
            await heard.until(lambda: len(heard.quotes()) == 2)
            return sum(len(block) for block in heard.of(QuoteBlock))

    assert on_live_loop(main) == 2


def test_a_venue_that_hangs_up_at_once_is_dialled_ever_more_slowly(on_live_loop, listen):
    house = House()
    house.hangs_up = True

    async def main():
        async with house.open() as door, listen(door, book="none") as heard:
            await heard.until(lambda: len(house.dials) == 5)

    on_live_loop(main)
    pauses = [after - before for before, after in itertools.pairwise(house.dials)]
    assert all(pause > 0.125 * 2**n for n, pause in enumerate(pauses))
