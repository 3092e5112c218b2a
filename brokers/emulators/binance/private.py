"""Binance's user data streams, by websocket subscription or by listen key, and their ends."""

import hashlib
from typing import Any

from brokers.emulators.binance import account_api, shapes
from brokers.emulators.binance.errors import BinanceError
from brokers.emulators.core.events import Event, OrderMoved, WalletMoved
from brokers.emulators.lines import FOREVER, Line
from brokers.emulators.venue import Venue

LONGEST = 86_400
"""Seconds a connection may last."""
KEY_SECONDS = 3600
"""Life of a listen key that nobody keeps alive."""


class PrivateStreams:
    """Publishes orders and balances to their owners."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._numbers = 0
        self._keys: dict[str, tuple[str, float]] = {}
        venue.exchange.listeners.append(self._listen)
        venue.lines.on_expire = self.expire
        venue.lines.on_shutdown = self.shutdown
        venue.on_beat += [self._expire_keys, self._end_day]

    # -------------------------------------------------------------------------- subscriptions

    def subscribe(self, line: Line, account: str) -> int:
        """Begin to send an account's events on a line; return the subscription's number."""
        self._numbers += 1
        line.account = account
        line.topics[f"user:{account}"] = self._numbers
        return self._numbers

    def unsubscribe(self, line: Line) -> None:
        """End all subscriptions of a line."""
        for topic in [topic for topic in line.topics if topic.startswith("user:")]:
            del line.topics[topic]

    def expire(self, line: Line) -> None:
        """End a line's private subscription as the venue does, with a word and then silence."""
        now = self._venue.clock.now()
        for topic in [topic for topic in line.topics if topic.startswith("user:")]:
            number = line.topics.pop(topic)
            if isinstance(number, int):
                event = {"e": "eventStreamTerminated", "E": now}
                self._venue.lines.answer(line, {"subscriptionId": number, "event": event})
        for key in [key for key in line.topics if key in self._keys]:
            self.end_key(key)

    def shutdown(self, line: Line) -> None:
        """Announce that the server goes down, and close the line ten seconds later."""
        now = self._venue.clock.now()
        self._venue.lines.answer(line, {"event": {"e": "serverShutdown", "E": now}})
        elapsed = self._venue.clock.elapsed()
        self._venue.agenda.at(elapsed + 10, lambda: line.close(1001))

    # --------------------------------------------------------------------------- listen keys

    def new_key(self, account: str) -> str:
        """Return a listen key; the living one where there is one."""
        for key, (owner, _) in self._keys.items():
            if owner == account:
                self.keep(key)
                return key
        self._numbers += 1
        key = hashlib.sha256(f"{account}/{self._numbers}".encode()).hexdigest()[:60]
        self._keys[key] = (account, self._venue.clock.elapsed() + KEY_SECONDS)
        return key

    def key_of(self, account: str) -> str:
        """Return the living listen key of an account, empty where there is none."""
        return next((key for key, (owner, _) in self._keys.items() if owner == account), "")

    def keep(self, key: str) -> None:
        """Let a listen key live on.

        Raises:
            BinanceError: it does not exist.
        """
        if key not in self._keys:
            raise BinanceError(-1125, "This listenKey does not exist.")
        account, _ = self._keys[key]
        self._keys[key] = (account, self._venue.clock.elapsed() + KEY_SECONDS)

    def end_key(self, key: str) -> None:
        """End a listen key, and tell who listens."""
        if self._keys.pop(key, None) is None:
            return
        now = self._venue.clock.now()
        for line in self._venue.lines.open.values():
            if key in line.topics:
                wrapped = line.topics.pop(key)
                event = {"e": "listenKeyExpired", "E": now, "listenKey": key}
                payload = {"stream": key, "data": event} if wrapped else event
                self._venue.lines.answer(line, payload)

    def owner(self, key: str) -> str:
        """Return whose a listen key is, empty where nobody's."""
        return self._keys.get(key, ("", 0.0))[0]

    def _end_day(self) -> None:
        """Close connections that are a day old."""
        elapsed = self._venue.clock.elapsed()
        for line in list(self._venue.lines.open.values()):
            if elapsed - line.opened >= LONGEST:
                line.opened = FOREVER
                line.close(1001)

    def _expire_keys(self) -> None:
        elapsed = self._venue.clock.elapsed()
        for key in [key for key, (_, until) in self._keys.items() if until <= elapsed]:
            self.end_key(key)

    # -------------------------------------------------------------------------------- events

    def _listen(self, event: Event) -> None:
        if isinstance(event, OrderMoved):
            report = shapes.execution_report(event)
            symbol = event.order.market.symbol
            self._publish(event.order.account, "orders", report, symbol)
        elif isinstance(event, WalletMoved):
            if event.delta is not None:
                self._publish(event.account, "balance", _update(event))
            position = {
                "e": "outboundAccountPosition",
                "E": event.time,
                "u": event.time,
                "B": [_short(row) for row in self._balances(event)],
            }
            self._publish(event.account, "balance", position)

    def _balances(self, event: WalletMoved) -> list[dict[str, str]]:
        return account_api.balances(self._venue, event.account, event.assets)

    def _publish(self, account: str, kind: str, event: dict[str, Any], symbol: str = "") -> None:
        for line in list(self._venue.lines.open.values()):
            if line.account != account:
                continue
            number = line.topics.get(f"user:{account}")
            if number is not None:
                payload = {"subscriptionId": number, "event": event}
                self._venue.lines.publish(line, kind, payload, symbol)
            for key in [key for key in line.topics if key in self._keys]:
                wrapped = {"stream": key, "data": event} if line.topics[key] else event
                self._venue.lines.publish(line, kind, wrapped, symbol)


def _update(event: WalletMoved) -> dict[str, Any]:
    return {
        "e": "balanceUpdate",
        "E": event.time,
        "a": event.assets[0],
        "d": shapes.fixed(event.delta or 0),
        "T": event.time,
    }


def _short(row: dict[str, str]) -> dict[str, str]:
    return {"a": row["asset"], "f": row["free"], "l": row["locked"]}
