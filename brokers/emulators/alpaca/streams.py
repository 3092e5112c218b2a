"""Alpaca's streams: updates of a client's orders, and crypto data."""

from collections.abc import Mapping
from typing import Any

from brokers.emulators.alpaca import shapes
from brokers.emulators.alpaca.market_api import bar, book, levels, quote, trade
from brokers.emulators.alpaca.names import stamp, state
from brokers.emulators.core.events import Event, OrderMoved, Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.lines import Line
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

CHANNELS = ("trades", "quotes", "bars", "orderbooks")
UPDATES = "trade_updates"
LEVELS = 100
EVENTS = {"NEW": "new", "CANCELED": "canceled", "EXPIRED": "canceled", "REPLACED": "replaced"}
Sides = dict[int, dict[int, int]]


class Streams:
    """Publishes to whom it concerns. A topic of data is its channel and market."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        venue.exchange.listeners.append(self._listen)
        venue.lines.on_expire = venue.lines.on_shutdown = lambda line: line.close(1001)
        venue.on_beat.append(self.beat)

    def begin(self, line: Line, channel: str, market: Market) -> None:
        """Subscribe a line to data; books begin whole."""
        topic = f"{channel}:{market.symbol}"
        line.topics[topic] = None
        if channel == "orderbooks":
            line.topics[topic] = self._sides(market)
            self._send(line, "depth", market, {"T": "o", **book(self._venue, market), "r": True})

    def beat(self) -> None:
        """Publish what comes at intervals."""
        for line in list(self._venue.lines.open.values()):
            for topic in list(line.topics):
                channel, _, symbol = topic.partition(":")
                market = self._venue.exchange.markets.get(f"spot:{symbol}")
                if market is not None:
                    self._due(line, topic, channel, market)
        for each in self._venue.exchange.books.values():
            each.touched.clear()

    def _due(self, line: Line, topic: str, channel: str, market: Market) -> None:
        if channel == "orderbooks":
            now, told = self._sides(market), line.topics[topic]
            if now != told:
                line.topics[topic] = now
                changes = {
                    name: levels(market, _changed(told[each], now[each]))
                    for name, each in (("b", BUY), ("a", SELL))
                }
                at = stamp(self._venue.clock.now())
                self._send(line, "depth", market, {"T": "o", "t": at, **changes})
        elif channel == "quotes":
            shown = quote(self._venue, market)
            mark = {name: value for name, value in shown.items() if name != "t"}
            if mark != line.topics[topic]:
                line.topics[topic] = mark
                self._send(line, "ticker", market, {"T": "q", **shown})
        elif channel == "bars":
            self._bar(line, topic, market)

    def _bar(self, line: Line, topic: str, market: Market) -> None:
        """Tell a bar once its minute is over."""
        minute = self._venue.clock.now() // MINUTE_MS
        before = line.topics[topic]
        line.topics[topic] = minute
        if before is not None and minute != before:
            ended = self._venue.data[market.key].candles.span(before * MINUTE_MS, 1)
            if ended is not None:
                self._send(line, "klines", market, {"T": "b", **bar(ended)})

    def _listen(self, event: Event) -> None:
        if isinstance(event, Traded):
            row = {"T": "t", **trade(event)}
            topic = f"trades:{event.market.symbol}"
            for line in list(self._venue.lines.open.values()):
                if topic in line.topics:
                    self._send(line, "trades", event.market, row)
        elif isinstance(event, OrderMoved):
            self._tell_order(event)

    def _tell_order(self, event: OrderMoved) -> None:
        order, was = event.order, (event.status, event.filled, event.paid)
        name = EVENTS.get(event.what, "new")
        if event.fill is not None:
            name = "fill" if state(event.status) == "filled" else "partial_fill"
        held = plain(self._venue.exchange.wallets.of(order.account).total(order.market.base))
        told = shapes.update(order, name, event.fill, was, held)
        for line in list(self._venue.lines.open.values()):
            if line.account == order.account and UPDATES in line.topics:
                self._venue.lines.publish(line, "orders", told, order.market.symbol)

    def _sides(self, market: Market) -> Sides:
        there = self._venue.exchange.books[market.key]
        return {each: dict(there.levels(each, LEVELS)) for each in (BUY, SELL)}

    def _send(self, line: Line, kind: str, market: Market, row: Mapping[str, Any]) -> None:
        payload = [{"S": market.symbol, **row}]
        self._venue.lines.publish(line, kind, payload, market.symbol)


def _changed(before: dict[int, int], now: dict[int, int]) -> list[tuple[int, int]]:
    """Return the levels that are new, other or gone; gone ones have no lots."""
    rows = [(price, lots) for price, lots in now.items() if before.get(price) != lots]
    return rows + [(price, 0) for price in before if price not in now]
