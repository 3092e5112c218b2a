"""A recorded minute as the trades it may have been made of.

Open, high, low, close and volume are the recorded ones.  What happened between them was not
recorded: the way from one to the next, the sizes and the instants are drawn from the seed.
"""

from typing import NamedTuple

import numpy as np

from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.core.tape import Minute
from magents.model.bars import Floats

MINUTE_MS = 60_000
NOISE = 0.08
"""How far trades stray from the straight way, in ranges of the minute."""


class Print(NamedTuple):
    """A trade of the crowd: milliseconds into the minute, the taker's side, ticks, lots."""

    at: int
    side: int
    price: int
    lots: int


def prints(minute: Minute, market: Market, many: int, draw: np.random.Generator) -> list[Print]:
    """Return the trades of a minute, in order.

    Args:
        many: how many at most; as many as there are lots, where that is fewer.
    """
    lots = int(minute.volume / float(market.step))
    many = max(min(many, lots), 1)
    prices = np.rint(_path(minute, many, draw) / float(market.tick)).astype(int)
    sizes = _split(max(lots, 1), many, draw)
    times = np.sort(draw.integers(0, MINUTE_MS, many))
    sides = _sides(prices, draw)
    rows = zip(times.tolist(), sides, prices.tolist(), sizes, strict=True)
    return [Print(*row) for row in rows]


def _path(minute: Minute, many: int, draw: np.random.Generator) -> Floats:
    """Return prices from open to close by way of high and low."""
    rising = minute.close >= minute.open
    turns = [minute.low, minute.high] if rising else [minute.high, minute.low]
    first, second = sorted(draw.integers(1, max(many - 1, 2), 2).tolist())
    corners = np.array([0, first, max(second, first + 1), many])
    ways = np.interp(np.arange(many), corners, [minute.open, *turns, minute.close])
    ways += draw.normal(0, NOISE * (minute.high - minute.low), many)
    for at, price in ((first, turns[0]), (second, turns[1]), (0, minute.open), (-1, minute.close)):
        if at < many:
            ways[at] = price
    return np.clip(ways, minute.low, minute.high)


def _split(lots: int, many: int, draw: np.random.Generator) -> list[int]:
    """Split lots into so many parts of one at least, most small and a few large."""
    weights = draw.exponential(1, many) ** 2
    parts = np.floor(weights / weights.sum() * (lots - many)).astype(int) + 1
    parts[-1] += lots - int(parts.sum())
    return [int(part) for part in parts]


def _sides(
    prices: "np.ndarray[tuple[int], np.dtype[np.int64]]", draw: np.random.Generator
) -> list[int]:
    """Return who took: buyers where the price rose, sellers where it fell, else either."""
    coins = draw.choice([BUY, SELL], len(prices)).tolist()
    moves = np.sign(np.diff(prices, prepend=prices[0])).tolist()
    return [int(move or coin) for move, coin in zip(moves, coins, strict=True)]
