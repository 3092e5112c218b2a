"""Axes: how values become heights, and which round numbers are written beside them."""

from collections.abc import Sequence
from math import floor, isfinite, log10
from typing import NamedTuple

STEPS = (1.0, 2.0, 5.0, 10.0)


class Scale(NamedTuple):
    """A range of values laid over ``cells`` cells, the highest value at cell 0."""

    low: float
    high: float
    cells: int

    def at(self, value: float) -> int:
        """Return the cell of a value, from 0 at the top; values outside go to the edge."""
        share = (self.high - value) / (self.high - self.low)
        return min(self.cells - 1, max(0, round(share * (self.cells - 1))))


def scale_of(values: Sequence[float], cells: int) -> Scale:
    """Lay the range of the finite values over cells; a flat series gets some room around it."""
    finite = [value for value in values if isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if low == high:
        room = abs(low) * 0.01 or 1.0
        low, high = low - room, high + room
    return Scale(low, high, max(cells, 1))


def ticks(scale: Scale, most: int) -> list[float]:
    """Return at most ``most`` round values inside the range, ascending."""
    if most < 1:
        return []
    rough = (scale.high - scale.low) / most
    base = 10.0 ** floor(log10(rough))
    step = next(base * part for part in STEPS if base * part >= rough * (1 - 1e-12))
    first = -floor(-scale.low / step)
    found: list[float] = []
    while (first + len(found)) * step <= scale.high * (1 + 1e-12) and len(found) < most:
        found.append((first + len(found)) * step)
    return found


def short(value: float, gap: float = 0.0, beside: float = 0.0) -> str:
    """Write a value for an axis: ``1.25M``, ``812k``, ``64.21``.

    Args:
        value: what is written. gap: is to be told apart. beside: the largest value on the axis,
            in whose unit all are written.
    """
    largest = max(abs(value), abs(beside))
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if largest >= size:
            unit_size = 1e3 if unit == "k" else size
            return f"{value / unit_size:.{_decimals(gap / unit_size)}f}{unit}"
    return f"{value:.{_decimals(gap)}f}"


def labels(scale: Scale, most: int) -> list[tuple[float, str]]:
    """Return the round values of :func:`ticks` with as many decimals as tell them apart."""
    found = ticks(scale, most)
    gap = found[1] - found[0] if len(found) > 1 else scale.high - scale.low
    return [(value, short(value, gap, found[-1])) for value in found]


def _decimals(gap: float) -> int:
    """Return how many decimals tell values apart that differ by ``gap``, from 0 to 6."""
    return 2 if gap <= 0 else min(6, max(0, -floor(log10(gap * (1 + 1e-9)))))


def buckets(values: Sequence[float], count: int) -> list[tuple[float, float]]:
    """Cut a series into ``count`` pieces in order and return each one's lowest and highest.

    A piece begins with the last value of the one before it, so that a drawn line is joined.
    Fewer values than pieces are joined by straight lines.
    """
    if not values or count < 1:
        return []
    if len(values) < count:
        values = stretched(values, count)
    size = len(values)
    found: list[tuple[float, float]] = []
    for at in range(count):
        first = at * size // count
        last = max(first + 1, (at + 1) * size // count)
        piece = values[max(0, first - 1) : last]
        found.append((min(piece), max(piece)))
    return found


def stretched(values: Sequence[float], count: int) -> list[float]:
    """Lay a series over more points than it has, on straight lines between its values."""
    steps = max(1, count - 1)
    found = []
    for at in range(count):
        place = at * (len(values) - 1) / steps
        first = min(int(place), len(values) - 1)
        after = min(first + 1, len(values) - 1)
        found.append(values[first] + (values[after] - values[first]) * (place - first))
    return found
