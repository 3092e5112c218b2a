"""What our own fills have used up of what was on offer."""

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from brokers.simulated.market import Working
from magents.model.money import ONE, ZERO, exact, to_step

Key = tuple[int, float]
"""A side (or 0) and the number of a row or the price of a level."""


class Claim(NamedTuple):
    """So many units of one offer."""

    key: Key
    quantity: Decimal


class Taken:
    """Remembers claims by offer.

    The exchange may fill less than a market lets it (a cap, a reduce-only order), so the last
    claims are compared with what the order really filled before anything else is asked.

    Args:
        lot: what is left of an offer counts in multiples of it.
        cap: the part of an offer that is there for us, ``None`` for all of it.
    """

    def __init__(self, lot: Decimal, cap: float | None = None) -> None:
        """Start with everything there."""
        self._lot = lot
        self._cap = ONE if cap is None else exact(cap)
        self._used: dict[Key, Decimal] = {}
        self._open: tuple[Working, Decimal, tuple[Claim, ...]] | None = None

    def room(self, key: Key, size: float, wanted: Decimal) -> Decimal:
        """Return how many of the wanted units an offer of ``size`` still has; NaN has them all."""
        self._settle()
        if not size < float("inf"):
            return wanted
        left = exact(size) * self._cap - self._used.get(key, ZERO)
        if left >= wanted:
            return wanted
        return to_step(left, self._lot, ROUND_FLOOR) if left > 0 else ZERO

    def claim(self, working: Working, claims: tuple[Claim, ...]) -> None:
        """Use up offers for an order, subject to what it fills."""
        self._settle()
        for claim in claims:
            self._used[claim.key] = self._used.get(claim.key, ZERO) + claim.quantity
        self._open = (working, working.left, claims)

    def refresh(self, key: Key) -> None:
        """Forget what was used of an offer, because it is new."""
        self._settle()
        self._used.pop(key, None)

    def keep(self, wanted: Callable[[Key], bool]) -> None:
        """Forget all offers but those wanted."""
        self._settle()
        self._used = {key: used for key, used in self._used.items() if wanted(key)}

    @property
    def empty(self) -> bool:
        """Whether nothing of any offer is used up."""
        return not self._used

    def _settle(self) -> None:
        """Give back what the last claims did not fill, the last claim first."""
        if self._open is None:
            return
        working, before, claims = self._open
        self._open = None
        over = sum((claim.quantity for claim in claims), ZERO) - (before - working.left)
        for claim in reversed(claims):
            back = min(max(over, ZERO), claim.quantity)
            self._used[claim.key] -= back
            over -= back
