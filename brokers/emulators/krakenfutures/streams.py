"""Public feeds of Kraken futures: trades, books level by level, tickers, heartbeat."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.candles import Candle
from brokers.emulators.core.events import Event, Traded
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.krakenfutures.market_api import last_price, mark_price, quotes
from brokers.emulators.krakenfutures.names import number, side, trade_id
from brokers.emulators.lines import Line
from brokers.emulators.venue import Venue

Json = dict[str, Any]
PUBLIC = frozenset({"trade", "book", "ticker", "ticker_lite"})
SLOW_BEATS, DEPTH, LAST = 10, 500, 100


class MarketStreams:
    """Publishes what the public may see.

    A line's topic of a book holds the levels it was last told and the number of that message.
    """

    def __init__(self, venue: Venue) -> None:
        self._venue, self._beats = venue, 0
        venue.exchange.listeners.append(self._listen)
        venue.on_beat.append(self.beat)

    def known(self, product: str) -> bool:
        """Say whether there is such a contract."""
        return f"{LINEAR}:{product}" in self._venue.exchange.markets

    def begin(self, line: Line, topic: str) -> None:
        """Subscribe a line to a feed of a contract, which begins with what is there."""
        feed, market = self._parts(topic)
        line.topics[topic] = None
        if feed == "book":
            self._snapshot(line, topic, market)
        elif feed == "trade":
            known = list(self._venue.data[market.key].trades)[-LAST:]
            rows = [_trade(each) for each in reversed(known)]
            shown = {"feed": "trade_snapshot", "product_id": market.symbol, "trades": rows}
            self._venue.lines.publish(line, "trades", shown, market.symbol)
        else:
            self._publish_ticker(line, feed, market)

    def beat(self) -> None:
        """Publish what comes at intervals."""
        self._beats += 1
        slow = self._beats % SLOW_BEATS == 0
        for line in list(self._venue.lines.open.values()):
            for topic in list(line.topics):
                if topic.startswith("book/"):
                    self._difference(line, topic)
                elif slow and topic.startswith("ticker"):
                    self._publish_ticker(line, *self._parts(topic))
                elif slow and topic == "heartbeat":
                    said = {"feed": "heartbeat", "time": self._venue.clock.now()}
                    self._venue.lines.publish(line, "ticker", said)
        for each in self._venue.exchange.books.values():
            each.touched.clear()

    def _listen(self, event: Event) -> None:
        if not isinstance(event, Traded):
            return
        topic, shown = f"trade/{event.market.symbol}", _trade(event)
        for line in list(self._venue.lines.open.values()):
            if topic in line.topics:
                self._venue.lines.publish(line, "trades", shown, event.market.symbol)

    def _levels(self, market: Market) -> dict[int, dict[int, int]]:
        there = self._venue.exchange.books[market.key]
        return {each: dict(there.levels(each, DEPTH)) for each in (BUY, SELL)}

    def _snapshot(self, line: Line, topic: str, market: Market) -> None:
        now, seq = self._levels(market), self._venue.exchange.books[market.key].updates
        line.topics[topic] = (now, seq)
        sides = {
            name: [
                {"price": number(market.price(at)), "qty": number(market.quantity(lots))}
                for at, lots in now[each].items()
            ]
            for name, each in (("bids", BUY), ("asks", SELL))
        }
        shown = {
            "feed": "book_snapshot",
            "product_id": market.symbol,
            "timestamp": self._venue.clock.now(),
            "seq": seq,
            "tickSize": None,
            **sides,
        }
        self._venue.lines.publish(line, "depth", shown, market.symbol)

    def _difference(self, line: Line, topic: str) -> None:
        """Tell a line of every level that has changed, one message each.

        What has gone comes first: between two messages no bid may meet an ask.
        """
        _, market = self._parts(topic)
        told, seq = line.topics[topic]
        now = self._levels(market)
        if now == told:
            return
        changes = [
            (each, at, 0) for each in (BUY, SELL) for at in told[each] if at not in now[each]
        ]
        changes += [
            (each, at, lots)
            for each in (BUY, SELL)
            for at, lots in now[each].items()
            if told[each].get(at) != lots
        ]
        for each, at, lots in changes:
            seq += 1
            shown = {
                "feed": "book",
                "product_id": market.symbol,
                "side": side(each),
                "seq": seq,
                "price": number(market.price(at)),
                "qty": number(market.quantity(lots)),
                "timestamp": self._venue.clock.now(),
            }
            self._venue.lines.publish(line, "depth", shown, market.symbol)
        line.topics[topic] = (now, seq)

    def _publish_ticker(self, line: Line, feed: str, market: Market) -> None:
        shown = {"feed": feed, **ticker(self._venue, market)}
        self._venue.lines.publish(line, "ticker", shown, market.symbol)

    def _parts(self, topic: str) -> tuple[str, Market]:
        feed, _, product = topic.partition("/")
        return feed, self._venue.exchange.markets[f"{LINEAR}:{product}"]


def ticker(venue: Venue, market: Market) -> Json:
    """Return a ticker as the feed has it; rates are for one interval."""
    now, last, mark = venue.clock.now(), last_price(venue, market), mark_price(venue, market)
    day, best = venue.data[market.key].day(now) or Candle(now, last), quotes(venue, market)
    rate = venue.funding(market)
    change = (last - day.open) / day.open if day.open else Decimal(0)
    return {
        "time": now,
        "product_id": market.symbol,
        "funding_rate": number(rate * mark),
        "funding_rate_prediction": number(rate * mark),
        "relative_funding_rate": number(rate),
        "relative_funding_rate_prediction": number(rate),
        "next_funding_rate_time": venue.next_funding(),
        "bid": best.get("bid"),
        "ask": best.get("ask"),
        "bid_size": best.get("bidSize"),
        "ask_size": best.get("askSize"),
        "volume": number(day.volume),
        "volumeQuote": number(day.quote),
        "dtm": 0,
        "leverage": f"{market.leverage:f}x",
        "index": number(mark),
        "premium": 0.0,
        "last": number(last),
        "change": number(100 * change),
        "open": number(day.open),
        "high": number(day.high),
        "low": number(day.low),
        "suspended": market.key in venue.exchange.halted,
        "tag": "perpetual",
        "pair": f"{market.symbol[3:-3]}:{market.quote}",
        "openInterest": 0.0,
        "markPrice": number(mark),
        "maturityTime": 0,
        "post_only": False,
    }


def _trade(trade: Traded) -> Json:
    return {
        "feed": "trade",
        "product_id": trade.market.symbol,
        "uid": trade_id(trade.market, trade.number),
        "side": side(trade.side),
        "type": "fill",
        "seq": trade.number,
        "time": trade.time,
        "qty": number(trade.quantity),
        "price": number(trade.price),
    }
