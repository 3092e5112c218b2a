"""Walk-forward: choose on one stretch of time, trade the next, move on.

Pardo, R. (1992), "Design, Testing, and Optimization of Trading Systems", chapter on walk-forward
testing: parameters are chosen on a window that ends where the window they are judged on begins.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from magents.model.errors import ConfigError

SHORTEST = timedelta(days=30)
"""A last test shorter than this is left out: it could not be measured."""

_LENGTH = re.compile(r"([1-9][0-9]*)(y|m|w|d)")
_UNITS = {"y": (12, 0), "m": (1, 0), "w": (0, 7), "d": (0, 1)}


class Length(NamedTuple):
    """A stretch of the calendar: months, and days beside them."""

    months: int
    days: int


class Fold(NamedTuple):
    """One step: training from ``start``, testing from ``cut`` to ``end``; dates, ``end`` included.

    A trial of the fold runs from start to end, and its result is read in two parts.
    """

    number: int
    start: date
    cut: date
    end: date


class WalkForward(NamedTuple):
    """How to walk; ``anchored`` lets every training begin where the first does."""

    train: Length
    test: Length
    anchored: bool = False


def parse_walk(text: str, *, anchored: bool = False) -> WalkForward:
    """Read ``3y/1y``: train on three years, test on one; also ``m``, ``w``, ``d``.

    Raises:
        ConfigError: it is something else.
    """
    parts = [_LENGTH.fullmatch(part.strip()) for part in text.split("/")]
    if len(parts) != len(("train", "test")) or None in parts:
        msg = f"--walk-forward: expected TRAIN/TEST such as 3y/1y or 18m/6m, got {text}"
        raise ConfigError(msg)
    train, test = (_length(part[1], part[2]) for part in parts if part)
    return WalkForward(train, test, anchored)


def folds(walk: WalkForward, first: date, last: date) -> list[Fold]:
    """Return the steps that fit between two days, both included; the last test may be shorter.

    Raises:
        ConfigError: not even one fits.
    """
    found = list(_steps(walk, first, last))
    if not found:
        need = after(first, _plus(walk.train, walk.test))
        msg = (
            f"--walk-forward: the data run from {first} to {last}; training and one test end "
            f"on {need - timedelta(days=1)}; take shorter ones"
        )
        raise ConfigError(msg)
    return found


def _steps(walk: WalkForward, first: date, last: date) -> Iterator[Fold]:
    """Yield folds; a test ends the day before the next begins, however long months are."""
    number = 0
    while True:
        passed, trained = _times(walk.test, number), _plus(walk.train, _times(walk.test, number))
        cut = after(first, trained)
        end = after(first, _plus(trained, walk.test)) - timedelta(days=1)
        if end > last and last - cut < SHORTEST:
            return
        start = first if walk.anchored else after(first, passed)
        yield Fold(number, start, cut, min(end, last))
        number += 1


def _times(length: Length, count: int) -> Length:
    return Length(length.months * count, length.days * count)


def _plus(one: Length, other: Length) -> Length:
    return Length(one.months + other.months, one.days + other.days)


def after(day: date, length: Length) -> date:
    """Return the day a length later; the 31st becomes the last day of a shorter month."""
    months = day.month - 1 + length.months
    year, month = day.year + months // 12, months % 12 + 1
    inside = min(day.day, calendar.monthrange(year, month)[1])
    return date(year, month, inside) + timedelta(days=length.days)


def _length(count: str, unit: str) -> Length:
    months, days = _UNITS[unit]
    return Length(int(count) * months, int(count) * days)
