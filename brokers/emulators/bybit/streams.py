"""Bybit's public streams: books as snapshot and differences, trades, candles, tickers."""

from typing import Any

from brokers.emulators.bybit.market_api import book, kline, levels, ticker
from brokers.emulators.bybit.names import SPANS, side
from brokers.emulators.core.events import Event, Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.lines import Line
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

DEPTHS = frozenset({1, 25, 50, 100, 200, 500, 1000})
SLOW_BEATS = 10


class MarketStreams:
    """Publishes what the public may see.

    A line's topic holds, of books, the levels it was last told and the number of that message,
    for each has the next; the line's kind is the category.
    """

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._beats = 0
        self._candles: dict[str, int] = {}
        venue.exchange.listeners.append(self._listen)
        venue.on_beat.append(self.beat)

    def known(self, kind: str, topic: str) -> bool:
        """Say whether there is such a topic."""
        parts = topic.split(".")
        if f"{kind}:{parts[-1]}" not in self._venue.exchange.markets:
            return False
        if parts[0] == "orderbook":
            return len(parts) == 3 and parts[1].isdigit() and int(parts[1]) in DEPTHS  # noqa: PLR2004
        if parts[0] == "kline":
            return len(parts) == 3 and parts[1] in SPANS  # noqa: PLR2004
        return parts[0] in {"publicTrade", "tickers"}

    def begin(self, line: Line, topic: str) -> None:
        """Subscribe a line to a topic; books and tickers begin with a snapshot."""
        line.topics[topic] = None
        market = self._market(line.kind, topic)
        if topic.startswith("orderbook."):
            self._snapshot(line, topic, market)
        elif topic.startswith("tickers."):
            self._send(line, "ticker", topic, "snapshot", ticker(self._venue, market))

    def beat(self) -> None:
        """Publish what comes at intervals."""
        self._beats += 1
        slow = self._beats % SLOW_BEATS == 0
        for line in list(self._venue.lines.open.values()):
            for topic in list(line.topics):
                if topic.startswith("orderbook."):
                    self._difference(line, topic)
                elif slow and topic.startswith("kline."):
                    self._publish_candle(line, topic)
                elif slow and topic.startswith("tickers."):
                    shown = ticker(self._venue, self._market(line.kind, topic))
                    kind = "snapshot" if line.kind == "spot" else "delta"
                    self._send(line, "ticker", topic, kind, shown)
        for each in self._venue.exchange.books.values():
            each.touched.clear()

    def _listen(self, event: Event) -> None:
        if not isinstance(event, Traded):
            return
        market, topic = event.market, f"publicTrade.{event.market.symbol}"
        row = {
            "T": event.time,
            "s": market.symbol,
            "S": side(event.side),
            "v": plain(event.quantity),
            "p": plain(event.price),
            "L": "ZeroPlusTick",
            "i": str(event.number),
            "BT": False,
            "RPI": False,
            "seq": event.number,
        }
        for line in list(self._venue.lines.open.values()):
            if line.kind == market.kind and topic in line.topics:
                self._send(line, "trades", topic, "snapshot", [row])

    def _snapshot(self, line: Line, topic: str, market: Market) -> None:
        many = int(topic.split(".")[1])
        there = self._venue.exchange.books[market.key]
        told = {each: dict(there.levels(each, many)) for each in (BUY, SELL)}
        before = line.topics[topic]
        number = there.updates if before is None else before[1] + 1
        line.topics[topic] = (told, number)
        shown = {**book(self._venue, market, many), "u": number}
        del shown["ts"]
        self._send(line, "depth", topic, "snapshot", shown)

    def _difference(self, line: Line, topic: str) -> None:
        """Tell a line what has changed among the levels it was told."""
        market, many = self._market(line.kind, topic), int(topic.split(".")[1])
        there, (told, number) = self._venue.exchange.books[market.key], line.topics[topic]
        now = {each: dict(there.levels(each, many)) for each in (BUY, SELL)}
        if now == told:
            return
        if many == 1:
            self._snapshot(line, topic, market)
            return
        line.topics[topic] = (now, number + 1)
        changes = {
            name: levels(market, _changed(told[each], now[each]))
            for name, each in (("b", BUY), ("a", SELL))
        }
        numbers = {"u": number + 1, "seq": there.updates}
        self._send(line, "depth", topic, "delta", {"s": market.symbol, **changes, **numbers})

    def _publish_candle(self, line: Line, topic: str) -> None:
        _, name, _ = topic.split(".")
        market, minutes = self._market(line.kind, topic), SPANS[name]
        length, now = minutes * MINUTE_MS, self._venue.clock.now()
        start = now // length * length
        before = self._candles.get(f"{line.number}/{topic}", start)
        self._candles[f"{line.number}/{topic}"] = start
        rows = []
        for each in sorted({before, start}):
            candle = self._venue.data[market.key].candles.span(each, minutes)
            if candle is not None:
                names = ("start", "open", "high", "low", "close", "volume", "turnover")
                row: dict[str, Any] = dict(zip(names, kline(candle), strict=True))
                row |= {"start": each, "end": each + length - 1, "interval": name}
                rows.append({**row, "confirm": each < start, "timestamp": now})
        if rows:
            self._send(line, "klines", topic, "snapshot", rows)

    def _send(self, line: Line, kind: str, topic: str, form: str, data: Any) -> None:  # noqa: ANN401
        now = self._venue.clock.now()
        payload = {"topic": topic, "type": form, "ts": now, "data": data, "cts": now}
        self._venue.lines.publish(line, kind, payload, topic.rsplit(".", 1)[-1])

    def _market(self, kind: str, topic: str) -> Market:
        return self._venue.exchange.markets[f"{kind}:{topic.rsplit('.', 1)[-1]}"]


def _changed(before: dict[int, int], now: dict[int, int]) -> list[tuple[int, int]]:
    """Return the levels that are new, other or gone; gone ones have no lots."""
    rows = [(price, lots) for price, lots in now.items() if before.get(price) != lots]
    return rows + [(price, 0) for price in before if price not in now]
