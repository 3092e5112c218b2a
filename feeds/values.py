"""Checks of a bar's numbers, whole columns at a time."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from feeds.rows import CLOSE, FIELDS, HIGH, LOW, OPEN, VOLUME
from magents.model.bars import Floats

Mask = npt.NDArray[np.bool_]

SLACK = 1e-9
"""Open and close may lie outside low and high by this fraction (rounding of adjusted prices)."""


def _any(table: npt.NDArray[np.bool_]) -> Mask:
    return np.asarray(table.any(axis=0))


def missing(values: Floats) -> Mask:
    """A price is missing."""
    return _any(np.isnan(values[:VOLUME]))


def infinite(values: Floats) -> Mask:
    """A number is infinite."""
    return _any(np.isinf(values))


def not_positive(values: Floats) -> Mask:
    """A price is zero or negative."""
    return _any(values[:VOLUME] <= 0)


def crossed(values: Floats) -> Mask:
    """High is below low."""
    below: Mask = values[HIGH] < values[LOW]
    return below


def outside(values: Floats) -> Mask:
    """Open or close lies outside low and high."""
    low, high = values[LOW] * (1 - SLACK), values[HIGH] * (1 + SLACK)
    ends = values[[OPEN, CLOSE]]
    return _any((ends < low) | (ends > high))


def negative_volume(values: Floats) -> Mask:
    """The volume is negative."""
    negative: Mask = values[VOLUME] < 0
    return negative


CHECKS: Mapping[str, Callable[[Floats], Mask]] = {
    "missing price": missing,
    "infinite number": infinite,
    "price not positive": not_positive,
    "high below low": crossed,
    "open or close outside low and high": outside,
    "negative volume": negative_volume,
}


def first_failed(values: Floats) -> npt.NDArray[np.int8]:
    """Return for each bar the number of the first check it fails, -1 if it passes all.

    Args:
        values: shape [5, N].
    """
    failed = np.full(values.shape[1], -1, np.int8)
    with np.errstate(invalid="ignore"):
        for number, check in reversed(list(enumerate(CHECKS.values()))):
            failed[check(values)] = number
    return failed


def explain(reason: str, bar: Floats) -> str:
    """Say what is wrong with one bar, shape [5]."""
    named = dict(zip(FIELDS, bar.tolist(), strict=True))
    if reason == "high below low":
        return f"high {named['high']} is below low {named['low']}"
    if reason == "negative volume":
        return f"volume {named['volume']:g} is negative"
    for name, value in named.items():
        if text := _explain_one(reason, name, value, named):
            return text
    return reason


def _explain_one(reason: str, name: str, value: float, bar: Mapping[str, float]) -> str:
    if reason == "missing price" and np.isnan(value):
        return f"{name} is missing"
    if reason == "infinite number" and np.isinf(value):
        return f"{name} is {value}"
    if reason == "price not positive" and value <= 0:
        return f"{name} {value} is not positive"
    if reason.startswith("open or close") and name in {"open", "close"}:
        if value < bar["low"]:
            return f"{name} {value} is below low {bar['low']}"
        if value > bar["high"]:
            return f"{name} {value} is above high {bar['high']}"
    return ""
