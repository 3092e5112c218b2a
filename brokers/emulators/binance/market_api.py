"""What Binance tells everybody: time, markets, books, trades, candles, tickers."""

from decimal import Decimal
from typing import Any

from brokers.emulators.binance import shapes
from brokers.emulators.binance.errors import BAD_SYMBOL, BinanceError
from brokers.emulators.binance.params import Params
from brokers.emulators.core.candles import SPANS, Candle
from brokers.emulators.core.events import Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.core.orders import ZERO
from brokers.emulators.core.publicdata import KEPT, SECOND_MS
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

SECOND = "1s"
WEIGHT_LIMIT, ORDERS_10S, ORDERS_DAY = 6000, 100, 200_000
LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
    {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200000},
    {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 61000},
]


def ping(_venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Answer nothing."""
    return {}


def time(venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Tell the time."""
    return {"serverTime": venue.clock.now()}


def exchange_info(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the markets and their filters."""
    return {
        "timezone": "UTC",
        "serverTime": venue.clock.now(),
        "rateLimits": LIMITS,
        "exchangeFilters": [],
        "symbols": [shapes.symbol(market) for market in asked(venue, Params(call.params))],
    }


def depth(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show a book."""
    params = Params(call.params)
    market = one(venue, params)
    book, many = venue.exchange.books[market.key], min(params.number("limit", 100), 5000)
    return {
        "lastUpdateId": book.updates,
        "bids": levels(market, book.levels(BUY, many)),
        "asks": levels(market, book.levels(SELL, many)),
    }


def levels(market: Market, rows: list[tuple[int, int]]) -> list[list[str]]:
    """Return levels as pairs of text."""
    return [
        [shapes.fixed(market.price(price)), shapes.fixed(market.quantity(lots))]
        for price, lots in rows
    ]


def trades(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the last trades, or those from a number on."""
    return [shapes.public_trade(trade) for trade in _chosen(venue, call)]


def aggregate_trades(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the last aggregate trades; here each is one trade."""
    keys = ("a", "p", "q", "f", "l", "T", "m", "M")
    shown = (shapes.aggregate_event(trade, 0) for trade in _chosen(venue, call))
    return [{key: event[key] for key in keys} for event in shown]


def _chosen(venue: Venue, call: Call) -> list[Traded]:
    params = Params(call.params)
    market, many = one(venue, params), min(params.number("limit", 500), 1000)
    known = list(venue.data[market.key].trades)
    if params.has("fromId"):
        return [trade for trade in known if trade.number >= params.number("fromId")][:many]
    if params.has("startTime"):
        start = params.number("startTime")
        end = params.number("endTime", 2**60)
        return [trade for trade in known if start <= trade.time <= end][:many]
    return known[-many:]


def klines(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show candles."""
    params = Params(call.params)
    market, name = one(venue, params), params.text("interval")
    if name == SECOND:
        return _second_klines(venue, market, params)
    if name not in SPANS:
        raise BinanceError(-1120, "Invalid interval.")
    many = min(params.number("limit", 500), 1000)
    length = SPANS[name] * MINUTE_MS
    now = venue.clock.now()
    candles = venue.data[market.key].candles
    if params.has("startTime"):
        first = -(-params.number("startTime") // length) * length
        end = min(params.number("endTime", now), now, first + (many - 1) * length)
        many = max(0, (end // length * length - first) // length + 1)
        now = end
    elif params.has("endTime"):
        now = min(now, params.number("endTime"))
    found = candles.last(many, SPANS[name], now) if many else []
    return [shapes.kline(candle, length) for candle in found]


def _second_klines(venue: Venue, market: Market, params: Params) -> list[list[Any]]:
    """Return candles of one second, as far back as trades are remembered."""
    now = min(venue.clock.now(), params.number("endTime", 2**60))
    start, many = params.number("startTime", 0), min(params.number("limit", 500), 1000)
    span = min((now - start) // SECOND_MS + 1, KEPT) if start else many
    candles = venue.data[market.key].seconds(span, now)
    rows = [shapes.kline(candle, SECOND_MS) for candle in candles if candle.start >= start]
    return rows[:many] if start else rows[-many:]


def price(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the last price."""
    return _each(venue, call, _price)


def book_ticker(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the best bid and offer."""
    return _each(venue, call, best)


def day_ticker(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell what the last 24 hours brought."""
    return _each(venue, call, day)


def average_price(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the average price of five minutes."""
    market, now = one(venue, Params(call.params)), venue.clock.now()
    candle = venue.data[market.key].candles.span((now // MINUTE_MS - 4) * MINUTE_MS, 5)
    mean = candle.quote / candle.volume if candle and candle.volume else last(venue, market)
    return {"mins": 5, "price": shapes.fixed(mean), "closeTime": now}


def best(venue: Venue, market: Market) -> dict[str, Any]:
    """Return the best bid and offer of a market."""
    book = venue.exchange.books[market.key]
    bids = levels(market, book.levels(BUY, 1)) or [["0.00000000", "0.00000000"]]
    asks = levels(market, book.levels(SELL, 1)) or [["0.00000000", "0.00000000"]]
    return {
        "symbol": market.symbol,
        "bidPrice": bids[0][0],
        "bidQty": bids[0][1],
        "askPrice": asks[0][0],
        "askQty": asks[0][1],
    }


def day(venue: Venue, market: Market) -> dict[str, Any]:
    """Return the last 24 hours of a market."""
    now, price_now = venue.clock.now(), last(venue, market)
    candle = venue.data[market.key].day(now) or Candle(now, price_now)
    change, first = price_now - candle.open, candle.open or Decimal(1)
    quote, volume = candle.quote, candle.volume
    return {
        **best(venue, market),
        "priceChange": shapes.fixed(change),
        "priceChangePercent": f"{change / first * 100:.3f}",
        "weightedAvgPrice": shapes.fixed(quote / volume if volume else ZERO),
        "prevClosePrice": shapes.fixed(candle.open),
        "lastPrice": shapes.fixed(price_now),
        "lastQty": shapes.fixed(_last_quantity(venue, market)),
        "openPrice": shapes.fixed(candle.open),
        "highPrice": shapes.fixed(candle.high),
        "lowPrice": shapes.fixed(candle.low),
        "volume": shapes.fixed(volume),
        "quoteVolume": shapes.fixed(quote),
        "openTime": candle.start,
        "closeTime": now,
        "firstId": -1,
        "lastId": -1,
        "count": candle.trades,
    }


def last(venue: Venue, market: Market) -> Decimal:
    """Return the last price of a market, the middle before the first trade."""
    return venue.exchange.last.get(market.key) or venue.exchange.middle(market)


def one(venue: Venue, params: Params) -> Market:
    """Return the market a request is about.

    Raises:
        BinanceError: there is none by that name.
    """
    market = named(venue, params.text("symbol"))
    if market is None:
        raise BinanceError(BAD_SYMBOL, "Invalid symbol.")
    return market


def named(venue: Venue, symbol: str) -> Market | None:
    """Return a market by its symbol, ``None`` where there is none; a venue has one kind only."""
    markets = venue.exchange.markets
    return markets.get(f"spot:{symbol}") or markets.get(f"linear:{symbol}")


def asked(venue: Venue, params: Params) -> list[Market]:
    """Return the markets a request is about, all where it names none."""
    if params.has("symbol"):
        return [one(venue, params)]
    if params.has("symbols"):
        raw = params.values["symbols"]
        names = raw if isinstance(raw, list) else str(raw).strip("[]").replace('"', "").split(",")
        return [one(venue, Params({"symbol": name})) for name in names]
    return list(venue.exchange.markets.values())


def _each(venue: Venue, call: Call, show: Any) -> Any:  # noqa: ANN401 - JSON
    params = Params(call.params)
    shown = [show(venue, market) for market in asked(venue, params)]
    return shown[0] if params.has("symbol") else shown


def _price(venue: Venue, market: Market) -> dict[str, str]:
    return {"symbol": market.symbol, "price": shapes.fixed(last(venue, market))}


def _last_quantity(venue: Venue, market: Market) -> Decimal:
    known = venue.data[market.key].trades
    return known[-1].quantity if known else ZERO
