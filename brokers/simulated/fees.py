"""What a venue charges for a fill."""

from decimal import Decimal
from typing import Protocol

from magents.model.money import exact, on_grid


class Fees(Protocol):
    """A fee schedule."""

    def charge(self, notional: Decimal) -> Decimal:
        """Return the commission on a fill's signed notional, on the money grid, never negative."""
        ...


class PercentageFees:
    """A fraction of the notional of every fill.

    Args:
        rate: 0.001 means 10 basis points.
    """

    def __init__(self, rate: float) -> None:
        """Keep the rate exact."""
        self.rate = exact(rate)

    def charge(self, notional: Decimal) -> Decimal:
        """Return the commission."""
        return on_grid(abs(notional) * self.rate)
