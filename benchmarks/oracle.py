"""The right answers, in whole numbers and without any engine.

Rules of W1 to W3:

* On every close, a fast and a slow mean of the closes so far.  Where the fast one crosses the slow
  one upwards: buy ``floor(budget / close)`` units; downwards: sell what this strategy holds.  The
  first close that has both means is only where the sign starts; equal means keep the sign.
* A market order fills whole at the next open of its instrument; one of the last bar never fills.
* The commission is 10 basis points of each fill, not rounded.  Strategies do not net each other.
* The equity in the end is cash plus positions at the last close.

Rules of W4: on every 10,000th tick buy 10 units or sell the 10 held; the fill is at the next tick.

Money is counted in thousandths of a cent, so that nothing is ever rounded.  Some simulators cannot
be set up to these rules; for them there are other *conventions*, each as exact:
``signal_close`` fills at the close that was decided on, ``half_spread`` (W4) at once and half a
cent worse than the tick.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.work import CAPITAL, TICK_EVERY, TICK_UNITS, Job, Work

CENTS = 100
PARTS = 1_000
"""Of a cent. A commission of 10 basis points is one part for each cent of notional."""

Cents = npt.NDArray[np.int64]


class Answer(NamedTuple):
    """What a run must come to.

    Attributes:
        fills: how many. equity: in the end. ties: closes at which two means are exactly equal,
            where an engine's rounding may decide otherwise.
    """

    fills: int
    equity: float
    ties: int = 0

    def agrees(self, fills: int, equity: float) -> bool:
        """Return whether an engine's answer is this one, to half a cent."""
        return fills == self.fills and abs(equity - self.equity) < 1 / CENTS / 2


class Series(NamedTuple):
    """Opens and closes of one instrument, in cents."""

    opens: Cents
    closes: Cents


def to_cents(text: str) -> int:
    """Return a price with at most two decimals as whole cents.

    Raises:
        ValueError: it has more.
    """
    whole, _, part = text.partition(".")
    if len(part) > len("00"):
        msg = f"{text} is not in whole cents"
        raise ValueError(msg)
    return int(whole) * CENTS + int(part.ljust(2, "0"))


def read_bars(path: Path) -> dict[str, Series]:
    """Read ``ts,symbol,open,high,low,close,volume`` rows."""
    table: dict[str, tuple[list[int], list[int]]] = {}
    with path.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for _, symbol, opened, _, _, close, _ in rows:
            opens, closes = table.setdefault(symbol, ([], []))
            opens.append(to_cents(opened))
            closes.append(to_cents(close))
    return {
        symbol: Series(np.array(opens, np.int64), np.array(closes, np.int64))
        for symbol, (opens, closes) in table.items()
    }


def read_ticks(path: Path) -> Cents:
    """Read the prices of ``ts_ns,price,size,side`` rows."""
    with path.open() as file:
        next(file)
        return np.array([to_cents(line.split(",", 2)[1]) for line in file], np.int64)


def sides(closes: Cents, fast: int, slow: int) -> npt.NDArray[np.int64]:
    """Return the sign of fast less slow mean from the first close that has both; 0 is a tie.

    The means are not divided: sums are compared after multiplying them crosswise.
    """
    sums = np.concatenate([[0], np.cumsum(closes)])
    ends = np.arange(slow, len(sums))
    fast_sum, slow_sum = sums[ends] - sums[ends - fast], sums[ends] - sums[ends - slow]
    return np.sign(fast_sum * slow - slow_sum * fast)


def crossings(closes: Cents, fast: int, slow: int) -> tuple[list[tuple[int, bool]], int]:
    """Return (row, whether upwards) of each crossing, and the number of ties."""
    side = sides(closes, fast, slow)
    rows = np.flatnonzero(side)
    kept = side[rows]
    turns = np.flatnonzero(np.diff(kept)) + 1
    found = [(int(rows[turn]) + slow - 1, bool(kept[turn] > 0)) for turn in turns]
    return found, len(side) - len(rows)


def trade(series: Series, fast: int, slow: int, budget: int, at_once: int) -> tuple[int, int, int]:
    """Return fills, profit in parts, ties of one strategy on one instrument.

    Args:
        budget: cents of an entry. at_once: 0 fills at the next open, 1 at the close itself.
    """
    prices = series.closes if at_once else series.opens[1:]
    found, ties = crossings(series.closes, fast, slow)
    cash = held = fills = 0
    for row, up in found:
        units = budget // int(series.closes[row]) if up else -held
        if units and row < len(prices):
            notional = units * int(prices[row])
            cash -= notional * PARTS + abs(notional)
            held += units
            fills += 1
    return fills, cash + held * int(series.closes[-1]) * PARTS, ties


def bars_answer(table: dict[str, Series], work: Work, convention: str = "exact") -> Answer:
    """Return the answer of W1, W2 or W3."""
    budget = round(work.budget * CAPITAL * CENTS)
    at_once = ("exact", "signal_close").index(convention)
    parts = [
        trade(series, fast, slow, budget, at_once)
        for series in table.values()
        for fast, slow in work.windows
    ]
    profit = sum(part[1] for part in parts)
    return Answer(
        sum(part[0] for part in parts),
        (CAPITAL * CENTS * PARTS + profit) / (CENTS * PARTS),
        sum(part[2] for part in parts),
    )


def ticks_answer(prices: Cents, convention: str = "next_tick") -> Answer:
    """Return the answer of W4."""
    late = ("half_spread", "next_tick").index(convention)
    parts = 0
    held = fills = 0
    for row in range(TICK_EVERY - 1, len(prices) - late, TICK_EVERY):
        units = -held if held else TICK_UNITS
        price = int(prices[row + late]) * PARTS
        if not late:
            price += PARTS // 2 if units > 0 else -PARTS // 2
        parts -= units * price + abs(units) * price // PARTS
        held += units
        fills += 1
    parts += held * int(prices[-1]) * PARTS
    return Answer(fills, (CAPITAL * CENTS * PARTS + parts) / (CENTS * PARTS))


def answers(job: Job, conventions: set[str]) -> dict[str, Answer]:
    """Return the answers under several conventions, the data read once."""
    path = job.data / f"{job.name}.csv"
    if job.work.bar == "tick":
        prices = read_ticks(path)
        return {name: ticks_answer(prices, name) for name in sorted(conventions)}
    table = read_bars(path)
    return {name: bars_answer(table, job.work, name) for name in sorted(conventions)}
