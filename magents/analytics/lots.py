"""First in, first out: which units a fill closes, exact to the last digit.

Where a fill or a mark is split between trades, each part is rounded to the money grid and the last
part takes the rest.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from magents.model.money import ZERO, on_grid


@dataclass(slots=True)
class Share:
    """A part of a trade: signed units, signed money, commission; takes more apart exactly.

    ``points`` is units times price, for average prices.
    """

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    commission: Decimal = ZERO
    points: Decimal = ZERO

    def take(self, quantity: Decimal) -> "Share":
        """Split off some units; the last units take whatever is left of the money."""
        if quantity == self.quantity:
            part = Share(self.quantity, self.value, self.commission, self.points)
        else:
            value = on_grid(self.value * quantity / self.quantity)
            commission = on_grid(self.commission * quantity / self.quantity)
            part = Share(quantity, value, commission, self.points * quantity / self.quantity)
        self.quantity -= part.quantity
        self.value -= part.value
        self.commission -= part.commission
        self.points -= part.points
        return part

    def pour(self, part: "Share") -> None:
        """Add another part."""
        self.quantity += part.quantity
        self.value += part.value
        self.commission += part.commission
        self.points += part.points


@dataclass(slots=True)
class Lot:
    """Units opened at once and not closed yet."""

    order: str
    ts: int
    share: Share


@dataclass(slots=True)
class Pair:
    """What one order opened and one order closed, being gathered. Signs as in the fills."""

    entry_order: str
    exit_order: str
    entry_ts: int
    exit_ts: int
    open: bool
    entry: Share = field(default_factory=Share)
    exit: Share = field(default_factory=Share)

    def add(self, entry: Share, leave: Share, ts: int) -> None:
        """Add a part of the way in and the same units of the way out."""
        self.entry.pour(entry)
        self.exit.pour(leave)
        self.exit_ts = max(self.exit_ts, ts)


class Matcher:
    """Matches what happened in one instrument of one pod, first in, first out.

    Attributes:
        last_price: of the last fill.
    """

    def __init__(self) -> None:
        """Hold nothing."""
        self._lots: deque[Lot] = deque()
        self.pairs: dict[tuple[str, str], Pair] = {}
        self.last_price = ZERO

    @property
    def held(self) -> Decimal:
        """Return the signed units that are open."""
        return sum((lot.share.quantity for lot in self._lots), ZERO)

    def add(self, share: Share, order: str, ts: int) -> None:
        """Close what a trade closes, open a lot with the rest."""
        while share.quantity and self._lots and self._opposes(share):
            self._close(share, order, ts, last=False)
        if share.quantity:
            self._lots.append(Lot(order, ts, share))

    def withhold(self, units: Decimal, worth: Decimal) -> bool:
        """Let units of the lot opened last go as its fee, at its last price; it cost what it did.

        Args:
            units: negative. worth: their value, signed as they are.

        Returns:
            Whether there is such a lot, and more of it than that.
        """
        if not self._lots or self._lots[-1].share.quantity <= -units:
            return False
        share = self._lots[-1].share
        share.quantity += units
        share.points += units * self.last_price
        share.value += worth
        share.commission -= worth
        return True

    def split(self, units: Decimal) -> None:
        """Spread more or fewer units over the lots, which cost together what they did."""
        left, held = units, self.held
        for place, lot in enumerate(self._lots, 1):
            last = place == len(self._lots)
            part = left if last else on_grid(units * lot.share.quantity / held)
            lot.share.quantity += part
            left -= part

    def release(self, units: Decimal) -> Iterator[Lot]:
        """Yield the oldest lots, whole or in part, that go elsewhere; ``units`` is negative."""
        left = -units
        while left and self._lots:
            lot = self._lots[0]
            whole = abs(lot.share.quantity) <= abs(left)
            part = lot.share.take(lot.share.quantity if whole else left)
            left -= part.quantity
            if whole:
                self._lots.popleft()
            yield Lot(lot.order, lot.ts, part)

    def finish(self, out: Share, ts: int) -> None:
        """Mark what is still held."""
        while self._lots:
            self._close(out, "", ts, last=True)

    def _opposes(self, share: Share) -> bool:
        return (self._lots[0].share.quantity > 0) != (share.quantity > 0)

    def _close(self, share: Share, order: str, ts: int, *, last: bool) -> None:
        """Set the oldest lot against a share, as far as both go."""
        lot = self._lots[0]
        units = min(abs(lot.share.quantity), abs(share.quantity))
        sign = 1 if lot.share.quantity > 0 else -1
        key = (lot.order, order)
        if key not in self.pairs:
            self.pairs[key] = Pair(lot.order, order, lot.ts, ts, open=last)
        self.pairs[key].add(lot.share.take(sign * units), share.take(-sign * units), ts)
        if not lot.share.quantity:
            self._lots.popleft()
