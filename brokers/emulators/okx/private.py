"""OKX's private streams: orders with their fills, the account, fills alone."""

from collections.abc import Mapping
from typing import Any

from brokers.emulators.core.events import (
    Event,
    FundingPaid,
    OrderMoved,
    PositionMoved,
    WalletMoved,
)
from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import Fill, VenueOrder
from brokers.emulators.lines import Line
from brokers.emulators.okx import shapes, swaps
from brokers.emulators.okx.idle import Idle
from brokers.emulators.okx.names import SPOT, SWAP, kind_of, order_id, side, size
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

CHANNELS = frozenset({"orders", "account", "balance_and_position", "positions", "fills"})
KINDS = frozenset({"ANY", SPOT, SWAP})
TOLD_BEATS = 50
"""Beats between two frames of an account in which nothing moves."""
NOTICE_SECONDS = 60.0
"""How long before its end a server says that it goes down."""


class PrivateStreams:
    """Publishes to each client what is his. A topic of a line keeps the subscription's words."""

    def __init__(self, venue: Venue, idle: Idle) -> None:
        self._venue, self._idle = venue, idle
        self._beats = 0
        venue.exchange.listeners.append(self._listen)
        venue.lines.on_expire = self.expire
        venue.lines.on_shutdown = self.shutdown
        venue.on_beat.append(self.beat)

    def begin(self, line: Line, arg: Mapping[str, Any]) -> None:
        """Subscribe a line; twice is the same as once."""
        channel = str(arg["channel"])
        line.topics[f"{channel}:{arg.get('instType', '')}:{arg.get('instId', '')}"] = dict(arg)
        if channel == "account":
            self._tell_account(line, dict(arg), "snapshot", None)
        elif channel == "positions":
            self._send(line, dict(arg), "positions", swaps.positions(self._venue, line.account))

    def expire(self, line: Line) -> None:
        """End the subscriptions as OKX does where there are too many: it says so and is silent."""
        for arg in line.topics.values():
            channel = arg.get("channel", "") if isinstance(arg, dict) else ""
            said = {"event": "channel-conn-count-error", "channel": channel, "connCount": "30"}
            self._venue.lines.answer(line, {**said, "connId": connection(line)})
        line.topics.clear()

    def shutdown(self, line: Line) -> None:
        """Say that the server goes down, and close the connection when it does."""
        text = "The connection will soon be closed for a service upgrade. Please reconnect."
        said = {"event": "notice", "code": "64008", "msg": text, "connId": connection(line)}
        self._venue.lines.answer(line, said)
        due = self._venue.clock.elapsed() + NOTICE_SECONDS
        self._venue.agenda.at(due, lambda: line.close(1001))

    def beat(self) -> None:
        """Tell accounts as they are, now and then."""
        self._beats += 1
        if self._beats % TOLD_BEATS:
            return
        for line in list(self._venue.lines.open.values()):
            for arg in list(line.topics.values()):
                if isinstance(arg, dict) and arg.get("channel") == "account":
                    self._tell_account(line, arg, "interval_update", None)

    def _listen(self, event: Event) -> None:
        if isinstance(event, OrderMoved):
            order = event.order
            was = event.status, event.filled, event.paid
            row = shapes.moved(order, event.what, event.fill, was)
            if event.fill is not None:
                fill = [_fill(order, event.fill)]
                self._publish(order.account, "fills", fill, order.market)
            self._publish(order.account, "orders", [row], order.market)
        elif isinstance(event, PositionMoved | FundingPaid):
            held = self._venue.exchange.wallets.position(event.account, event.market)
            row = swaps.position(self._venue, event.market, held)
            self._publish(event.account, "positions", [row], event.market)
        elif isinstance(event, WalletMoved):
            for line, arg in self._subscribed(event.account, "account", None):
                self._tell_account(line, arg, "event_update", event.assets)

    def _publish(self, account: str, channel: str, data: list[Any], market: Market) -> None:
        kind = "positions" if channel == "positions" else "orders"
        for line, arg in self._subscribed(account, channel, market):
            self._send(line, arg, kind, data, market.symbol)

    def _send(
        self, line: Line, arg: dict[str, Any], kind: str, data: list[Any], symbol: str = ""
    ) -> None:
        self._idle.note(line)
        payload = {"arg": {**arg, "uid": line.account}, "data": data}
        self._venue.lines.publish(line, kind, payload, symbol)

    def _subscribed(
        self, account: str, channel: str, market: Market | None
    ) -> list[tuple[Line, dict[str, Any]]]:
        return [
            (line, arg)
            for line in list(self._venue.lines.open.values())
            if line.account == account
            for arg in list(line.topics.values())
            if isinstance(arg, dict)
            and arg.get("channel") == channel
            and (market is None or _about(arg, market))
        ]

    def _tell_account(
        self, line: Line, arg: dict[str, Any], kind: str, assets: tuple[str, ...] | None
    ) -> None:
        row = shapes.balance(self._venue, line.account, assets)
        pages = {"eventType": kind, "curPage": 1, "lastPage": True}
        payload = {"arg": {**arg, "uid": line.account}, **pages, "data": [row]}
        self._idle.note(line)
        self._venue.lines.publish(line, "balance", payload)


def connection(line: Line) -> str:
    """Return the name of a connection."""
    return f"{line.number:08x}"


def _about(arg: Mapping[str, Any], market: Market) -> bool:
    """Say whether a subscription is about a market."""
    kind = arg.get("instType", "ANY")
    return kind in {"ANY", kind_of(market)} and arg.get("instId", market.symbol) == market.symbol


def _fill(order: VenueOrder, fill: Fill) -> dict[str, Any]:
    return {
        "instId": order.market.symbol,
        "fillSz": size(order.market, fill.quantity),
        "fillPx": plain(fill.price),
        "side": side(order.side),
        "ts": str(fill.time),
        "ordId": order_id(order),
        "clOrdId": order.ask.client_id,
        "tradeId": str(fill.number),
        "execType": "M" if fill.maker else "T",
        "count": "1",
    }
