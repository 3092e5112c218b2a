"""The way to the venue: orders, cancels and amendments arrive when latency allows (rule B25)."""

from collections.abc import Callable

from brokers.simulated.latency import LatencyModel
from magents.model.orders import Order
from magents.model.ports import Clock
from magents.model.records import Amendment
from magents.model.time import Phase


class Wire:
    """Carries messages; none overtakes its order, and no child its parent.

    Args:
        clock: whose time. latency: how long messages are on their way.
    """

    def __init__(self, clock: Clock, latency: LatencyModel) -> None:
        """Carry nothing yet."""
        self._clock = clock
        self._latency = latency
        self._on_the_way: dict[str, tuple[int, Order]] = {}
        self._changes: dict[str, int] = {}

    def send(self, order: Order, arrive: Callable[[Order], None]) -> None:
        """Carry an order, a child for as long as its parent."""
        delay = self._latency.insert(order.parent or order.id)
        parent = self._on_the_way.get(order.parent) if order.parent else None
        if not delay and parent is None:
            arrive(order)
            return
        when = max(self._clock.now() + delay, parent[0] if parent is not None else 0)
        self._on_the_way[order.id] = (when, order)
        self._clock.call_at(when, Phase.TIMER, self._deliver, order, arrive)

    def cancel(self, order_id: str, arrive: Callable[[str], None]) -> None:
        """Carry a cancel."""
        self._after(self._latency.cancel(order_id), order_id, arrive, order_id)

    def amend(self, change: Amendment, arrive: Callable[[Amendment], None]) -> None:
        """Carry an amendment."""
        number = self._changes[change.order] = self._changes.get(change.order, 0) + 1
        self._after(self._latency.amend(change.order, number), change.order, arrive, change)

    def coming(self) -> list[Order]:
        """Return the orders that have not arrived."""
        return [order for _, order in self._on_the_way.values()]

    def _deliver(self, order: Order, arrive: Callable[[Order], None]) -> None:
        del self._on_the_way[order.id]
        arrive(order)

    def _after(self, delay: int, order_id: str, act: Callable[..., None], what: object) -> None:
        """Act once a message about an order arrives."""
        coming = self._on_the_way.get(order_id)
        if coming is None and not delay:
            act(what)
            return
        when = max(self._clock.now() + delay, coming[0] if coming is not None else 0)
        self._clock.call_at(when, Phase.TIMER, act, what)
