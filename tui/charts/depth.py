"""An order book as a ladder: asks over bids, their sizes as bars."""

from collections.abc import Sequence
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple

from tui.charts.rows import Charset, Row, fit
from tui.charts.spark import bar

Level = tuple[float, float]
"""Price and size."""
MOST_DECIMALS = 8
WIDE = 100_000.0
"""Sizes from here on are whole ones."""


class _Numbers(NamedTuple):
    """How prices and sizes are written, so that they stand below each other and differ."""

    decimals: int
    parts: int
    price: int
    size: int

    def text(self, level: Level) -> str:
        price, size = level
        return f"{price:>{self.price},.{self.decimals}f} {size:>{self.size},.{self.parts}f} "


def ladder(
    bids: Sequence[Level],
    asks: Sequence[Level],
    width: int,
    height: int,
    charset: Charset = "block",
) -> list[Row]:
    """Draw the best levels of both sides, best in the middle, with the spread between them."""
    each = max(1, (height - 1) // 2)
    near_asks, near_bids = list(asks[:each]), list(bids[:each])
    most = max((size for _, size in (*near_asks, *near_bids)), default=1.0) or 1.0
    numbers = _numbers([*near_asks, *near_bids])
    rows = [_level(level, most, width, ("loss", charset, numbers)) for level in near_asks[::-1]]
    rows.append(_spread(near_bids, near_asks, width, numbers.decimals))
    rows += [_level(level, most, width, ("gain", charset, numbers)) for level in near_bids]
    return [fit(row, width) for row in rows[:height]]


def _numbers(levels: Sequence[Level]) -> _Numbers:
    """Return how levels are written: with as many decimals as tell their prices apart."""
    prices = sorted({price for price, _ in levels})
    gaps = [high - low for low, high in pairwise(prices)]
    decimals = -floor(log10(min(gaps) * (1 + 1e-6))) if gaps else 2
    decimals = min(MOST_DECIMALS, max(2, decimals))
    parts = 0 if max((size for _, size in levels), default=0.0) >= WIDE else 3
    price = max((len(f"{price:,.{decimals}f}") for price, _ in levels), default=0)
    size = max((len(f"{size:,.{parts}f}") for _, size in levels), default=0)
    return _Numbers(decimals, parts, max(11, price), max(9, size))


def _level(level: Level, most: float, width: int, how: tuple[str, Charset, _Numbers]) -> Row:
    style, charset, numbers = how
    text = numbers.text(level)
    return ((text, style), *bar(level[1] / most, max(0, width - len(text)), style, charset))


def _spread(bids: Sequence[Level], asks: Sequence[Level], width: int, decimals: int) -> Row:
    if not bids or not asks:
        return (("one side is empty".center(width), "muted"),)
    gap = asks[0][0] - bids[0][0]
    middle = (asks[0][0] + bids[0][0]) / 2
    share = gap / middle * 1e4 if middle else 0.0
    return ((f"spread {gap:,.{decimals}f} ({share:.1f} bp)".center(width), "muted"),)
