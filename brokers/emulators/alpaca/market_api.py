"""Alpaca's crypto data: asked for without keys; prices are numbers, not text."""

import re
from typing import Any

from brokers.emulators.alpaca.errors import AlpacaError
from brokers.emulators.alpaca.names import stamp
from brokers.emulators.alpaca.reading import FOREVER, Params
from brokers.emulators.core.candles import Candle
from brokers.emulators.core.events import Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

PAGE, MOST, LEVELS = 1000, 10_000, 100
UNITS = {"min": 1, "t": 1, "hour": 60, "h": 60, "day": 1440, "d": 1440}
Json = dict[str, Any]


def bars(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show bars, oldest first, those of this day unless told."""
    params = Params(call.params)
    minutes, many = _length(params.text("timeframe", "1Min")), params.limit("limit", PAGE, MOST)
    now = venue.clock.now()
    length = minutes * MINUTE_MS
    start, end = params.instant("start", _midnight(now)), min(params.instant("end", now), now)
    wanted = max(0, min(many, (end - start) // length + 1))
    last = min(end, start + many * length)
    found = {}
    for market in params.markets(venue):
        rows = venue.data[market.key].candles.last(int(wanted), minutes, last) if wanted else []
        found[market.symbol] = [bar(each) for each in rows if each.start >= start]
    return 200, {"bars": found, "next_page_token": None}


def trades(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show trades, oldest first."""
    params = Params(call.params)
    many, start = params.limit("limit", PAGE, MOST), params.instant("start", 0)
    end = params.instant("end", FOREVER)
    found = {}
    for market in params.markets(venue):
        known = (t for t in venue.data[market.key].trades if start <= t.time <= end)
        rows = [trade(each) for each in known]
        rows = rows if params.text("sort", "asc") == "asc" else rows[::-1]
        found[market.symbol] = rows[:many]
    return 200, {"trades": found, "next_page_token": None}


def latest_trades(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show the last trade of markets."""
    there = {market.symbol: venue.data[market.key].trades for market in _asked(venue, call)}
    return 200, {"trades": {name: trade(rows[-1]) for name, rows in there.items() if rows}}


def latest_quotes(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show the best bid and offer of markets."""
    return 200, {"quotes": {m.symbol: quote(venue, m) for m in _asked(venue, call)}}


def latest_bars(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show the bar of the present minute."""
    return 200, {"bars": {m.symbol: _minute(venue, m) for m in _asked(venue, call)}}


def latest_books(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show books."""
    return 200, {"orderbooks": {m.symbol: book(venue, m) for m in _asked(venue, call)}}


def snapshots(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show the last of everything."""
    now, found = venue.clock.now(), {}
    for market in _asked(venue, call):
        data = venue.data[market.key]
        day = data.day(now) or Candle(now, venue.exchange.middle(market))
        found[market.symbol] = {
            "latestTrade": trade(data.trades[-1]) if data.trades else None,
            "latestQuote": quote(venue, market),
            "minuteBar": _minute(venue, market),
            "dailyBar": bar(day),
            "prevDailyBar": bar(day),
        }
    return 200, {"snapshots": found}


def trade(each: Traded) -> Json:
    """Return a trade."""
    return {
        "t": stamp(each.time),
        "p": float(each.price),
        "s": float(each.quantity),
        "tks": "B" if each.side == BUY else "S",
        "i": each.number,
    }


def quote(venue: Venue, market: Market) -> Json:
    """Return the best bid and offer."""
    there = venue.exchange.books[market.key]
    bid, ask = (levels(market, there.levels(each, 1)) for each in (BUY, SELL))
    none = [{"p": 0.0, "s": 0.0}]
    best_bid, best_ask = (bid or none)[0], (ask or none)[0]
    named = {"bp": best_bid["p"], "bs": best_bid["s"], "ap": best_ask["p"], "as": best_ask["s"]}
    return {**named, "t": stamp(venue.clock.now())}


def book(venue: Venue, market: Market) -> Json:
    """Return a book."""
    there = venue.exchange.books[market.key]
    return {
        "t": stamp(venue.clock.now()),
        "b": levels(market, there.levels(BUY, LEVELS)),
        "a": levels(market, there.levels(SELL, LEVELS)),
    }


def levels(market: Market, rows: list[tuple[int, int]]) -> list[Json]:
    """Return levels; no lots are written as 0."""
    return [
        {"p": float(market.price(price)), "s": float(market.quantity(lots))} for price, lots in rows
    ]


def bar(each: Candle) -> Json:
    """Return a bar."""
    mean = each.quote / each.volume if each.volume else each.close
    names = ("open", "high", "low", "close", "volume")
    numbers = {name[0]: float(getattr(each, name)) for name in names}
    return {"t": stamp(each.start), **numbers, "n": each.trades, "vw": float(mean)}


def _minute(venue: Venue, market: Market) -> Json:
    now = venue.clock.now()
    start = now // MINUTE_MS * MINUTE_MS
    found = venue.data[market.key].candles.span(start, 1)
    return bar(found or Candle(start, venue.exchange.middle(market)))


def _asked(venue: Venue, call: Call) -> list[Market]:
    return Params(call.params).markets(venue)


def _midnight(now: int) -> int:
    return now // (1440 * MINUTE_MS) * (1440 * MINUTE_MS)


def _length(name: str) -> int:
    """Return the minutes of a time frame.

    Raises:
        AlpacaError: there is none like it.
    """
    found = re.fullmatch(r"(\d{1,2})(\w+)", name)
    unit = UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None or not int(found[1]):
        raise AlpacaError(400, 0, f"invalid timeframe: {name}")
    return int(found[1]) * unit
