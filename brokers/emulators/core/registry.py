"""Which orders there are, found by number, by client and by the client's own id."""

from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import Ask, RefusedError, Status, VenueOrder, Why


class Registry:
    """All orders of clients since the beginning.

    Args:
        eternal_ids: whether an id may never be used twice, or only not among open orders.
    """

    def __init__(self, *, eternal_ids: bool) -> None:
        self._eternal = eternal_ids
        self.orders: dict[int, VenueOrder] = {}
        self._named: dict[tuple[str, str], VenueOrder] = {}
        self._open: dict[str, dict[int, VenueOrder]] = {}

    def check(self, ask: Ask) -> None:
        """Check an order's id and that there are not too many.

        Raises:
            RefusedError: it is in use, or there are too many.
        """
        named = self._named.get((ask.account, ask.client_id)) if ask.client_id else None
        if named is not None and (named.open or self._eternal):
            raise RefusedError(Why.DUPLICATE)
        mine = self.open(ask.account, ask.market)
        if len(mine) >= ask.market.max_orders:
            raise RefusedError(Why.MAX_ORDERS)
        if ask.stop is None:
            return
        if sum(order.status is Status.WAITING for order in mine) >= ask.market.max_stops:
            raise RefusedError(Why.MAX_STOPS)

    def add(self, order: VenueOrder) -> None:
        """Keep an order."""
        self.orders[order.number] = order
        self._open.setdefault(order.account, {})[order.number] = order
        if order.ask.client_id:
            self._named[(order.account, order.ask.client_id)] = order

    def closed(self, order: VenueOrder) -> None:
        """Note that an order is open no more."""
        self._open[order.account].pop(order.number, None)

    def open(self, account: str, market: Market | None = None) -> list[VenueOrder]:
        """Return a client's open orders, oldest first."""
        mine = self._open.get(account, {}).values()
        return [order for order in mine if market is None or order.market is market]

    def all(self, account: str, market: Market | None = None) -> list[VenueOrder]:
        """Return all orders of a client, oldest first."""
        return [
            order
            for order in self.orders.values()
            if order.account == account and (market is None or order.market is market)
        ]

    def find(self, account: str, *, number: int | None = None, client_id: str = "") -> VenueOrder:
        """Return a client's order.

        Raises:
            RefusedError: there is none.
        """
        found = self.orders.get(number) if number else self._named.get((account, client_id))
        if found is None or found.account != account:
            raise RefusedError(Why.NO_ORDER)
        return found

    def forget(self, account: str) -> None:
        """Forget all orders of a client."""
        for order in self.all(account):
            del self.orders[order.number]
            self._named.pop((account, order.ask.client_id), None)
