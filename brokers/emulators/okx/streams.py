"""OKX's public and business streams: books as snapshot and updates, trades, candles, tickers."""

import zlib
from collections.abc import Mapping
from itertools import chain, zip_longest
from typing import Any

from brokers.emulators.core.events import Event, Traded
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.lines import Line
from brokers.emulators.okx import swaps
from brokers.emulators.okx.idle import Idle
from brokers.emulators.okx.market_api import book, candle, levels, recent, ticker, trade
from brokers.emulators.okx.names import BARS, named
from brokers.emulators.venue import Venue

DEPTHS = {"books": 400, "books5": 5, "bbo-tbt": 1}
OF_SWAPS = {"funding-rate": swaps.funding_rate, "mark-price": swaps.mark_price}
PUBLIC = frozenset({*DEPTHS, "trades", "tickers", *OF_SWAPS})
REPLACED = frozenset({*DEPTHS, "tickers", *OF_SWAPS}) - {"books"}
"""What is told whole, whenever it is new."""
SLOW_BEATS, QUIET_BEATS = 10, 600
"""Beats between two pushes of a candle, and between two of a book that does not change."""
CHECKED = 25
"""Levels of each side in a checksum."""
SIGN = 2**31
Arg = Mapping[str, Any]
Sides = Mapping[str, list[list[str]]]


class Told:
    """What a line was last told of a book: levels, its number, and beats since."""

    def __init__(self, sides: dict[int, dict[int, int]], number: int) -> None:
        self.sides, self.number, self.quiet = sides, number, 0


