"""What Bybit tells everybody."""

from decimal import Decimal
from typing import Any

from brokers.emulators.bybit import shapes
from brokers.emulators.bybit.errors import bad
from brokers.emulators.bybit.names import SPANS, side
from brokers.emulators.bybit.reading import Params
from brokers.emulators.core.candles import Candle
from brokers.emulators.core.events import Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.gateway import Call
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue


def time(venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Tell the time."""
    now = venue.clock.now()
    return {"timeSecond": str(now // 1000), "timeNano": str(now * 1_000_000)}


def instruments(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the markets and their rules."""
    params = Params(call.params)
    if params.text("category") not in {"spot", "linear"}:
        return {"category": params.text("category"), "list": [], "nextPageCursor": ""}
    rows = [shapes.instrument(market) for market in params.markets(venue)]
    return {"category": params.kind(), "list": rows, "nextPageCursor": ""}


def order_book(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show a book."""
    params = Params(call.params)
    market = params.market(venue)
    many = params.number("limit", 1 if market.kind == "spot" else 25)
    return {**book(venue, market, many), "cts": venue.clock.now()}


def book(venue: Venue, market: Market, many: int) -> dict[str, Any]:
    """Return the best levels of a book."""
    there = venue.exchange.books[market.key]
    return {
        "s": market.symbol,
        "b": levels(market, there.levels(BUY, many)),
        "a": levels(market, there.levels(SELL, many)),
        "ts": venue.clock.now(),
        "u": there.updates,
        "seq": there.updates,
    }


def levels(market: Market, rows: list[tuple[int, int]]) -> list[list[str]]:
    """Return levels as pairs of text; no lots are written as 0."""
    return [[plain(market.price(price)), plain(market.quantity(lots))] for price, lots in rows]


def trades(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the last trades, newest first."""
    params = Params(call.params)
    market, many = params.market(venue), min(params.number("limit", 500), 1000)
    known = list(venue.data[market.key].trades)[-many:]
    rows = [_trade(trade) for trade in reversed(known)]
    return {"category": market.kind, "list": rows}


def _trade(trade: Traded) -> dict[str, Any]:
    return {
        "execId": str(trade.number),
        "symbol": trade.market.symbol,
        "price": plain(trade.price),
        "size": plain(trade.quantity),
        "side": side(trade.side),
        "time": str(trade.time),
        "isBlockTrade": False,
        "isRPITrade": False,
        "seq": str(trade.number),
    }


def klines(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show candles, newest first."""
    params = Params(call.params)
    market, name = params.market(venue), params.text("interval")
    if name not in SPANS:
        raise bad("params error: interval invalid")
    length, now = SPANS[name] * MINUTE_MS, venue.clock.now()
    many = min(params.number("limit", 200), 1000)
    end = min(now, params.number("end", now))
    start = params.number("start", end - many * length)
    if params.text("start", ""):
        end = min(end, -(-start // length) * length + (many - 1) * length)
    found = venue.data[market.key].candles.last(many, SPANS[name], end)
    rows = [kline(candle) for candle in reversed(found) if candle.start >= start]
    return {"category": market.kind, "symbol": market.symbol, "list": rows}


def kline(candle: Candle) -> list[str]:
    """Return a candle as a row."""
    numbers = (candle.open, candle.high, candle.low, candle.close, candle.volume, candle.quote)
    return [str(candle.start), *(plain(each) for each in numbers)]


def tickers(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell prices, and what the last 24 hours brought."""
    params = Params(call.params)
    rows = [ticker(venue, market) for market in params.markets(venue)]
    return {"category": params.kind(), "list": rows}


def ticker(venue: Venue, market: Market) -> dict[str, Any]:
    """Return the ticker of a market."""
    now, last = venue.clock.now(), last_price(venue, market)
    day = venue.data[market.key].day(now) or Candle(now, last)
    there = venue.exchange.books[market.key]
    bids = levels(market, there.levels(BUY, 1)) or [["", ""]]
    asks = levels(market, there.levels(SELL, 1)) or [["", ""]]
    change = (last - day.open) / day.open if day.open else Decimal(0)
    common = {
        "symbol": market.symbol,
        "lastPrice": plain(last),
        "prevPrice24h": plain(day.open),
        "price24hPcnt": f"{change:.4f}",
        "highPrice24h": plain(day.high),
        "lowPrice24h": plain(day.low),
        "turnover24h": plain(day.quote),
        "volume24h": plain(day.volume),
        "bid1Price": bids[0][0],
        "bid1Size": bids[0][1],
        "ask1Price": asks[0][0],
        "ask1Size": asks[0][1],
    }
    return {**common, **_of_kind(venue, market, last)}


def _of_kind(venue: Venue, market: Market, last: Decimal) -> dict[str, str]:
    index = venue.exchange.markets.get(f"spot:{market.symbol}")
    spot = last_price(venue, index) if index is not None else last
    if market.kind != LINEAR:
        return {"usdIndexPrice": plain(spot)}
    return {
        "indexPrice": plain(spot),
        "markPrice": plain(venue.exchange.settler.mark(market.key) or last),
        "prevPrice1h": plain(last),
        "openInterest": "0",
        "openInterestValue": "0",
        "fundingRate": plain(venue.funding(market)),
        "nextFundingTime": str(venue.next_funding()),
        "fundingIntervalHour": "8",
        "predictedDeliveryPrice": "",
        "basisRate": "",
        "deliveryFeeRate": "",
        "deliveryTime": "0",
        "basis": "",
    }


def last_price(venue: Venue, market: Market) -> Decimal:
    """Return the last price, the middle before the first trade."""
    return venue.exchange.last.get(market.key) or venue.exchange.middle(market)


def funding_history(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show funding rates of the past, newest first; recorded ones."""
    params = Params(call.params)
    market, many = params.market(venue), min(params.number("limit", 200), 200)
    latest = venue.clock.now() // venue.funding_ms
    rows = [
        {
            "symbol": market.symbol,
            "fundingRate": plain(venue.funding(market, back + 1)),
            "fundingRateTimestamp": str((latest - back) * venue.funding_ms),
        }
        for back in range(many)
    ]
    start, end = params.number("startTime", 0), params.number("endTime", 2**60)
    inside = [row for row in rows if start <= int(row["fundingRateTimestamp"]) <= end]
    return {"category": market.kind, "list": inside}
