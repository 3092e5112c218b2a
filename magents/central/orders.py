"""All orders of the fund: their state, what is filled, what still works."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from magents.model.errors import BrokenPromiseError
from magents.model.money import ZERO
from magents.model.orders import BUY, CLOSED, TRANSITIONS, Order, OrderState, move
from magents.model.records import Amendment

_MAY_FILL_LATE = frozenset({OrderState.CANCELLED, OrderState.EXPIRED})
_FILLED, _PARTLY_FILLED = OrderState.FILLED, OrderState.PARTLY_FILLED


class LiveOrder(msgspec.Struct, eq=False):
    """An order and where it is in its life.

    Attributes:
        signed: its quantity with the sign of its side. filled: of that.
    """

    order: Order
    signed: Decimal
    state: OrderState = OrderState.CREATED
    filled: Decimal = ZERO

    @property
    def open(self) -> bool:
        """Return whether it may still fill in the normal course."""
        return self.state not in CLOSED

    @property
    def left(self) -> Decimal:
        """Return the signed units not filled yet."""
        return self.signed - self.filled


class OrderTable:
    """Every order by id, and the units that work per pod and instrument."""

    def __init__(self) -> None:
        """Start empty."""
        self._orders: dict[str, LiveOrder] = {}
        self._working: dict[tuple[str, str], Decimal] = {}
        self._open: dict[str, LiveOrder] = {}
        self._ended: Counter[OrderState] = Counter()

    def add(self, order: Order) -> LiveOrder:
        """Take in a new order."""
        live = self._open[order.id] = LiveOrder(order, order.signed)
        self._shift(order, live.signed)
        return live

    def get(self, order_id: str) -> LiveOrder | None:
        """Return an order that is open, or was closed and got a late fill."""
        return self._open.get(order_id) or self._orders.get(order_id)

    def move(self, order_id: str, state: OrderState) -> LiveOrder:
        """Move an order along the state table.

        Raises:
            InvalidTransitionError: the table does not allow it.
        """
        live = self._open.get(order_id)
        if live is None:
            return self._move_late(self._orders[order_id], state)
        return self.advance(live, state)

    def advance(self, live: LiveOrder, state: OrderState) -> LiveOrder:
        """Move an open order along the state table.

        Raises: as :meth:`move`.
        """
        if state not in TRANSITIONS[live.state]:
            move(live.order.id, live.state, state)
        live.state = state
        if state in CLOSED:
            self._end(live)
        return live

    def amend(self, change: Amendment) -> LiveOrder:
        """Give an order the size and prices that the venue has accepted."""
        live = self._open[change.order]
        order = live.order
        wanted = {"quantity": change.quantity, "limit": change.limit, "stop": change.stop}
        given = {name: value for name, value in wanted.items() if value is not None}
        self._shift(order, -live.left)
        live.order = replace(order, **given)
        live.signed = live.order.signed
        self._shift(order, live.left)
        return live

    def fill(self, order_id: str, quantity: Decimal, *, complete: bool) -> LiveOrder:
        """Count signed units of a fill and move the order on.

        Raises:
            BrokenPromiseError: it is more than was left of the order, or goes the other way.
        """
        state = _FILLED if complete else _PARTLY_FILLED
        live = self._open.get(order_id)
        if live is None:
            live = self._orders[order_id]
            live.filled = _filled(live, quantity)
            return self._move_late(live, state)
        live.filled = _filled(live, quantity)
        self._shift(live.order, -quantity)
        return self.advance(live, state)

    @property
    def any_open(self) -> bool:
        """Return whether any order is open."""
        return bool(self._open)

    def count(self, state: OrderState, orders: int = 1) -> None:
        """Count orders that have come to their end without a stay in this table."""
        self._ended[state] += orders

    def working(self, pod: str, instrument: str) -> Decimal:
        """Return the signed units of a pod's open orders in an instrument."""
        return self._working.get((pod, instrument), ZERO)

    def open_of(self, pod: str | None = None) -> Iterator[LiveOrder]:
        """Yield open orders, oldest first; of one pod, or of all."""
        for live in list(self._open.values()):
            if pod is None or live.order.pod == pod:
                yield live

    def counts(self) -> dict[str, int]:
        """Return the number of orders by their present state."""
        counts = self._ended + Counter(live.state for live in self._open.values())
        return {state.value: count for state, count in sorted(counts.items())}

    def _move_late(self, live: LiveOrder, state: OrderState) -> LiveOrder:
        """Move an order that was closed already, and count it where it is now."""
        before = live.state
        live.state = move(live.order.id, before, state)
        self._ended[before] -= 1
        if state in CLOSED:
            self._end(live)
        else:
            self._ended[state] += 1
        return live

    def _end(self, live: LiveOrder) -> None:
        """Forget what can never move again; keep what a late fill may still reach."""
        order = live.order
        if self._open.pop(order.id, None) is not None and live.filled != live.signed:
            self._shift(order, -live.left)
        if live.state in _MAY_FILL_LATE:
            self._orders[order.id] = live
        elif self._orders:
            self._orders.pop(order.id, None)
        self._ended[live.state] += 1

    def _shift(self, order: Order, quantity: Decimal) -> None:
        """Count working units; orders that hang on others do not count, they only answer them."""
        if order.parent or order.group:
            return
        key, working = (order.pod, order.instrument), self._working
        before = working.get(key)
        left = quantity if before is None else before + quantity
        if left:
            working[key] = left
        elif before is not None:
            del working[key]


def _filled(live: LiveOrder, quantity: Decimal) -> Decimal:
    """Return what is filled with some more, which is within the order and on its side."""
    before, size = live.filled, live.order.quantity
    filled = before + quantity
    buying = live.order.side is BUY
    if before < filled <= size if buying else -size <= filled < before:
        return filled
    msg = f"order {live.order.id} was filled for {quantity} with {live.left} left"
    raise BrokenPromiseError(msg)