class MarketStreams:
    """Publishes what the public may see. A topic of a line is its channel and market."""

    def __init__(self, venue: Venue, idle: Idle) -> None:
        self._venue, self._idle = venue, idle
        self._beats = 0
        venue.exchange.listeners.append(self._listen)
        venue.on_beat.append(self.beat)

    def known(self, kind: str, arg: Arg) -> bool:
        """Say whether there is such a channel at an address."""
        channel = str(arg.get("channel"))
        market = self._market(arg)
        if market is None or (channel in OF_SWAPS and market.kind != LINEAR):
            return False
        if kind == "business":
            return channel == "trades-all" or channel.removeprefix("candle") in {*BARS, "1s"}
        return channel in PUBLIC

    def begin(self, line: Line, arg: Arg) -> None:
        """Subscribe a line; books, tickers and candles begin with what is there now."""
        channel, market = str(arg["channel"]), self._market(arg)
        topic = topic_of(arg)
        line.topics[topic] = None
        if market is None:
            return
        if channel == "books":
            self._snapshot(line, topic, market)
        elif channel in REPLACED or channel.startswith("candle"):
            self._refresh(line, topic, market)

    def beat(self) -> None:
        """Publish what comes at intervals."""
        self._beats += 1
        for line in list(self._venue.lines.open.values()):
            for topic in list(line.topics):
                market = named(self._venue, topic.partition(":")[2])
                if market is not None:
                    self._due(line, topic, market)
        for each in self._venue.exchange.books.values():
            each.touched.clear()

    def _due(self, line: Line, topic: str, market: Market) -> None:
        channel = topic.partition(":")[0]
        if channel == "books":
            self._update(line, topic, market)
        elif channel.startswith("candle"):
            if self._beats % SLOW_BEATS == 0:
                self._refresh(line, topic, market)
        elif channel in REPLACED:
            self._refresh(line, topic, market)

    def _listen(self, event: Event) -> None:
        if not isinstance(event, Traded):
            return
        row = trade(event)
        for line in list(self._venue.lines.open.values()):
            for channel in ("trades", "trades-all"):
                topic = f"{channel}:{event.market.symbol}"
                if topic in line.topics:
                    more = {"count": "1", "seqId": event.number} if channel == "trades" else {}
                    self._send(line, "trades", topic, {"data": [{**row, **more}]})

    # --------------------------------------------------------------------------------- books

    def _snapshot(self, line: Line, topic: str, market: Market) -> None:
        there = self._venue.exchange.books[market.key]
        sides = {each: dict(there.levels(each, DEPTHS["books"])) for each in (BUY, SELL)}
        line.topics[topic] = Told(sides, there.updates)
        shown = book(self._venue, market, DEPTHS["books"])
        self._send_book(line, topic, "snapshot", shown, -1, shown)

    def _update(self, line: Line, topic: str, market: Market) -> None:
        """Tell a line what has changed of a book; now and then that nothing has."""
        there, told = self._venue.exchange.books[market.key], line.topics[topic]
        now = {each: dict(there.levels(each, DEPTHS["books"])) for each in (BUY, SELL)}
        told.quiet += 1
        if now == told.sides and told.quiet < QUIET_BEATS:
            return
        changes = {
            name: levels(market, _changed(told.sides[each], now[each]))
            for name, each in (("asks", SELL), ("bids", BUY))
        }
        before = told.number
        number = before if now == told.sides else max(there.updates, before + 1)
        line.topics[topic] = Told(now, number)
        whole = {
            name: levels(market, sorted(now[each].items(), reverse=each == BUY)[:CHECKED])
            for name, each in (("asks", SELL), ("bids", BUY))
        }
        self._send_book(line, topic, "update", changes, before, whole)

    def _send_book(
        self,
        line: Line,
        topic: str,
        action: str,
        shown: Sides,
        before: int,
        whole: Sides,
    ) -> None:
        numbers = {"seqId": line.topics[topic].number, "prevSeqId": before}
        stamp = {"ts": str(self._venue.clock.now()), "checksum": checksum(whole)}
        row = {**shown, **stamp, **numbers}
        self._send(line, "depth", topic, {"action": action, "data": [row]})

    # ------------------------------------------------------------------------- what is replaced

    def _refresh(self, line: Line, topic: str, market: Market) -> None:
        """Tell a line the newest of a channel that is told whole, if it is new."""
        channel = topic.partition(":")[0]
        now = self._venue.clock.now()
        if channel.startswith("candle"):
            kind, rows = "klines", self._candles(channel.removeprefix("candle"), market, now)
        elif channel == "tickers":
            kind, rows = "ticker", [ticker(self._venue, market)]
        elif channel in OF_SWAPS:
            kind, rows = "ticker", [OF_SWAPS[channel](self._venue, market)]
        else:
            number = {"seqId": self._venue.exchange.books[market.key].updates}
            shown = book(self._venue, market, DEPTHS[channel])
            kind, rows = "depth", [{**shown, "instId": market.symbol, "ts": str(now), **number}]
        mark = [_timeless(row) for row in rows]
        if rows and mark != line.topics[topic]:
            line.topics[topic] = mark
            self._send(line, kind, topic, {"data": rows})

    def _candles(self, name: str, market: Market, now: int) -> list[Any]:
        """Return the candle that goes on, or the one that has just ended and the next."""
        length = 1000 if name == "1s" else BARS[name] * 60_000
        found = recent(self._venue, market, name, 2, now)
        fresh = [each for each in found if each.start + length + 1000 > now]
        return [candle(market, each, now, length) for each in fresh]

    def _send(self, line: Line, kind: str, topic: str, what: Any) -> None:  # noqa: ANN401
        channel, _, symbol = topic.partition(":")
        payload = {"arg": {"channel": channel, "instId": symbol}, **what}
        self._idle.note(line)
        self._venue.lines.publish(line, kind, payload, symbol)

    def _market(self, arg: Arg) -> Market | None:
        return named(self._venue, arg.get("instId"))


def topic_of(arg: Arg) -> str:
    """Return what a line notes of a subscription."""
    return f"{arg.get('channel')}:{arg.get('instId', '')}"


def checksum(shown: Sides) -> int:
    """Return the CRC-32 of the best 25 levels, bid and ask in turns, as a signed number."""
    sides = (shown["bids"][:CHECKED], shown["asks"][:CHECKED])
    pairs = chain.from_iterable(zip_longest(*sides))
    text = ":".join(f"{level[0]}:{level[1]}" for level in pairs if level is not None)
    value = zlib.crc32(text.encode())
    return value - 2 * SIGN if value >= SIGN else value


def _timeless(row: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(row, list):
        return row
    return {name: value for name, value in row.items() if name not in {"ts", "seqId"}}


def _changed(before: dict[int, int], now: dict[int, int]) -> list[tuple[int, int]]:
    """Return the levels that are new, other or gone; gone ones have no lots."""
    rows = [(price, lots) for price, lots in now.items() if before.get(price) != lots]
    return rows + [(price, 0) for price in before if price not in now]
