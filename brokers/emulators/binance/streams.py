"""Binance's market streams: trades, candles, books and tickers to who has subscribed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from brokers.emulators.binance import market_api, shapes
from brokers.emulators.core.candles import SPANS
from brokers.emulators.core.events import Event, Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.core.publicdata import SECOND_MS
from brokers.emulators.lines import Line
from brokers.emulators.venue import Venue

SLOW_BEATS = 10
"""Beats between two looks at what comes once a second."""
PARTIAL = frozenset({5, 10, 20})


class MarketStreams:
    """Publishes what the public may see.

    Topics are stream names, such as ``btcusdt@trade``; a line's entry says whether it wants them
    wrapped with the name.
    """

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._beats = 0
        self._sent: dict[str, int] = dict.fromkeys(venue.exchange.books, 0)
        self._candles: dict[str, Any] = {}
        venue.exchange.listeners.append(self._listen)
        venue.on_beat.append(self.beat)

    def known(self, topic: str) -> bool:
        """Say whether there is such a stream."""
        symbol, _, kind = topic.partition("@")
        if self._market(symbol) is None:
            return False
        name = kind.partition("_")[2] if kind.startswith("kline_") else kind.partition("@")[0]
        partial = kind.startswith("depth") and name[5:].isdigit() and int(name[5:]) in PARTIAL
        plain = {"trade", "aggTrade", "depth", "bookTicker", "ticker", "miniTicker"}
        spans = SPANS.keys() | {market_api.SECOND}
        return name in (spans if kind.startswith("kline_") else plain) or partial

    def beat(self) -> None:
        """Publish what comes at intervals."""
        self._beats += 1
        slow = self._beats % SLOW_BEATS == 0
        for market in self._venue.exchange.markets.values():
            self._publish_depth(market)
            if slow:
                self._publish_second(market)
                self._publish_candles(market)
                self._publish_tickers(market)

    def _listen(self, event: Event) -> None:
        if not isinstance(event, Traded):
            return
        market, now = event.market, self._venue.clock.now()
        stem = market.symbol.lower()
        self._publish(market, f"{stem}@trade", "trades", lambda: shapes.trade_event(event, now))
        self._publish(
            market, f"{stem}@aggTrade", "trades", lambda: shapes.aggregate_event(event, now)
        )

    def _publish_depth(self, market: Market) -> None:
        book, stem = self._venue.exchange.books[market.key], market.symbol.lower()
        touched, book.touched = book.touched, {}
        first, self._sent[market.key] = self._sent[market.key] + 1, book.updates
        if not touched:
            return
        payload = self._diff(market, list(touched), first, book.updates)
        for topic in (f"{stem}@depth", f"{stem}@depth@100ms", f"{stem}@depth@1000ms"):
            self._publish(market, topic, "depth", partial(_same, payload))
        best = {**_quote(market_api.best(self._venue, market)), "u": book.updates}
        self._publish(market, f"{stem}@bookTicker", "ticker", partial(_same, best))
        for many in sorted(PARTIAL):
            for topic in (f"{stem}@depth{many}", f"{stem}@depth{many}@100ms"):
                self._publish(market, topic, "depth", partial(self._top, market, many))

    def _diff(
        self, market: Market, touched: list[tuple[int, int]], first: int, last: int
    ) -> dict[str, Any]:
        book = self._venue.exchange.books[market.key]

        def rows(side: int) -> list[list[str]]:
            prices = (price for each, price in touched if each == side)
            return market_api.levels(market, [(price, book.size(side, price)) for price in prices])

        return {
            "e": "depthUpdate",
            "E": self._venue.clock.now(),
            "s": market.symbol,
            "U": first,
            "u": last,
            "b": rows(BUY),
            "a": rows(SELL),
        }

    def _top(self, market: Market, many: int) -> dict[str, Any]:
        book = self._venue.exchange.books[market.key]
        return {
            "lastUpdateId": book.updates,
            "bids": market_api.levels(market, book.levels(BUY, many)),
            "asks": market_api.levels(market, book.levels(SELL, many)),
        }

    def _publish_second(self, market: Market) -> None:
        """Publish the candle of the second that has just ended, where somebody wants it."""
        topic, now = f"{market.symbol.lower()}@kline_1s", self._venue.clock.now()
        if not self._wanted(topic):
            return
        ended = now // SECOND_MS * SECOND_MS - 1
        for candle in self._venue.data[market.key].seconds(1, ended):
            event = shapes.kline_event(market, "1s", candle, SECOND_MS, now)
            self._publish(market, topic, "klines", partial(_same, event))

    def _publish_candles(self, market: Market) -> None:
        stem, now = market.symbol.lower(), self._venue.clock.now()
        candles = self._venue.data[market.key].candles
        for name, minutes in SPANS.items():
            topic, length = f"{stem}@kline_{name}", minutes * MINUTE_MS
            if not self._wanted(topic):
                self._candles.pop(topic, None)
                continue
            start = now // length * length
            before = self._candles.get(topic, start)
            self._candles[topic] = start
            for each in ([before] if before != start else []) + [start]:
                candle = candles.span(each, minutes)
                if candle is not None:
                    event = shapes.kline_event(market, name, candle, length, now)
                    self._publish(market, topic, "klines", partial(_same, event))

    def _publish_tickers(self, market: Market) -> None:
        stem = market.symbol.lower()
        for name in ("ticker", "miniTicker"):
            topic = f"{stem}@{name}"
            if self._wanted(topic):
                event = _ticker(market_api.day(self._venue, market), self._venue.clock.now(), name)
                self._publish(market, topic, "ticker", partial(_same, event))

    def _wanted(self, topic: str) -> bool:
        return any(topic in line.topics for line in self._venue.lines.open.values())

    def _publish(
        self, market: Market, topic: str, kind: str, make: Callable[[], dict[str, Any]]
    ) -> None:
        payload: dict[str, Any] | None = None
        for line in self._subscribers(topic):
            payload = make() if payload is None else payload
            wrapped = {"stream": topic, "data": payload} if line.topics[topic] else payload
            self._venue.lines.publish(line, kind, wrapped, market.symbol)

    def _subscribers(self, topic: str) -> list[Line]:
        return [line for line in self._venue.lines.open.values() if topic in line.topics]

    def _market(self, symbol: str) -> Market | None:
        return market_api.named(self._venue, symbol.upper())


def _quote(best: dict[str, Any]) -> dict[str, Any]:
    names = {"symbol": "s", "bidPrice": "b", "bidQty": "B", "askPrice": "a", "askQty": "A"}
    return {short: best[name] for name, short in names.items()}


def _ticker(day: dict[str, Any], now: int, name: str) -> dict[str, Any]:
    short = {
        "symbol": "s", "lastPrice": "c", "openPrice": "o", "highPrice": "h", "lowPrice": "l",
        "volume": "v", "quoteVolume": "q",
    }  # fmt: skip
    event = {"e": f"24hr{name[0].upper()}{name[1:]}", "E": now}
    event.update({key: day[name] for name, key in short.items()})
    if name == "miniTicker":
        return event
    more = {
        "priceChange": "p", "priceChangePercent": "P", "weightedAvgPrice": "w",
        "prevClosePrice": "x", "lastQty": "Q", "bidPrice": "b", "bidQty": "B", "askPrice": "a",
        "askQty": "A", "openTime": "O", "closeTime": "C", "firstId": "F", "lastId": "L",
        "count": "n",
    }  # fmt: skip
    event.update({key: day[name] for name, key in more.items()})
    return event


def _same(event: dict[str, Any]) -> dict[str, Any]:
    """Return what is given."""
    return event
