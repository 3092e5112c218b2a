"""An order book as a ladder: asks over bids, their sizes as bars."""

from collections.abc import Sequence

from tui.charts.rows import Charset, Row, fit
from tui.charts.spark import bar

Level = tuple[float, float]
"""Price and size."""
NUMBERS = 22
"""Cells of price and size."""


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
    rows = [_level(level, most, width, "loss", charset) for level in reversed(near_asks)]
    rows.append(_spread(near_bids, near_asks, width))
    rows += [_level(level, most, width, "gain", charset) for level in near_bids]
    return [fit(row, width) for row in rows[:height]]


def _level(level: Level, most: float, width: int, style: str, charset: Charset) -> Row:
    price, size = level
    text = f"{price:>11,.2f} {size:>9,.3f} "
    return ((text, style), *bar(size / most, max(0, width - NUMBERS), style, charset))


def _spread(bids: Sequence[Level], asks: Sequence[Level], width: int) -> Row:
    if not bids or not asks:
        return (("one side is empty".center(width), "muted"),)
    gap = asks[0][0] - bids[0][0]
    middle = (asks[0][0] + bids[0][0]) / 2
    share = gap / middle * 1e4 if middle else 0.0
    return ((f"spread {gap:,.2f} ({share:.1f} bp)".center(width), "muted"),)
