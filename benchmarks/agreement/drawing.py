"""The list of orders: drawn once from a seed, so that it is the same for ever."""

import numpy as np

from benchmarks.agreement.tickets import Candle, Ticket, by_instrument
from magents.runtime.streams import Streams

ORDERS = 600
SEED = 4
TYPES = ("market", "limit", "stop", "stop_limit")
SHARES = (0.15, 0.35, 0.25, 0.25)
EXACT = 0.2
"""Part of the prices that is a price of one of the next bars, so that some are just touched."""
LOOK = 3
"""How many bars that are."""
SPREAD = 0.015
"""How far the other prices lie from the close, as a standard deviation."""


def draw(candles: list[Candle], count: int = ORDERS, seed: int = SEED) -> list[Ticket]:
    """Return orders near the market: some fill at once, some later, some never."""
    random = Streams(seed).stream("agreement")
    table = by_instrument(candles)
    names = sorted(table)
    loose = []
    for _ in range(count):
        bars = table[names[int(random.integers(len(names)))]]
        loose.append(_one(random, bars, int(random.integers(len(bars)))))
    loose.sort(key=lambda ticket: ticket.session)
    return [ticket._replace(number=number) for number, ticket in enumerate(loose, 1)]


def _one(random: np.random.Generator, bars: list[Candle], row: int) -> Ticket:
    kind = str(random.choice(TYPES, p=SHARES))
    side = str(random.choice(("buy", "sell")))
    sign = 1 if side == "buy" else -1
    limit = stop = 0.0
    if kind == "limit":
        limit = _price(random, bars, row, -sign)
    elif kind != "market":
        stop = _price(random, bars, row, sign)
    if kind == "stop_limit":
        limit = round(stop * (1 + sign * float(random.normal(0.003, 0.006))), 2)
    day = random.random() < 0.4  # noqa: PLR2004 - a part of them
    name, session = bars[row].instrument, bars[row].session
    units = int(random.integers(1, 101))
    return Ticket(0, session, name, side, units, kind, limit, stop, "day" if day else "gtc")


def _price(random: np.random.Generator, bars: list[Candle], row: int, sign: int) -> float:
    """Return a price mostly on one side of the close: above for 1, below for -1."""
    if random.random() < EXACT:
        later = bars[min(row + int(random.integers(1, LOOK + 1)), len(bars) - 1)]
        return float(random.choice((later.open, later.high, later.low)))
    away = abs(float(random.normal(0, SPREAD))) - SPREAD / 3
    return round(bars[row].close * (1 + sign * away), 2)
