"""What orders mean to each other: groups share a quantity, children wait for their parents."""

from collections.abc import Hashable
from decimal import Decimal
from typing import Protocol, TypeVar

from msgspec.structs import replace

from brokers.simulated.market import Step, Working
from magents.model.money import ZERO
from magents.model.orders import OrderState
from magents.model.time import Phase

K = TypeVar("K", bound=Hashable)
Members = dict[str, Working]
GroupKey = tuple[str, str]
"""Pod and the name it gave the group."""


class Venue(Protocol):
    """Who acts on what one order means to another."""

    def enter(self, child: Working, parent: Working | None) -> None:
        """Let a child work; in the bar that filled its parent where that is given."""
        ...

    def end(self, working: Working, state: OrderState, note: str = "") -> None:
        """End an order that is not filled wholly."""
        ...

    def shrunk(self, working: Working, note: str) -> None:
        """Tell that an order has become smaller, and why."""
        ...


class Contingencies:
    """Knows which orders at the venue belong together, and what one means to another.

    Rule B22: what one order of a group fills, the others lose; one that has nothing left is
    cancelled.  Rule B23: a child is held until its parent fills, and then works for as many units
    as the parent has filled.

    Args:
        venue: acts on it.
    """

    def __init__(self, venue: Venue) -> None:
        """Know no orders."""
        self._venue = venue
        self._groups: dict[GroupKey, Members] = {}
        self._children: dict[str, Members] = {}

    @property
    def any(self) -> bool:
        """Return whether any order hangs together with another."""
        return bool(self._groups or self._children)

    def add(self, working: Working) -> None:
        """Take in an order that has a group or a parent."""
        order = working.order
        if order.group:
            self._groups.setdefault((order.pod, order.group), {})[order.id] = working
        if order.parent:
            self._children.setdefault(order.parent, {})[order.id] = working

    def remove(self, working: Working) -> None:
        """Forget an order that is over."""
        order = working.order
        _drop(self._groups, (order.pod, order.group), order.id)
        _drop(self._children, order.parent, order.id)

    def hold(self, child: Working, parent: Working) -> None:
        """Let a child wait for its parent, or for what of that has not filled yet."""
        child.asleep, child.left = child.left, ZERO
        if parent.filled:
            self._wake(child, None, parent.filled)

    def on_fill(self, working: Working, quantity: Decimal, *, done: bool) -> None:
        """Let a fill work on the order's group and children."""
        if working.order.group:
            self._take_from_group(working, quantity)
        if self._children:
            for child in self._children_of(working):
                self._wake(child, working, quantity)
            if done:
                self.over(working)

    def over(self, parent: Working) -> None:
        """Nothing more wakes the children of an order that is over."""
        for child in self._children_of(parent):
            if not child.left:
                self._venue.end(child, OrderState.CANCELLED, "B23: its parent is over")
            elif child.asleep:
                lose(child, child.asleep, asleep=True)
                self._venue.shrunk(child, "B23: as much as its parent has filled")

    def _wake(self, child: Working, parent: Working | None, quantity: Decimal) -> None:
        """Let a child work for what its parent has filled, now where the parent is given."""
        dormant = not child.left
        more = min(quantity, child.asleep)
        child.asleep -= more
        child.left += more
        if dormant and more:
            self._venue.enter(child, parent)

    def _take_from_group(self, working: Working, quantity: Decimal) -> None:
        members = self._groups.get((working.order.pod, working.order.group), {})
        for other in list(members.values()):
            # The end of one may have ended its children, which may be of the group too.
            if other is working or other.order.id not in members:
                continue
            note = "B22: its group has filled"
            if _both_inside(working.step, other.step):
                note = "B11: both touched inside one bar, the worse is taken"
            lose(other, quantity)
            if other.left or other.asleep:
                self._venue.shrunk(other, note)
            else:
                self._venue.end(other, OrderState.CANCELLED, note)

    def _children_of(self, parent: Working) -> list[Working]:
        """Return the orders that wait for, or came from, a parent; oldest first."""
        return list(self._children.get(parent.order.id, {}).values())


def lose(working: Working, quantity: Decimal, *, asleep: bool = False) -> None:
    """Take units away for good: first those that work, or first those that are asleep."""
    lost = min(quantity, working.left + working.asleep)
    from_left = ZERO if asleep else min(lost, working.left)
    working.left -= from_left
    working.asleep -= lost - from_left
    working.order = replace(working.order, quantity=working.order.quantity - lost)


def _both_inside(one: Step | None, other: Step | None) -> bool:
    """Return whether two orders are touched inside the same bar."""
    if one is None or other is None or one.phase != Phase.FILLS:
        return False
    return one.ts == other.ts and one.since == other.since < one.ts


def _drop(table: dict[K, Members], key: K, order_id: str) -> None:
    members = table.get(key)
    if members is not None:
        members.pop(order_id, None)
        if not members:
            del table[key]
