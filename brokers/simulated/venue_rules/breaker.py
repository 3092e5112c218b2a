"""V11 and V12: moves so large that trading stops; pure decisions over the prices of bars.

V11 is the market-wide circuit breaker of NYSE Rule 7.12 (all US exchanges have the same): the
index falls 7, 13 or 20 % below its last close; levels 1 and 2 stop trading for 15 minutes, each
once a day and not in the last 35 minutes of a session, level 3 for the rest of it.

V12 is modelled on the Plan to Address Extraordinary Market Volatility under Regulation NMS
("limit up, limit down"): a price further from the mean of the last five minutes than its band
pauses one instrument for five minutes.  The limit state of 15 seconds before a pause is shorter
than a bar and left out; so are the wider bands around open and close.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from brokers.simulated.venue_rules.base import moved
from brokers.simulated.venue_rules.halts import EVERYTHING, Halted
from magents.model.bars import Floats, Instants
from magents.model.time import MINUTE

LEVELS = (0.07, 0.13, 0.20)
_NEARLY = 0.999
"""So that rounding of moves decides nothing."""


class Trip(NamedTuple):
    """A breaker has tripped.

    Attributes:
        start, end: of the halt; it starts when the price is known. level: 1, 2, 3; 0 for one name.
        move: the move, a fraction, signed. limit: what it went beyond.
    """

    start: int
    end: int
    level: int
    move: float
    limit: float


class MarketWide(NamedTuple):
    """Settings of the market-wide breaker; times in nanoseconds.

    Attributes:
        levels: falls from the last close, increasing; the last one ends the session.
        pause: length of a halt. last_call: no pauses begin so near to the close.
    """

    levels: tuple[float, ...] = LEVELS
    pause: int = 15 * MINUTE
    last_call: int = 35 * MINUTE


class SingleName(NamedTuple):
    """Settings of the breaker for one name; times in nanoseconds.

    Attributes:
        band: the largest move from the mean of the window. window: its length.
        pause: length of a pause.
    """

    band: float
    window: int = 5 * MINUTE
    pause: int = 5 * MINUTE


class MarketWatch:
    """The market-wide breaker over one session; told prices in parts, it decides the same.

    Args:
        reference: the close of the session before. close: of this session. rules: settings.
    """

    def __init__(self, reference: float, close: int, rules: MarketWide) -> None:
        """Nothing has tripped yet."""
        self._reference = reference
        self._close = close
        self._rules = rules
        self._done = self._free = 0

    def trips(self, ts: Instants, prices: Floats) -> list[Trip]:
        """Return the halts that the next prices of the session bring, in order.

        Args:
            ts: when each price is known, shape [T]. prices: of the index, [T], NaN for none.
        """
        found = (self._look(*row) for row in _rows(ts, prices))
        return [trip for trip in found if trip is not None]

    def _look(self, now: int, price: float) -> Trip | None:
        rules = self._rules
        move = moved(price, self._reference)
        level = sum(-move >= fall for fall in rules.levels)
        if level <= self._done or now < self._free or not _may_trip(level, now, self._close, rules):
            return None
        last = level == len(rules.levels)
        self._done = level
        self._free = self._close if last else min(now + rules.pause, self._close)
        return Trip(now, self._free, level, move, rules.levels[level - 1])


def market_wide(
    ts: Instants, prices: Floats, reference: float, close: int, rules: MarketWide
) -> tuple[Trip, ...]:
    """Return the halts of one session, in order, see :class:`MarketWatch`."""
    return tuple(MarketWatch(reference, close, rules).trips(ts, prices))


def _may_trip(level: int, now: int, close: int, rules: MarketWide) -> bool:
    return level == len(rules.levels) or now <= close - rules.last_call


class NameWatch:
    """The breaker for one name; told prices in parts, it decides the same.

    The price is measured against the mean of those within the window before it, and where there
    are none against the last one.  After a pause measuring starts anew.
    """

    def __init__(self, rules: SingleName) -> None:
        """Know no price yet."""
        self._rules = rules
        self._past: list[tuple[int, float]] = []
        self._free = 0

    def trips(self, ts: Instants, prices: Floats) -> list[Trip]:
        """Return the pauses that the next prices bring, in order.

        Args:
            ts: when each price is known, shape [T]. prices: shape [T], NaN for none.
        """
        there = ~np.isnan(prices) & (ts >= self._free)
        ts, prices = ts[there], prices[there]
        if not self._is_calm(ts, prices):
            found = (self._look(*row) for row in _rows(ts, prices))
            return [trip for trip in found if trip is not None]
        if len(ts):
            first = int(ts.searchsorted(ts[-1] - self._rules.window))
            self._past = self._recent([*self._past, *_rows(ts[first:], prices[first:])])
        return []

    def _is_calm(self, ts: Instants, prices: Floats) -> bool:
        """Return whether no price trips, reckoned at once; nearly tripping is not calm."""
        past = self._past
        ts = np.array([*(seen[0] for seen in past), *ts], np.int64)
        prices = np.array([*(seen[1] for seen in past), *prices])
        rows = np.arange(max(1, len(past)), len(ts))
        if not len(rows):
            return True
        # Where the window holds none, the last price is what counts.
        starts = np.minimum(ts.searchsorted(ts[rows] - self._rules.window), rows - 1)
        sums = np.append(0.0, prices.cumsum())
        means = (sums[rows] - sums[starts]) / (rows - starts)
        return bool((np.abs(prices[rows] - means) < self._rules.band * _NEARLY * means).all())

    def _recent(self, past: list[tuple[int, float]]) -> list[tuple[int, float]]:
        since = past[-1][0] - self._rules.window if past else 0
        return [seen for seen in past if seen[0] >= since]

    def _look(self, now: int, price: float) -> Trip | None:
        if now < self._free:
            return None
        rules, past = self._rules, self._past
        move = moved(price, _reference(past, now - rules.window)) if past else 0.0
        self._past = self._recent([*past, (now, price)])
        if abs(move) <= rules.band:
            return None
        self._free, self._past = now + rules.pause, []
        return Trip(now, self._free, 0, move, rules.band)


def single_name(ts: Instants, prices: Floats, rules: SingleName) -> tuple[Trip, ...]:
    """Return the pauses of one instrument, in order, see :class:`NameWatch`."""
    return tuple(NameWatch(rules).trips(ts, prices))


def _rows(ts: Instants, prices: Floats) -> Iterator[tuple[int, float]]:
    rows = zip(ts.tolist(), prices.tolist(), strict=True)
    return ((now, price) for now, price in rows if price == price)  # noqa: PLR0124 - NaN


def _reference(past: Sequence[tuple[int, float]], since: int) -> float:
    recent = [price for ts, price in past if ts >= since] or [past[-1][1]]
    return sum(recent) / len(recent)


def halts_of(trips: Iterable[Trip], instrument: str = EVERYTHING) -> list[Halted]:
    """Return the halts that trips cause, with the reason in words."""
    return [Halted(trip.start, trip.end, instrument, _why(trip), known=True) for trip in trips]


def _why(trip: Trip) -> str:
    numbers = f"{trip.move:+.2%} against a limit of {trip.limit:.2%}"
    if trip.level:
        return f"V11 market-wide circuit breaker level {trip.level}, {numbers}"
    return f"V12 volatility pause, {numbers}"
