"""Any valid stream of updates, and real ones: what always holds for orders in a book."""

import asyncio
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.simulated import book as books
from brokers.simulated.book import Book, Updates
from brokers.simulated.depth import DepthMarket
from brokers.simulated.tape import BUY, SELL
from feeds.history import HistoryFeed
from magents.model.orders import TimeInForce
from tests.brokers.carry.rows import shared
from tests.brokers.ticks.player import DEPTH, Player, bid, cuts, depth, trades, typed

ONE = Decimal(1)
REAL = Path(__file__).parents[2] / "data" / "ticks"
CUTS = st.sampled_from([1, 2, 5, 100])


def settle(levels, row):
    """Apply one row to a plain book: {side: {price: size}}."""
    _, side, price, size, *reset = row
    if reset and reset[0]:
        levels["a"].clear()
        levels["b"].clear()
    levels[side].pop(price, None)
    if size > 0:
        levels[side][price] = size


@st.composite
def streams(draw):
    """Draw updates in messages that never cross the book; some are snapshots."""
    ts, levels = 1, {"b": {}, "a": {}}
    rows = [(1, "b", 5.0, 3.0, 1), (1, "a", 7.0, 3.0), (1, "b", 4.0, 2.0), (1, "a", 8.0, 4.0)]
    for row in rows:
        settle(levels, row)
    for _ in range(draw(st.integers(0, 12))):
        ts += draw(st.integers(1, 2))
        snapshot = draw(st.integers(0, 9)) == 0
        for number in range(draw(st.integers(1, 3))):
            reset = int(snapshot and number == 0)
            side = draw(st.sampled_from("ba"))
            low = 1 if side == "b" or reset else int(max(levels["b"], default=0)) + 1
            high = 12 if side == "a" or reset else int(min(levels["a"], default=13)) - 1
            if low > high:
                continue
            size = float(draw(st.integers(1 if reset else 0, 5)))
            rows.append((ts, side, float(draw(st.integers(low, high))), size, reset))
            settle(levels, rows[-1])
    return rows


@st.composite
def prints(draw):
    ts, rows = 0, []
    for _ in range(draw(st.integers(1, 8))):
        ts += draw(st.integers(0, 3))
        price, size = draw(st.integers(2, 10)), draw(st.integers(1, 6))
        rows.append((ts, float(price), float(size), draw(st.sampled_from([-1, 0, 1]))))
    return rows


@st.composite
def orders(draw, name="a"):
    kind = draw(st.sampled_from(["market", "limit", "limit", "stop", "stop_limit"]))
    how = {"tif": draw(st.sampled_from([*[TimeInForce.GTC] * 3, TimeInForce.IOC, TimeInForce.FOK]))}
    if "stop" in kind:
        how["stop"] = draw(st.integers(3, 9))
    if "limit" in kind:
        how["limit"] = draw(st.integers(3, 9))
        how["display"] = draw(st.sampled_from([None, 1, 2]))
    return typed(draw(st.sampled_from(["buy", "sell"])), draw(st.integers(1, 9)), name, kind, **how)


def updates(block, start=0, stop=None):
    rows = slice(start, stop)
    return Updates(block.side[rows], block.price[rows], block.size[rows], block.reset[rows])


def plain(rows, until):
    levels = {"b": {}, "a": {}}
    for row in rows:
        if row[0] <= until:
            settle(levels, row)
    return levels


def walk(levels, quantity):
    """Return what buying so many units pays, level by level: (quantity, price)."""
    got = []
    for price in sorted(levels["a"]):
        part = min(quantity, levels["a"][price])
        if part > 0:
            got.append((part, price))
            quantity -= part
    return got


@given(streams(), CUTS, st.booleans())
def test_the_book_is_what_its_updates_say_and_never_crosses(rows, cut, in_bulk):
    block, book, before = depth(*rows), Book(), books._MANY
    books._MANY = 0 if in_bulk else before
    try:
        for part in cuts(block, cut):
            book.apply(updates(part))
            levels = plain(rows, int(part.ts[-1]))
            for sign, side in ((BUY, "a"), (SELL, "b")):
                shown = {sign * each.key: each.size for each in book.levels(sign)}
                assert shown == levels[side]
                assert list(shown) == sorted(shown, reverse=sign == SELL)
            assert not book.best(BUY) <= book.best(SELL)
    finally:
        books._MANY = before


@given(streams(), st.integers(0, 20), st.integers(1, 20), CUTS)
def test_a_market_order_walks_the_levels_at_exactly_their_prices(rows, arrived, quantity, cut):
    later = [row[0] for row in rows if row[0] > arrived]
    what = bid(quantity, "a", tif=TimeInForce.IOC)
    player = Player(DepthMarket(DEPTH, ONE)).play(cuts(depth(*rows), cut), (arrived, what))
    expected = walk(plain(rows, later[0]), quantity) if later else []
    assert [(got.quantity, got.price) for got in player.fills["a"]] == expected


@given(streams(), orders(), st.integers(0, 20), prints(), CUTS, CUTS)
def test_fills_do_not_depend_on_cuts_nor_go_through_the_limit(rows, what, at, printed, cut, part):
    def fills(*sizes):
        parts = [cuts(depth(*rows), sizes[0]), cuts(trades(*printed), sizes[1])]
        return Player(DepthMarket(DEPTH, ONE)).play(parts, (at, what)).fills["a"]

    whole = fills(100, 100)
    assert fills(cut, part) == whole
    assert sum(got.quantity for got in whole) <= what.quantity
    assert all(got.ts > at for got in whole)
    sign = what.side.sign
    assert what.limit is None or all(sign * got.price <= sign * what.limit for got in whole)
    full = sum(got.quantity for got in whole) == what.quantity
    assert what.tif is not TimeInForce.FOK or not whole or full


