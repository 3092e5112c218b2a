"""The execution team: takes approved orders to the broker, and cancels."""

from magents.central.orders import OrderTable
from magents.central.risk_team import Request
from magents.model.orders import APPROVED, SUBMITTED, Order
from magents.model.ports import Broker
from magents.runtime.inbox import Inbox


class ExecutionTeam:
    """Routes approved orders, each on its own: pods own their positions, nothing is netted yet.

    Args:
        orders: whose states it moves. inbox: approved orders. broker: where they go.
    """

    def __init__(self, orders: OrderTable, inbox: Inbox[Request], broker: Broker) -> None:
        """Serve one broker."""
        self._orders = orders
        self.inbox = inbox
        self._broker = broker

    async def run(self) -> None:
        """Send orders as they come, for ever."""
        while True:
            for request in await self.inbox.get_all():
                if not isinstance(request, Order):
                    await self._broker.amend(request)
                    continue
                # Unless it was cancelled meanwhile.
                live = self._orders.get(request.id)
                if live is not None and live.state is APPROVED:
                    self._orders.advance(live, SUBMITTED)
                    await self._broker.submit(request)

    async def cancel(self, order_id: str) -> None:
        """Ask the broker to cancel an order it has."""
        await self._broker.cancel(order_id)
