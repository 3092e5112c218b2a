"""hftbacktest: compiled engine and strategy, W4 only.

It fills against a book and never against trades, so each change of price comes with a book half a
cent around it: an order fills at once, half a cent worse than the tick (``half_spread``).  A short
run before compiles the strategy.
"""

from typing import Any

import hftbacktest as hft
import numpy as np
import numpy.typing as npt
from numba import njit

from benchmarks.adapters.common import Timer, job, report, rows
from benchmarks.work import CAPITAL, COMMISSION, TICK_EVERY, TICK_MEAN, TICK_UNITS, Job

BOTH = hft.EXCH_EVENT | hft.LOCAL_EVENT
DEEP = 1e6
HALF = 0.005


def events(of: Job) -> npt.NDArray[Any]:
    """Return the feed: before each trade at a new price, four rows that move the book there."""
    table = rows(of)
    ts = np.array([int(row[0]) for row in table])
    price = np.array([float(row[1]) for row in table])
    before = np.concatenate([price[:1], price[:-1]])
    moved = np.concatenate([[True], price[1:] != price[:-1]])
    counts = np.where(moved, 5, 1)
    at = np.cumsum(counts) - 1
    feed = np.zeros(counts.sum(), hft.event_dtype)
    feed["exch_ts"] = np.repeat(ts, counts)
    feed["local_ts"] = feed["exch_ts"] + 1_000
    bought = np.array([row[3] == "B" for row in table])
    feed["ev"][at] = hft.TRADE_EVENT | BOTH | np.where(bought, hft.BUY_EVENT, hft.SELL_EVENT)
    feed["px"][at] = price
    feed["qty"][at] = [float(row[2]) for row in table]
    _move_book(feed, at[moved], before[moved], price[moved])
    return feed


def _move_book(feed: npt.NDArray[Any], at: Any, before: Any, price: Any) -> None:  # noqa: ANN401
    changes = (
        (hft.BUY_EVENT, before - HALF, 0.0),
        (hft.SELL_EVENT, before + HALF, 0.0),
        (hft.BUY_EVENT, price - HALF, DEEP),
        (hft.SELL_EVENT, price + HALF, DEEP),
    )
    for place, (side, level, size) in enumerate(changes):
        row = at - len(changes) + place
        feed["ev"][row] = hft.DEPTH_EVENT | side | BOTH
        feed["px"][row] = np.round(level, 3)
        feed["qty"][row] = size


@njit  # type: ignore[misc]
def strategy(venue: Any, ticks: int) -> int:  # noqa: ANN401
    """Follow the rule of W4 for so many ticks; return how many there were."""
    prices = np.zeros(TICK_MEAN)
    total = 0.0
    count = held = 0
    while count < ticks:
        answer = venue.wait_next_feed(False, 10_000_000_000_000)  # noqa: FBT003
        trades = venue.last_trades(0)
        for trade in trades:
            place = count % TICK_MEAN
            total += trade.px - prices[place]
            prices[place] = trade.px
            count += 1
            if count % TICK_EVERY == 0:
                if held == 0:
                    venue.submit_buy_order(
                        0,
                        count,
                        trade.px,
                        TICK_UNITS,
                        hft.GTC,
                        hft.MARKET,
                        True,  # noqa: FBT003
                    )
                    held = TICK_UNITS
                else:
                    venue.submit_sell_order(
                        0,
                        count,
                        trade.px,
                        held,
                        hft.GTC,
                        hft.MARKET,
                        True,  # noqa: FBT003
                    )
                    held = 0
        if len(trades):
            venue.clear_last_trades(0)
        if answer == 1:
            break
    return count


def open_venue(feed: npt.NDArray[Any]) -> Any:  # noqa: ANN401 - compiled class
    """Return an exchange without latency."""
    asset = (
        hft.BacktestAsset()
        .data([feed])
        .linear_asset(1.0)
        .constant_order_latency(0, 0)
        .risk_adverse_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(COMMISSION, COMMISSION)
        .tick_size(HALF)
        .lot_size(1.0)
        .last_trades_capacity(100)
    )
    return hft.HashMapMarketDepthBacktest([asset])


def main() -> None:
    """Measure."""
    of = job()
    feed = events(of)
    strategy(open_venue(feed[:200]), 10)
    venue = open_venue(feed)
    last = float(feed["px"][-1])
    with Timer() as timer:
        count = strategy(venue, len(feed))
    state = venue.state_values(0)
    equity = CAPITAL + state.balance - state.fee + state.position * last
    report("hftbacktest", timer, int(count), int(state.num_trades), equity)


if __name__ == "__main__":
    main()
