"""One position: units, what they cost, what was made of them."""

from decimal import Decimal

from magents.model.money import ZERO, on_grid


class Position:
    """A holding of one instrument in one book, at average cost.

    Attributes:
        quantity: signed units. cost: signed money paid for what is held, without commission.
        realised: profit of what was closed, without commission.
        commission: all commission paid.
    """

    __slots__ = ("commission", "cost", "quantity", "realised")

    def __init__(self) -> None:
        """Start flat."""
        self.quantity = ZERO
        self.cost = ZERO
        self.realised = ZERO
        self.commission = ZERO

    def __repr__(self) -> str:
        """Show units and cost."""
        return f"Position({self.quantity} at {self.cost}, realised {self.realised})"

    def add(self, quantity: Decimal, notional: Decimal, commission: Decimal) -> None:
        """Apply a trade: signed units, signed notional (positive bought), commission."""
        self.commission += commission
        held = self.quantity
        if not held or (held > 0) == (quantity > 0):
            self.quantity = held + quantity
            self.cost += notional
        elif abs(quantity) <= abs(held):
            self._close(quantity, notional)
        else:
            self._turn(quantity, notional)

    def _close(self, quantity: Decimal, notional: Decimal) -> None:
        """Close all or part: cost leaves in proportion, rounded to the grid, the rest stays."""
        left = self.quantity + quantity
        released = on_grid(self.cost * -quantity / self.quantity) if left else self.cost
        self.realised -= notional + released
        self.cost -= released
        self.quantity = left

    def _turn(self, quantity: Decimal, notional: Decimal) -> None:
        """Close everything and open the other way with what is left of the trade."""
        closing = on_grid(notional * -self.quantity / quantity)
        opening = self.quantity + quantity
        self._close(-self.quantity, closing)
        self.quantity = opening
        self.cost = notional - closing
