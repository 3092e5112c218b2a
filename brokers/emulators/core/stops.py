"""Stops: orders that wait for a price."""

from decimal import Decimal

from brokers.emulators.core.orders import VenueOrder


class Stops:
    """The stops of one market, in order of arrival."""

    def __init__(self) -> None:
        self._waiting: dict[int, VenueOrder] = {}

    def add(self, order: VenueOrder) -> None:
        """Let a stop wait."""
        self._waiting[order.number] = order

    def drop(self, order: VenueOrder) -> None:
        """Forget a stop."""
        self._waiting.pop(order.number, None)

    def fired(self, price: Decimal) -> list[VenueOrder]:
        """Take off and return the stops that a price triggers."""
        hit = [order for order in self._waiting.values() if triggers(order, price)]
        for order in hit:
            del self._waiting[order.number]
        return hit


def triggers(order: VenueOrder, price: Decimal) -> bool:
    """Say whether a price triggers a stop."""
    stop = order.ask.stop
    if stop is None:
        return False
    return price >= stop if order.ask.rising else price <= stop
