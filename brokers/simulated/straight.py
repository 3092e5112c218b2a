"""Plain market orders that meet the next open at once, without waiting for it in between."""

from asyncio import TimerHandle
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal

from brokers.simulated.admission import Admission
from brokers.simulated.bar_rows import NEAR, Rows
from brokers.simulated.custody import Custody
from brokers.simulated.filling import Filling
from brokers.simulated.venue_rules.lot import LotRule
from magents.model.orders import Order
from magents.model.records import Fill

NONE = -1


class NextOpen:
    """One panel of bars as plain market orders meet it (rule B1), where all of it is known.

    Orders come from desks, which write whole lots only: about that nobody is asked again.
    Nobody else may have an order here meanwhile: whoever asks sees to that.

    Args:
        rows: the panel's, as its market has them. admission, filling, custody: the exchange's.
    """

    def __init__(
        self, rows: Rows, admission: Admission, filling: Filling, custody: Custody
    ) -> None:
        """Stand beside the exchange's own way, on the same books."""
        self._rows = rows
        self._admission = admission
        self._asks = any(type(rule) is not LotRule for rule in admission.for_plain)
        self._whole = filling.whole
        self._custody = custody
        self._near = 0

    def row(self, now: int) -> int:
        """Return the loaded row that opens first at an instant or after it, -1 where none does."""
        opens, low = self._rows.open_at, self._near
        high = low + NEAR
        if high < len(opens) and opens[low] < now < opens[high]:
            row = self._near = bisect_left(opens, now, low, high)
            return row
        row = self._near = bisect_left(opens, now)
        return row if row < len(opens) else NONE

    @property
    def timer(self) -> TimerHandle | None:
        """Return the timer of what comes due between trades, which :meth:`settle` sees to."""
        return self._custody.timer

    @property
    def due(self) -> int:
        """Return when something comes due between trades next."""
        return self._custody.due[0]

    def settle(self, instant: int) -> bool:
        """Move time to what is due up to an instant, and tell it; return whether anything was."""
        return self._custody.settle(instant)

    def opening(self, row: int) -> int:
        """Return when a row opens."""
        return self._rows.open_at[row]

    def price(self, row: int, column: int) -> float:
        """Return the opening price of an instrument in a row, NaN where it has none."""
        price: float = self._rows.opens[row, column]
        return price

    def refusal(self, order: Order, now: int) -> str:
        """Return why the venue refuses an order, empty where it does not."""
        if not self._asks:
            return ""
        held = self._custody.units(order.pod, order.instrument)
        return self._admission.refusal_of_plain(order, now, held)

    def fill(self, order: Order, signed: Decimal, row: int, column: int) -> Fill:
        """Fill all of an order at a row's open, and book it with the account.

        Args:
            signed: the order's units with the sign of its side.
        """
        rows = self._rows
        price, volume = rows.opens[row, column], rows.volumes[row, column]
        fill, notional = self._whole(
            order, signed, price, volume, rows.close_at[row], rows.open_at[row]
        )
        self._custody.book(fill, notional)
        return fill


def only_bars(markets: Iterable[object]) -> Rows | None:
    """Return the rows of the one market there is, where that is one of bars."""
    found = [getattr(market, "rows", None) for market in markets]
    return found[0] if len(found) == 1 and isinstance(found[0], Rows) else None