@given(streams(), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4)), max_size=5), CUTS)
def test_our_fills_never_take_more_of_a_level_than_it_showed(rows, sizes, cut):
    errands = [(ts, bid(size, f"o{n}")) for n, (ts, size) in enumerate(sorted(sizes))]
    player = Player(DepthMarket(DEPTH, ONE)).play(cuts(depth(*rows), cut), *errands)
    used = defaultdict(float)
    for got in (each for fills in player.fills.values() for each in fills):
        fresh = max(
            n
            for n, row in enumerate(rows)
            if row[0] <= got.ts and row[1] == "a" and row[2] == got.price
        )
        used[fresh] += got.quantity
    assert all(total <= rows[fresh][3] for fresh, total in used.items())


# -- real books -----------------------------------------------------------------------------------


EITHER = ["excerpt", pytest.param("whole", marks=pytest.mark.evidence)]


def whole(folder):
    """Lay the whole captures out as a directory of ticks, where ``MAGENTS_DATA`` says they lie."""
    (folder / "depth").mkdir()
    (folder / "l2_2021.parquet").symlink_to(shared("crypto/l2_captures_2021.parquet"))
    book = shared("crypto/coinbase_btcusd_lob15_20210417.parquet")
    (folder / "depth" / "BTC-USD.parquet").symlink_to(book)
    return folder


@pytest.fixture(scope="module", params=EITHER)
def real(request, tmp_path_factory):
    """Return all real blocks by panel."""
    excerpt = request.param == "excerpt"
    feed = HistoryFeed(REAL if excerpt else whole(tmp_path_factory.mktemp("ticks")))

    async def read():
        return {p.name: (p, [b async for b in feed.blocks(p, 500)]) for p in feed.panels}

    return asyncio.run(read())


NAMES = ["ETH-USD", "FILUSD", "PI_LTCUSD", "UNIUSDT", "BTC/USD"]


def messages(blocks):
    """Play updates into a book; yield it after each message, with the middle the reader found."""
    book = Book()
    for block in blocks:
        edges = [0, *(np.flatnonzero(np.diff(block.ts)) + 1).tolist(), len(block)]
        for start, stop in pairwise(edges):
            book.apply(updates(block, start, stop))
            yield book, block.mid[stop - 1]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_book_never_crosses_and_its_middle_is_the_readers(real, name):
    _, blocks = real[f"{name} depth"]
    for book, middle in messages(blocks):
        assert book.best(SELL) < book.best(BUY)
        assert (book.best(BUY) + book.best(SELL)) / 2 == middle


def test_no_book_of_the_captures_crosses_at_all(real):
    books = [blocks for panel, blocks in real.values() if panel.level == "depth"]
    assert len(books) >= len(NAMES)
    for book, _ in (each for blocks in books for each in messages(blocks)):
        assert book.best(SELL) < book.best(BUY)


@pytest.mark.parametrize("name", NAMES)
def test_orders_of_growing_size_walk_a_real_book_at_exactly_its_prices(real, name):
    panel, blocks = real[f"{name} depth"]
    ts = np.concatenate([block.ts for block in blocks])
    instants = np.unique(ts)
    for number, share in enumerate((0.1, 0.5, 0.9)):
        at = int(instants[int(share * (len(instants) - 1))])
        book = Book()
        for block in blocks:
            book.apply(updates(block, stop=int(block.ts.searchsorted(at, "right"))))
        levels = {"a": {each.key: Decimal(repr(each.size)) for each in book.levels(BUY)}}
        deepest = sum(levels["a"].values())
        for part in (1, 10, 100, 1000):
            quantity = (deepest / part).quantize(Decimal("1e-8"))
            what = bid(quantity, "a", tif=TimeInForce.IOC, instrument=panel.instruments[0])
            player = Player(DepthMarket(panel)).play(blocks, (at - 1, what))
            got = [(Decimal(repr(each.quantity)), each.price) for each in player.fills["a"]]
            expected = walk(levels, quantity)
            assert [price for _, price in got] == [price for _, price in expected], number
            assert all(
                abs(a - b) <= Decimal("1e-7") for (a, _), (b, _) in zip(got, expected, strict=True)
            )


def test_an_order_in_a_real_queue_fills_alike_for_any_cut(real):
    panel, blocks = real["ETH-USD depth"]
    _, prints_ = real["ETH-USD trades"]
    at = int(blocks[0].ts[-1])
    resting = [
        (at, typed("buy", 2, "b", limit="4215.9", instrument="ETH-USD")),
        (at, typed("sell", 2, "s", limit="4216", instrument="ETH-USD")),
    ]
    seen = Player(DepthMarket(panel)).play([blocks, prints_], *resting).fills
    cut = [part for block in blocks for part in cuts(block, 37)]
    ones = [part for block in prints_ for part in cuts(block, 1)]
    assert Player(DepthMarket(panel)).play([cut, ones], *resting).fills == seen
    assert {got.rule for got in seen["b"]} == {"D3"}
    assert {got.rule for got in seen["s"]} == {"D6"}
    assert [got.quantity for got in seen["s"][:3]] == [0.08370195, 0.1, 0.1]
