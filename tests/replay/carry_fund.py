"""A fund on made days, for what holding costs and brings: pods by script, and what came of them."""

from decimal import Decimal

import numpy as np

from feeds.memory import MemoryFeed
from magents.analytics.attribution import attribute
from magents.model.records import CashFlow
from magents.model.time import DAY, HOUR
from tests.builders import CLOSING, MONDAY, OPENING, Script, block, panel, trade

D = Decimal
SIZES = (1, 7, 512)
FREE = {"max_single_name": 1e9, "max_leverage": 1e9, "price_collar": 1e9}
CAPITAL = 1_000_000


def opening(day):
    """Return when the session of a day opens, the first one is 0."""
    return MONDAY + OPENING + day * DAY


def closing(day):
    """Return when it closes."""
    return MONDAY + CLOSING + day * DAY


def play(scripts, instruments, bars, events=None, **how):
    """Run a fund of scripts by pod once for each size of block; all leave the same journal."""
    runs = []
    for size in SIZES:
        pods = [Script(name, script) for name, script in scripts.items()]
        feed = MemoryFeed(instruments, bars, events=events)
        runs.append(trade(pods, feed, block_size=size, **{**FREE, **how}))
    assert {run.result.halts == [] for run in runs} == {True}
    assert len({run.result.digest for run in runs}) == 1
    assert_explained(runs[0].result)
    for run in runs[1:]:
        assert_same_values(run.result.equity, runs[0].result.equity)
    return runs[0]


def assert_explained(result):
    """Trades and carry by cause are all that a pod has made."""
    split = attribute(result)
    for row in split.pods:
        assert abs(row.other) <= D("0.02")
        assert row.gross - row.commission + row.carried + row.other == row.net
    assert abs(split.rest - sum(split.house.values())) <= D("0.03")
    assert sum(row.net for row in split.pods) + split.rest == split.change


def assert_same_values(one, other):
    assert one.ts.tolist() == other.ts.tolist()
    assert one.fund.tolist() == other.fund.tolist()
    assert {n: v.tolist() for n, v in one.pods.items()} == {
        n: v.tolist() for n, v in other.pods.items()
    }


def days(*columns, names=("AAA",), length=CLOSING - OPENING, start=MONDAY + OPENING):
    """Return daily bars, one list an instrument; closes, or (open, high, low, close) each.

    A day goes before the first one, so that there are prices to decide on.
    """
    rows = [[each if isinstance(each, tuple) else (each,) * 4 for each in c] for c in columns]
    table = np.array([[c[0], *c] for c in rows], float)
    table[:, 0] = table[:, 0, :1]
    opens, highs, lows, closes = (table[:, :, i].T for i in range(4))
    of = panel(*names)
    return block(
        closes, of=of, opens=opens, highs=highs, lows=lows, start=start - DAY, length=length
    )


def values(run):
    """Return the fund's value at the closes, less its capital, from the first trade on."""
    table = run.result.equity
    return (table.fund[table.ts >= MONDAY + OPENING] - CAPITAL).tolist()


def gain(run):
    """Return what the fund has made."""
    return run.result.final_equity - CAPITAL


def holds(name="AAA", units=100):
    """Return a script that trades once, as the first day opens."""

    async def script(desk):
        await desk.clock.until(closing(-1) + HOUR)
        if units > 0:
            await desk.buy(name, units)
        else:
            await desk.sell(name, -units)

    return script


def idle():
    """Return a script that does nothing."""

    async def script(desk):
        del desk

    return script


def flows(run, cause, pod=None):
    """Return the amounts of one cause, in order."""
    return [flow.amount for flow in run.journal.of(CashFlow, pod=pod) if flow.cause == cause]


def at(run, ts, pod=None):
    """Return the value at a close."""
    table = run.result.equity
    line = table.fund if pod is None else table.pods[pod]
    return line[table.ts.tolist().index(ts)]
