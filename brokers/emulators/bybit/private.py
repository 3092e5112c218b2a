"""Bybit's private streams: orders, executions, wallet, positions."""

from typing import Any

from brokers.emulators.bybit import shapes
from brokers.emulators.core.events import (
    Event,
    FundingPaid,
    OrderMoved,
    PositionMoved,
    WalletMoved,
)
from brokers.emulators.core.market import Market
from brokers.emulators.lines import Line
from brokers.emulators.venue import Venue

TOPICS = frozenset({
    "order", "order.spot", "order.linear", "execution", "execution.spot", "execution.linear",
    "position", "position.linear", "wallet", "execution.fast", "ticketInfo",
})  # fmt: skip


class PrivateStreams:
    """Publishes to each client what is his."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._count = 0
        venue.exchange.listeners.append(self._listen)
        venue.lines.on_expire = self.expire
        venue.lines.on_shutdown = self.shutdown

    def expire(self, line: Line) -> None:
        """End a login; the connection stays and says nothing more."""
        line.topics.clear()
        line.account = ""

    def shutdown(self, line: Line) -> None:
        """Close the connection as a server does that goes down."""
        line.close(1001)

    def _listen(self, event: Event) -> None:
        if isinstance(event, OrderMoved):
            order = event.order
            kind, symbol = order.market.kind, order.market.symbol
            if event.fill is not None:
                row = {"category": kind, **shapes.execution(order, event.fill)}
                self._publish(order.account, "execution", kind, [row], symbol)
            shown = {"category": kind, **shapes.order(order, event.status), "feeCurrency": ""}
            self._publish(order.account, "order", kind, [shown], symbol)
        elif isinstance(event, WalletMoved):
            row = shapes.wallet(self._venue, event.account)
            self._publish(event.account, "wallet", "", [row])
        elif isinstance(event, PositionMoved):
            row = self._position(event.account, event.market)
            self._publish(event.account, "position", event.market.kind, [row], event.market.symbol)
        elif isinstance(event, FundingPaid):
            row = {"category": event.market.kind, **shapes.funding(event)}
            kind, symbol = event.market.kind, event.market.symbol
            self._publish(event.account, "execution", kind, [row], symbol)

    def _position(self, account: str, market: Market) -> dict[str, Any]:
        exchange = self._venue.exchange
        held, mark = exchange.wallets.position(account, market), exchange.settler.mark(market.key)
        shown = shapes.position(market, held, mark, self._venue.clock.now())
        return {"category": market.kind, **shown}

    def _publish(
        self, account: str, topic: str, kind: str, data: list[Any], symbol: str = ""
    ) -> None:
        self._count += 1
        names = (topic, f"{topic}.{kind}")
        kinds = {"order": "orders", "execution": "orders", "wallet": "balance"}
        for line in list(self._venue.lines.open.values()):
            name = next((name for name in names if name in line.topics), None)
            if line.account == account and name is not None:
                payload = {
                    "id": f"{account}_{self._count}",
                    "topic": name,
                    "creationTime": self._venue.clock.now(),
                    "data": data,
                }
                self._venue.lines.publish(line, kinds.get(topic, "positions"), payload, symbol)
