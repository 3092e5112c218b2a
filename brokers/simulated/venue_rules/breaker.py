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

from brokers.simulated.venue_rules.base import moved
from brokers.simulated.venue_rules.halts import EVERYTHING, Halted
from magents.model.bars import Floats, Instants
from magents.model.time import MINUTE

LEVELS = (0.07, 0.13, 0.20)


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


def market_wide(
    ts: Instants, prices: Floats, reference: float, close: int, rules: MarketWide
) -> tuple[Trip, ...]:
    """Return the halts of one session, in order.

    Args:
        ts: when each price is known, shape [T]. prices: of the index, shape [T], NaN for none.
        reference: the close of the session before. close: of this session.
    """
    trips: list[Trip] = []
    done, free = 0, 0
    for now, price in _rows(ts, prices):
        move = moved(price, reference)
        level = sum(-move >= fall for fall in rules.levels)
        if level <= done or now < free or not _may_trip(level, now, close, rules):
            continue
        last = level == len(rules.levels)
        done, free = level, close if last else min(now + rules.pause, close)
        trips.append(Trip(now, free, level, move, rules.levels[level - 1]))
    return tuple(trips)


def _may_trip(level: int, now: int, close: int, rules: MarketWide) -> bool:
    return level == len(rules.levels) or now <= close - rules.last_call


def single_name(ts: Instants, prices: Floats, rules: SingleName) -> tuple[Trip, ...]:
    """Return the pauses of one instrument, in order.

    The price is measured against the mean of those within the window before it, and where there
    are none against the last one.  After a pause measuring starts anew.

    Args:
        ts: when each price is known, shape [T]. prices: shape [T], NaN for none.
    """
    trips: list[Trip] = []
    past: list[tuple[int, float]] = []
    free = 0
    for now, price in _rows(ts, prices):
        if now < free:
            continue
        move = moved(price, _reference(past, now - rules.window)) if past else 0.0
        past = [*(seen for seen in past if seen[0] >= now - rules.window), (now, price)]
        if abs(move) > rules.band:
            free, past = now + rules.pause, []
            trips.append(Trip(now, free, 0, move, rules.band))
    return tuple(trips)


def _rows(ts: Instants, prices: Floats) -> Iterator[tuple[int, float]]:
    rows = zip(ts.tolist(), prices.tolist(), strict=True)
    return ((now, price) for now, price in rows if price == price)  # noqa: PLR0124 - NaN


def _reference(past: Sequence[tuple[int, float]], since: int) -> float:
    recent = [price for ts, price in past if ts >= since] or [past[-1][1]]
    return sum(recent) / len(recent)


def halts_of(trips: Iterable[Trip], instrument: str = EVERYTHING) -> list[Halted]:
    """Return the halts that trips cause, with the reason in words."""
    return [Halted(trip.start, trip.end, instrument, _why(trip)) for trip in trips]


def _why(trip: Trip) -> str:
    numbers = f"{trip.move:+.2%} against a limit of {trip.limit:.2%}"
    if trip.level:
        return f"V11 market-wide circuit breaker level {trip.level}, {numbers}"
    return f"V12 volatility pause, {numbers}"
