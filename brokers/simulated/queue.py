"""How many units stand before an order at its price: an estimate from trades and cancels.

Trades take from the front.  A level that shrinks by more than was traded has lost the rest to
cancels, which are assumed to be spread evenly over it; what is added stands behind the order.
"""

from math import isnan
from typing import NamedTuple

from brokers.simulated.tape import NAN


class Place(NamedTuple):
    """An order's place at a price.

    Attributes:
        ahead: units before it, NaN where nobody can know. level: what the book shows there.
        traded: what was traded there and the book does not show yet.
    """

    ahead: float
    level: float
    traded: float = 0.0


class Event(NamedTuple):
    """Something happened at an order's price, or beyond it.

    Attributes:
        ts: when. number: of the trade; -1 for a change of the level. size: traded, or the
            level's new size; NaN where the level is no longer shown.
        through: whether the trade went through the price.
    """

    ts: int
    number: int
    size: float
    through: bool = False


def after(place: Place, event: Event) -> tuple[Place, float]:
    """Return the place after an event, and what of it reached the order."""
    if event.number < 0:
        return _resized(place, event.size), 0.0
    if event.through:
        return place._replace(ahead=0.0), event.size
    return _traded(place, event.size)


def _traded(place: Place, size: float) -> tuple[Place, float]:
    """Let a trade at the price take from the front."""
    traded = place.traded + size
    if isnan(place.ahead):  # it may all have been before the order
        return place._replace(traded=traded), 0.0
    taken = min(place.ahead, size)
    return Place(place.ahead - taken, place.level, traded), size - taken


def _resized(place: Place, size: float) -> Place:
    """Let a level show another size."""
    if isnan(size):  # not shown, so nobody knows
        return Place(NAN, 0.0)
    if isnan(place.ahead):  # seen for the first time, all of it is ahead
        return Place(size if size > 0 else NAN, size)
    shrunk = max(0.0, place.level - size)
    cancelled = max(0.0, shrunk - place.traded)
    base = place.level - min(place.traded, place.level)
    share = min(1.0, place.ahead / base) if base > 0 else 0.0
    ahead = min(place.ahead - cancelled * share, size)
    return Place(max(0.0, ahead), size, max(0.0, place.traded - shrunk))
