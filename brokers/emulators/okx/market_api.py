"""What OKX tells everybody."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.candles import Candle
from brokers.emulators.core.events import Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.gateway import Call
from brokers.emulators.okx import shapes, swaps
from brokers.emulators.okx.errors import bad
from brokers.emulators.okx.names import BARS, kind_of, side, size
from brokers.emulators.okx.reading import Params
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

MOST_LEVELS, MOST_TRADES, MOST_CANDLES, MOST_RATES = 400, 500, 300, 100
SECOND_MS = 1000
Json = dict[str, Any]


def time(venue: Venue, _call: Call) -> list[Json]:
    """Tell the time."""
    return [{"ts": str(venue.clock.now())}]


def status(_venue: Venue, _call: Call) -> list[Json]:
    """Tell of planned maintenance: none."""
    return []


def instruments(venue: Venue, call: Call) -> list[Json]:
    """Tell the markets and their rules."""
    params = Params(call.params)
    params.kind()
    return [shapes.instrument(market) for market in params.markets(venue)]


def order_book(venue: Venue, call: Call) -> list[Json]:
    """Show a book."""
    params = Params(call.params)
    many = max(1, min(params.number("sz", 1), MOST_LEVELS))
    shown = book(venue, params.market(venue), many)
    return [{**shown, "ts": str(venue.clock.now())}]


def book(venue: Venue, market: Market, many: int) -> Json:
    """Return the best levels of a book."""
    there = venue.exchange.books[market.key]
    return {
        "asks": levels(market, there.levels(SELL, many)),
        "bids": levels(market, there.levels(BUY, many)),
    }


def levels(market: Market, rows: list[tuple[int, int]]) -> list[list[str]]:
    """Return levels as text: price, size, a number that is always 0, orders."""
    return [
        [plain(market.price(price)), size(market, market.quantity(lots)), "0", "1" if lots else "0"]
        for price, lots in rows
    ]


def trades(venue: Venue, call: Call) -> list[Json]:
    """Show the last trades, newest first."""
    params = Params(call.params)
    market, many = params.market(venue), params.limit(MOST_TRADES)
    known = list(venue.data[market.key].trades)[-many:]
    return [trade(each) for each in reversed(known)]


def trade(each: Traded) -> Json:
    """Return a trade."""
    return {
        "instId": each.market.symbol,
        "tradeId": str(each.number),
        "px": plain(each.price),
        "sz": size(each.market, each.quantity),
        "side": side(each.side),
        "source": "0",
        "ts": str(each.time),
    }


def candles(venue: Venue, call: Call) -> list[list[str]]:
    """Show candles, newest first: those that began before ``after`` and later than ``before``."""
    params = Params(call.params)
    market, name, many = params.market(venue), params.text("bar", "1m"), params.limit(MOST_CANDLES)
    now = venue.clock.now()
    newer, older = params.number("before", 0), params.number("after", now + 1)
    end = min(now, older - 1)
    found = recent(venue, market, name, many, end)
    rows = [
        candle(market, each, now, _span(name)) for each in reversed(found) if newer < each.start
    ]
    return rows[:many]


def recent(venue: Venue, market: Market, name: str, many: int, end: int) -> list[Candle]:
    """Return the last candles that began by ``end``, oldest first.

    Raises:
        OkxError: there are none of that length.
    """
    if name == "1s":
        return venue.data[market.key].seconds(many, end)
    if name not in BARS:
        raise bad("bar")
    return venue.data[market.key].candles.last(many, BARS[name], end)


def _span(name: str) -> int:
    return SECOND_MS if name == "1s" else BARS[name] * MINUTE_MS


def candle(market: Market, each: Candle, now: int, length: int) -> list[str]:
    """Return a candle as a row; the last field says whether it is over.

    Volumes are in coins, quote and quote; of a swap in contracts, coins and quote.
    """
    swap = market.kind == LINEAR
    volumes = (each.volume / market.face, each.volume if swap else each.quote, each.quote)
    numbers = (each.open, each.high, each.low, each.close, *volumes)
    over = "1" if each.start + length <= now else "0"
    return [str(each.start), *(plain(number) for number in numbers), over]


def tickers(venue: Venue, call: Call) -> list[Json]:
    """Tell the prices of all markets of a type."""
    params = Params(call.params)
    params.kind()
    return [ticker(venue, market) for market in params.markets(venue)]


def funding_rate(venue: Venue, call: Call) -> list[Json]:
    """Tell the rate by which funding is paid next, of one swap or of ``ANY``."""
    return [swaps.funding_rate(venue, market) for market in _swaps(venue, call)]


def funding_history(venue: Venue, call: Call) -> list[Json]:
    """Tell the rates that were paid, newest first; recorded ones."""
    params = Params(call.params)
    newer, older = params.number("before", 0), params.number("after", 2**60)
    (market,) = _swaps(venue, call)
    rows = [swaps.paid_rate(venue, market, back) for back in range(params.limit(MOST_RATES))]
    return [row for row in rows if newer < int(row["fundingTime"]) < older]


def mark_price(venue: Venue, call: Call) -> list[Json]:
    """Tell the prices by which positions are valued."""
    return [swaps.mark_price(venue, market) for market in _swaps(venue, call)]


def _swaps(venue: Venue, call: Call) -> list[Market]:
    """Return the swaps a request is about.

    Raises:
        OkxError: it names something else.
    """
    params, every = Params(call.params), venue.exchange.markets.values()
    if params.text("instId", "ANY") == "ANY":
        return [market for market in every if market.kind == LINEAR]
    market = params.market(venue)
    if market.kind != LINEAR:
        raise bad("instId")
    return [market]


def one_ticker(venue: Venue, call: Call) -> list[Json]:
    """Tell the prices of one market."""
    return [ticker(venue, Params(call.params).market(venue))]


def ticker(venue: Venue, market: Market) -> Json:
    """Return the ticker of a market."""
    now = venue.clock.now()
    last = venue.exchange.last.get(market.key) or venue.exchange.middle(market)
    day = venue.data[market.key].day(now) or Candle(now, last)
    known = venue.data[market.key].trades
    shown = book(venue, market, 1)
    bid, ask = (shown[name] or [["", ""]] for name in ("bids", "asks"))
    return {
        "instType": kind_of(market),
        "instId": market.symbol,
        "last": plain(last),
        "lastSz": size(market, known[-1].quantity if known else Decimal(0)),
        "askPx": ask[0][0],
        "askSz": ask[0][1],
        "bidPx": bid[0][0],
        "bidSz": bid[0][1],
        "open24h": plain(day.open),
        "high24h": plain(day.high),
        "low24h": plain(day.low),
        "volCcy24h": plain(day.volume if market.kind == LINEAR else day.quote),
        "vol24h": size(market, day.volume),
        "sodUtc0": plain(day.open),
        "sodUtc8": plain(day.open),
        "ts": str(now),
    }
