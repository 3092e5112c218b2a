"""One position: units, what they cost, what was made of them."""

from decimal import Decimal

from magents.model.money import ZERO, on_grid


class Position:
    """A holding of one instrument in one book, at average cost, in the instrument's currency.

    Attributes:
        quantity: signed units. cost: signed money paid for what is held, without commission.
        realised: profit of what was closed, without commission.
        commission: all commission and fees paid.
        carry: dividends, funding, fees of borrowing and the like, signed.
        settled: gains of a margined position that were paid out, signed.
    """

    __slots__ = ("carry", "commission", "cost", "quantity", "realised", "settled")

    def __init__(self) -> None:
        """Start flat."""
        self.quantity = ZERO
        self.cost = ZERO
        self.realised = ZERO
        self.commission = ZERO
        self.carry = ZERO
        self.settled = ZERO

    def __repr__(self) -> str:
        """Show units and cost."""
        return f"Position({self.quantity} at {self.cost}, realised {self.realised})"

    @property
    def unpaid(self) -> Decimal:
        """Return what a margined position would have cost and was not paid or settled yet.

        Its worth less this is the gain that the next settlement pays.
        """
        return self.cost - self.realised + self.settled

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

    def split(self, units: Decimal) -> None:
        """Hold more or fewer units that cost the same together."""
        self.quantity += units

    def release(self, units: Decimal, cost: Decimal = ZERO) -> Decimal:
        """Let units go elsewhere with their part of the cost, or the cost given; return it."""
        share = cost or self._share(units)
        self.quantity += units
        self.cost -= share
        return share

    def _share(self, quantity: Decimal) -> Decimal:
        """Return the part of the cost that leaves with units, on the grid; the last take all."""
        left = self.quantity + quantity
        return on_grid(self.cost * -quantity / self.quantity) if left else self.cost

    def _close(self, quantity: Decimal, notional: Decimal) -> None:
        """Close all or part: cost leaves in proportion, rounded to the grid, the rest stays."""
        released = self._share(quantity)
        self.realised -= notional + released
        self.cost -= released
        self.quantity += quantity

    def _turn(self, quantity: Decimal, notional: Decimal) -> None:
        """Close everything and open the other way with what is left of the trade."""
        closing = on_grid(notional * -self.quantity / quantity)
        opening = self.quantity + quantity
        self._close(-self.quantity, closing)
        self.quantity = opening
        self.cost = notional - closing
