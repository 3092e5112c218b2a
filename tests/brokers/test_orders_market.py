"""The market of bars by itself: what it knows of an order, and that it is nothing of the future."""

import pytest

from brokers.simulated.bars import BarMarket
from brokers.simulated.market import Moment, Working
from magents.model.orders import OrderType
from magents.model.time import Phase
from tests.builders import candles, order, panel

BARS = candles(
    (100, 102, 99, 101),
    (101, 104, 98, 103),
    (103, 103, 97, 99),
    (99, 120, 90, 118),
    (118, 119, 117, 118),
)


def waiting(**how):
    """Return a market and an order that came before its first bar and waits."""
    market = BarMarket(panel())
    market.load(BARS)
    working = Working(order("sell", **how), 1, Moment(int(BARS.open_ts[0]), Phase.TIMER))
    market.arrive(working)
    return market, working, market.next(working)


@pytest.mark.parametrize(("row", "best"), [(0, 102), (1, 104), (2, 104), (3, 120)])
def test_a_trailing_stop_that_comes_again_knows_the_bars_before_and_no_more(row, best):
    market, working, _ = waiting(type=OrderType.TRAILING_STOP, trail=50)
    working.arrived = Moment(int(BARS.ts[row]), Phase.TIMER)
    market.arrive(working)
    assert working.extreme == best
    assert working.row == row + 1


def test_a_trailing_stop_goes_on_in_the_next_block():
    market, working, step = waiting(type=OrderType.TRAILING_STOP, trail=50)
    assert step is None
    market.load(BARS)
    assert working.extreme == 120


def test_a_search_leaves_an_order_as_it_was():
    market, working, step = waiting(type=OrderType.TRAILING_STOP, trail=8)
    before = (working.row, working.extreme, working.seen, working.triggered)
    assert step == market.next(working)
    assert repr(before) == repr((working.row, working.extreme, working.seen, working.triggered))


def test_a_market_without_bars_says_nothing():
    market = BarMarket(panel())
    for how in ({}, {"limit": 99}, {"stop": 90}, {"tif": "at_close"}, {"tif": "day", "limit": 9}):
        working = Working(order("sell", **how), 1, Moment(0, Phase.TIMER))
        market.arrive(working)
        assert market.next(working) is None
