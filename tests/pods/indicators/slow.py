"""The slow path: one value after the other, in plain Python.

The same additions in the same order as the fast one, so that its answers are the same bit for bit.
"""

import itertools
import math

NAN = math.nan


def tree(values, width):
    """Return the sum of ``width`` values, 2k of them as two sums of k."""
    if width == 1:
        return values[0]
    half = width // 2
    return tree(values[:half], half) + tree(values[half:], half)


def bits(window):
    """Return the powers of two that make up a window, the smallest first."""
    return [1 << n for n in range(window.bit_length()) if window >> n & 1]


def total(values):
    """Return the sum of a window."""
    found, start = None, 0
    for width in bits(len(values)):
        part = tree(values[start : start + width], width)
        found = part if found is None else found + part
        start += width
    return found


def join(one, other):
    """Join (width, mean, spread) of two parts."""
    width = one[0] + other[0]
    step = other[1] - one[1]
    mean = one[1] + step * (other[0] / width)
    return width, mean, (one[2] + other[2]) + step * step * (one[0] * other[0] / width)


def moments(values):
    """Return mean and sum of squares around it."""

    def part(of):
        half = len(of) // 2
        return (1, of[0], 0.0) if len(of) == 1 else join(part(of[:half]), part(of[half:]))

    found, start = None, 0
    for width in bits(len(values)):
        one = part(values[start : start + width])
        found = one if found is None else join(found, one)
        start += width
    return found[1], found[2]


def decay(values, keep):
    """Return ``sum(keep^k * value[-1 - k])`` of a power of two of values."""
    if len(values) == 1:
        return values[0]
    half = len(values) // 2
    return decay(values[:half], keep) * keep**half + decay(values[half:], keep)


def windowed(window, answer):
    """Return a function of one instrument's series: ``answer`` of each full window."""

    def run(*columns):
        seen, out = [], []
        for row in zip(*columns, strict=True):
            if any(math.isnan(value) for value in row):
                out.append(NAN)
                continue
            seen.append(row)
            full = len(seen) >= window
            out.append(answer(*zip(*seen[-window:], strict=True)) if full else NAN)
        return out

    return run


def smoothed(share, warm):
    """Return a smoothing: the newest value less the decayed steps that led to it."""
    keep = 1.0 - share
    needed = 1.0 if share == 1.0 else math.log(2.0**-53) / math.log(keep)
    memory = 1 << max(0, math.ceil(math.log2(needed)))

    def run(column):
        seen, out = [], []
        for value in column:
            if math.isnan(value):
                out.append(NAN)
                continue
            seen.append(value)
            if len(seen) == warm:
                seen = [total(seen) / warm] * (memory + 1 + warm)
            if len(seen) < warm or len(seen) <= memory:
                out.append(NAN)
                continue
            recent = seen[-memory - 1 :]
            steps = [after - before for before, after in itertools.pairwise(recent)]
            out.append(seen[-1] - decay(steps, keep) * keep)
        return out

    return run


def recursion(share, warm):
    """Return the same as the books write it: ``y += share * (x - y)``."""

    def run(column):
        out, average, count, early = [], NAN, 0, 0.0
        for value in column:
            if math.isnan(value):
                out.append(NAN)
                continue
            count += 1
            early += value
            if count == warm:
                average = early / warm
            elif count > warm:
                average += share * (value - average)
            out.append(average)
        return out

    return run


def ratio(above, below, otherwise=NAN):
    """Divide where there is something to divide by."""
    return above / below if below > 0 else otherwise
