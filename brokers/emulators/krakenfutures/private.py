"""Private feeds of Kraken futures: open orders, fills, positions, balances."""

from collections.abc import Callable
from typing import Any

from brokers.emulators.core.events import (
    Event,
    FundingPaid,
    OrderMoved,
    PositionMoved,
    WalletMoved,
)
from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import VenueOrder
from brokers.emulators.krakenfutures import shapes
from brokers.emulators.krakenfutures.names import order_id, resting
from brokers.emulators.lines import Line
from brokers.emulators.venue import Venue

Json = dict[str, Any]
ORDERS = ("open_orders", "open_orders_verbose")
FEEDS = frozenset({*ORDERS, "fills", "open_positions", "balances"})
LAST = 100
KINDS = {"balances": "balance", "open_positions": "positions"}
"""How fault rules name the feeds; the others are ``orders``."""


class PrivateStreams:
    """Publishes to each client what is his."""

    def __init__(self, venue: Venue) -> None:
        self._venue, self._count = venue, 0
        venue.exchange.listeners.append(self._listen)
        venue.lines.on_expire = self.expire
        venue.lines.on_shutdown = self.shutdown

    def begin(self, line: Line, feed: str) -> None:
        """Show what is there to who has just subscribed."""
        if feed in ORDERS:
            mine = self._venue.exchange.registry.open(line.account)
            rows = [shapes.stream_order(order, order.filled) for order in mine]
            self._say(line, feed, {**_head(line, f"{feed}_snapshot"), "orders": rows})
        elif feed == "fills":
            self._say(line, feed, {**_head(line, "fills_snapshot"), "fills": self._fills(line)})
        elif feed == "open_positions":
            self._say(line, feed, self._positions(line.account))
        else:
            self._say(line, feed, self._balances(line.account, "balances_snapshot"))

    def expire(self, line: Line) -> None:
        """End a login; the connection stays and says nothing more."""
        for feed in FEEDS & line.topics.keys():
            line.topics.pop(feed)
        line.account = ""

    def shutdown(self, line: Line) -> None:
        """Close the connection as a server does that goes down."""
        line.close(1001)

    def _listen(self, event: Event) -> None:
        if isinstance(event, OrderMoved):
            self._moved(event)
        elif isinstance(event, PositionMoved):
            self._publish(event.account, "open_positions", lambda: self._positions(event.account))
        elif isinstance(event, WalletMoved | FundingPaid):
            said = "balances"
            self._publish(event.account, said, lambda: self._balances(event.account, said))

    def _moved(self, event: OrderMoved) -> None:
        order, fill = event.order, event.fill
        if fill is not None:
            self._count += 1
            row = shapes.stream_fill(order, fill, self._count)
            said = {"feed": "fills", "username": order.account, "fills": [row]}
            self._publish(order.account, "fills", lambda: said, order.market)
        if resting(order):
            for feed in ORDERS:
                shown = {"feed": feed, **_change(event)}
                self._publish(order.account, feed, lambda shown=shown: shown, order.market)  # type: ignore[misc]

    def _publish(
        self, account: str, feed: str, say: Callable[[], Json], market: Market | None = None
    ) -> None:
        lines = [
            line
            for line in self._venue.lines.open.values()
            if line.account == account and feed in line.topics
        ]
        said = say() if lines else {}
        for line in lines:
            self._say(line, feed, said, "" if market is None else market.symbol)

    def _say(self, line: Line, feed: str, said: Json, symbol: str = "") -> None:
        self._venue.lines.publish(line, KINDS.get(feed, "orders"), said, symbol)

    def _fills(self, line: Line) -> list[Json]:
        rows = [
            (fill.time, fill.number, order, fill)
            for order in self._venue.exchange.registry.all(line.account)
            for fill in order.fills
        ]
        rows.sort(key=lambda row: row[:2])
        last = [shapes.stream_fill(order, fill, 0) for _, _, order, fill in rows[-LAST:]]
        return [{k: v for k, v in row.items() if k != "cli_ord_id"} for row in last]

    def _positions(self, account: str) -> Json:
        wallets, venue = self._venue.exchange.wallets, self._venue
        rows = [
            shapes.stream_position(venue, account, market)
            for market in venue.exchange.markets.values()
            if wallets.position(account, market).size
        ]
        self._count += 1
        numbers = {"seq": self._count, "timestamp": venue.clock.now()}
        return {"feed": "open_positions", "account": account, "positions": rows, **numbers}

    def _balances(self, account: str, feed: str) -> Json:
        self._count += 1
        return {
            "feed": feed,
            "account": account,
            "flex_futures": shapes.Money(self._venue, account).stream(),
            "timestamp": self._venue.clock.now(),
            "seq": self._count,
        }


def _head(line: Line, feed: str) -> Json:
    return {"feed": feed, "account": line.account}


def _change(event: OrderMoved) -> Json:
    """Return how the feed of open orders tells of a change: whole orders, or that one is gone."""
    order = event.order
    if event.what == "TRADE" and event.filled >= order.quantity:
        return _gone(order, "full_fill")
    if event.what in {"CANCELED", "EXPIRED"}:
        reason = {"user": "cancelled_by_user", "switch": "dead_man_switch"}.get(order.cancel_id)
        return _gone(order, reason or "not_enough_margin")
    reason = {
        "TRADE": "partial_fill",
        "REPLACED": "edited_by_user",
        "TRIGGERED": "limit_order_from_stop",
    }.get(event.what, "new_placed_order_by_user")
    shown = shapes.stream_order(order, event.filled)
    return {"order": shown, "is_cancel": False, "reason": reason}


def _gone(order: VenueOrder, reason: str) -> Json:
    named = {"cli_ord_id": order.ask.client_id} if order.ask.client_id else {}
    return {"order_id": order_id(order), **named, "is_cancel": True, "reason": reason}
