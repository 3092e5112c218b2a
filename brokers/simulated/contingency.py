"""What orders mean to each other: groups share a quantity, children wait for their parents."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.market import Working
from magents.model.money import ZERO


class Loss(NamedTuple):
    """An order of a group loses units that another one filled; none left means it is over."""

    working: Working
    left: Decimal


class Contingencies:
    """Knows which orders at the venue belong together.

    Rule B22: what one order of a group fills, the others lose; one that has nothing left is
    cancelled.  Rule B23: a child is held until its parent fills, and then works for as many units
    as the parent has filled.
    """

    def __init__(self) -> None:
        """Know no orders."""
        self._groups: dict[str, dict[str, Working]] = {}
        self._children: dict[str, dict[str, Working]] = {}
        self._woken: dict[str, Decimal] = {}

    def add(self, working: Working) -> None:
        """Take in an order that has a group or a parent."""
        order = working.order
        if order.group:
            self._groups.setdefault(order.group, {})[order.id] = working
        if order.parent:
            self._children.setdefault(order.parent, {})[order.id] = working

    def remove(self, working: Working) -> None:
        """Forget an order that is over."""
        order = working.order
        for table, key in ((self._groups, order.group), (self._children, order.parent)):
            members = table.get(key)
            if members is not None:
                members.pop(order.id, None)
                if not members:
                    del table[key]

    def losses(self, working: Working, quantity: Decimal) -> list[Loss]:
        """Return what the others of a group lose by a fill of one."""
        others = self._groups.get(working.order.group, {}) if working.order.group else {}
        return [
            Loss(other, max(ZERO, other.left - quantity))
            for other in others.values()
            if other is not working
        ]

    def children(self, order_id: str) -> list[Working]:
        """Return the orders that wait for, or came from, a parent; oldest first."""
        return list(self._children.get(order_id, {}).values())

    def wake(self, child: Working, filled: Decimal) -> Decimal:
        """Return how many more units a child works for once its parent has filled so many."""
        woken = self._woken.get(child.order.id, ZERO)
        more = min(filled, child.order.quantity) - woken
        self._woken[child.order.id] = woken + more
        return more

    def forget(self, order_ids: Iterable[str]) -> None:
        """Drop what was remembered of orders that are over."""
        for order_id in order_ids:
            self._woken.pop(order_id, None)
