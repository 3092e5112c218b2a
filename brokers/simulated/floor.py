"""Which orders are at the venue."""

from collections.abc import Iterable, Mapping

from brokers.simulated.market import Working
from magents.model.bars import Panel
from magents.model.orders import Order


class Floor:
    """Orders by id: those that work, by panel too, and children held for their parents.

    Attributes:
        working, held: by id. panels: the panel's name of each instrument.
    """

    def __init__(self, panels: Iterable[Panel]) -> None:
        """Have no orders."""
        self.working: dict[str, Working] = {}
        self.held: dict[str, Working] = {}
        panels = list(panels)
        self.panels: Mapping[str, str] = {
            n: panel.name for panel in panels for n in panel.instruments
        }
        self._by_panel: dict[str, dict[str, Working]] = {panel.name: {} for panel in panels}

    def rest(self, working: Working) -> None:
        """Let an order work."""
        order = working.order
        if self.held:
            self.held.pop(order.id, None)
        self.working[order.id] = working
        self._by_panel[self.panels[order.instrument]][order.id] = working

    def leave(self, working: Working) -> None:
        """Take an order away."""
        order = working.order
        self.working.pop(order.id, None)
        if self.held:
            self.held.pop(order.id, None)
        self._by_panel[self.panels[order.instrument]].pop(order.id, None)

    def find(self, order_id: str) -> Working | None:
        """Return an order that works or is held."""
        return self.working.get(order_id) or self.held.get(order_id)

    def parent(self, order: Order) -> Working | None:
        """Return the order of the same pod that a child hangs on, while it is at the venue."""
        parent = self.find(order.parent)
        return parent if parent is not None and parent.order.pod == order.pod else None

    def in_panel(self, name: str) -> list[Working]:
        """Return the orders that work in a panel, by time priority."""
        return sorted(self._by_panel[name].values(), key=_priority)

    def at_work(self) -> list[Working]:
        """Return the orders that work, by time priority."""
        return sorted(self.working.values(), key=_priority)

    def all(self) -> list[Working]:
        """Return the orders that work or are held, by time priority."""
        return sorted([*self.working.values(), *self.held.values()], key=_priority)

    def all_in(self, instrument: str) -> list[Working]:
        """Return the orders in an instrument that work or are held, by time priority."""
        return [working for working in self.all() if working.order.instrument == instrument]

    def resting_in(self, instrument: str) -> list[Order]:
        """Return the orders that work in an instrument."""
        there = self._by_panel[self.panels[instrument]].values()
        return [working.order for working in there if working.order.instrument == instrument]


def _priority(working: Working) -> int:
    return working.serial
