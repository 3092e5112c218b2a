"""How much of what traded the fund may have: one cap, shared by all pods."""

from collections.abc import Hashable
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from magents.model.money import ZERO, exact, to_step

KEPT = 64
"""Places remembered of each instrument; older ones can no longer be asked for."""


class Place(NamedTuple):
    """Where liquidity is taken: an instrument, and a bar's close, a row or a price level."""

    instrument: str
    at: Hashable


class Liquidity:
    """Remembers what the whole fund has taken of a bar, a print or a level.

    Args:
        cap: the part of the volume the fund may take; ``None`` for no limit at all.
    """

    def __init__(self, cap: float | None = None) -> None:
        """Start with nothing taken."""
        self.cap = None if cap is None else exact(cap)
        self._taken: dict[str, dict[Hashable, Decimal]] = {}

    def room(
        self, key: tuple[str, Hashable], volume: float, wanted: Decimal, lot: Decimal
    ) -> Decimal:
        """Return how many of the wanted units there are for the fund, without taking them.

        Args:
            key: see :class:`Place`. volume: units there in all, NaN where unknown: no limit.
            wanted: units, positive. lot: a part of what is wanted is a multiple of it.
        """
        if self.cap is None or not volume < float("inf"):
            return wanted
        name, at = key
        left = self.cap * exact(volume) - self._taken.get(name, {}).get(at, ZERO)
        if left >= wanted:
            return wanted
        return to_step(left, lot, ROUND_FLOOR) if left > 0 else ZERO

    def take(
        self, key: tuple[str, Hashable], volume: float, wanted: Decimal, lot: Decimal
    ) -> Decimal:
        """Take what :meth:`room` says; return how many units that is."""
        got = self.room(key, volume, wanted, lot)
        if got and self.cap is not None:
            self._note(key[0], key[1], got)
        return got

    def refresh(self, key: tuple[str, Hashable]) -> None:
        """Forget what was taken of a level, because the level is new."""
        self._taken.get(key[0], {}).pop(key[1], None)

    def _note(self, name: str, at: Hashable, got: Decimal) -> None:
        places = self._taken.setdefault(name, {})
        places[at] = places.get(at, ZERO) + got
        if len(places) > KEPT:
            del places[next(iter(places))]
