"""How much of a market the whole fund may take: a cap on participation, shared by all pods."""

from collections.abc import Hashable
from decimal import ROUND_DOWN, Decimal

from magents.model.money import ZERO, exact, to_step

KEPT = 4_096
"""Bars remembered at most."""


class Liquidity:
    """Counts what the fund has taken of each bar.

    Args:
        cap: fraction of a bar's volume that all pods together may take; ``None`` is no limit.
    """

    def __init__(self, cap: float | None) -> None:
        """Nothing is taken yet."""
        self._cap = None if cap is None else exact(cap)
        self._taken: dict[Hashable, Decimal] = {}

    def left(self, key: Hashable, volume: float) -> Decimal:
        """Return the units still to be had; unknown volume (NaN) is no limit."""
        if self._cap is None or volume != volume:  # noqa: PLR0124 - NaN
            return Decimal("Infinity")
        return self._cap * exact(volume) - self._taken.get(key, ZERO)

    def take(self, key: Hashable, volume: float, wanted: Decimal, lot: Decimal) -> Decimal:
        """Return how many of the wanted units may be had now, and count them as taken."""
        left = self.left(key, volume)
        allowed = wanted if wanted <= left else to_step(max(left, ZERO), lot, ROUND_DOWN)
        if allowed and self._cap is not None:
            self._taken[key] = self._taken.get(key, ZERO) + allowed
            if len(self._taken) > KEPT:
                del self._taken[next(iter(self._taken))]
        return allowed
