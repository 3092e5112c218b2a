"""How much to hold for a conviction: small rules, each a few lines."""

from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from magents.model.money import ZERO, exact


class Sizing(Protocol):
    """A sizing rule."""

    def units(self, conviction: float, price: float, capital: Decimal) -> Decimal:
        """Return signed units to hold, not yet rounded to the lot.

        Args:
            conviction: from -1 to 1. price: the close it was decided at.
            capital: what the pod was given.
        """
        ...


_exact = lru_cache(maxsize=256)(exact)
"""For convictions: mostly a few round ones."""


class FractionOfCapital:
    """Each position is worth a fixed fraction of the pod's capital, times conviction.

    Args:
        fraction: 0.1 means ten positions use the capital up.
    """

    def __init__(self, fraction: float | Decimal) -> None:
        """Keep the fraction exact."""
        self.fraction = exact(fraction)

    def units(self, conviction: float, price: float, capital: Decimal) -> Decimal:
        """Return ``conviction * fraction * capital / price``; 0 where there is no price."""
        if not conviction or not price > 0:
            return ZERO
        return self.fraction * capital * _exact(conviction) / exact(price)


def equal_parts(positions: int) -> FractionOfCapital:
    """Return a rule for ``positions`` equal holdings, which leaves 1 % for costs and gaps."""
    return FractionOfCapital(Decimal("0.99") / positions)
