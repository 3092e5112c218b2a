"""Sums, moments, extremes and decays of every window of consecutive rows, the same wherever it is.

What covers 2k rows is made of two parts that cover k, always in the same order.  So each output is
made by the same operations on the same numbers wherever its window stands in a table, no rounding
depends on where a table begins, and none piles up over time; a window of ``n`` rows takes about
``log2(n)`` passes of numpy.  Only ``+ - * /``, comparisons and square roots are used: IEEE 754
fixes their every bit, while ``log`` and ``exp`` differ between machines and memory layouts.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from magents.model.bars import Floats


def moving_sum(rows: Floats, window: int) -> Floats:
    """Return sums of every ``window`` consecutive rows; shape [max(0, T - window + 1), ...]."""
    count = len(rows) - window + 1
    if count <= 0:
        return rows[:0]
    total = None
    offset, width, sums = 0, 1, rows
    while True:
        if window & width:
            part = sums[offset : offset + count]
            total = part if total is None else total + part
            offset += width
        width *= 2
        if width > window:
            return total if total is not None else rows[:0]
        sums = sums[: -width // 2] + sums[width // 2 :]


Pick = Callable[[Floats, Floats], Floats]


def moving_extreme(rows: Floats, window: int, pick: Pick) -> Floats:
    """Return the ``pick`` (maximum or minimum) of every ``window`` rows; shape as of a sum."""
    count = len(rows) - window + 1
    if count <= 0:
        return rows[:0]
    width, found = 1, rows
    while 2 * width <= window:
        found = pick(found[:-width], found[width:])
        width *= 2
    # Two windows of a power of two that overlap cover the rest; picking twice does no harm.
    rest = window - width
    return pick(found[:count], found[rest : rest + count])


class _Part(NamedTuple):
    """Mean and sum of squared distances from it, of ``width`` rows from each row on."""

    width: int
    mean: Floats
    spread: Floats


def moving_moments(rows: Floats, window: int) -> tuple[Floats, Floats]:
    """Return mean and sum of squares around it of every ``window`` rows.

    Chan, T. F., Golub, G. H. & LeVeque, R. J. (1983), "Algorithms for Computing the Sample
    Variance", The American Statistician 37(3): two parts are joined without ever subtracting sums
    of squares, so nothing cancels where prices are large and move little.
    """
    count = len(rows) - window + 1
    if count <= 0:
        return rows[:0], rows[:0]
    total: _Part | None = None
    part = _Part(1, rows, np.zeros_like(rows))
    while True:
        if window & part.width:
            total = part if total is None else _joined(total, part, total.width, count)
        if 2 * part.width > window:
            break
        part = _joined(part, part, part.width, len(part.mean) - part.width)
    assert total is not None  # noqa: S101 - a window has at least one bit
    return total.mean[:count], total.spread[:count]


def _joined(one: _Part, other: _Part, offset: int, count: int) -> _Part:
    """Join what is at each row with what is ``offset`` rows after it."""
    width = one.width + other.width
    step = other.mean[offset : offset + count] - one.mean[:count]
    mean = one.mean[:count] + step * (other.width / width)
    spread = one.spread[:count] + other.spread[offset : offset + count]
    return _Part(width, mean, spread + step * step * (one.width * other.width / width))


def moving_decay(rows: Floats, depth: int, keep: float) -> Floats:
    """Return ``sum(keep^k * row[t - k])`` over every ``2^depth`` rows; shape as of a sum."""
    width, found = 1, rows
    for _ in range(depth):
        if len(found) <= width:
            return rows[:0]
        found = found[:-width] * keep**width + found[width:]
        width *= 2
    return found
