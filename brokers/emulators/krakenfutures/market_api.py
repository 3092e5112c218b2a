"""What Kraken futures tells everybody."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.candles import Candle
from brokers.emulators.core.events import Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.gateway import Call
from brokers.emulators.krakenfutures.errors import bad
from brokers.emulators.krakenfutures.names import SPANS, iso, number, side, trade_id
from brokers.emulators.krakenfutures.reading import Params
from brokers.emulators.venue import Venue

Json = dict[str, Any]
PAGE, CANDLES = 100, 2000


def instruments(venue: Venue, _call: Call) -> Json:
    """Tell the contracts and their rules."""
    return {"instruments": [instrument(each) for each in venue.exchange.markets.values()]}


def instrument(market: Market) -> Json:
    """Return the rules of a contract."""
    levels = {
        "initialMargin": number(Decimal(1) / market.leverage),
        "maintenanceMargin": number(market.maintenance),
    }
    return {
        "symbol": market.symbol,
        "pair": _pair(market),
        "base": market.symbol[3:-3],
        "quote": market.quote,
        "type": "flexible_futures",
        "tradeable": True,
        "tickSize": number(market.tick),
        "contractSize": 1,
        "contractValueTradePrecision": -int(market.step.normalize().as_tuple().exponent),
        "maxPositionSize": number(market.max_quantity),
        "impactMidSize": 1,
        "fundingRateCoefficient": 24,
        "maxRelativeFundingRate": 0.0025,
        "openingDate": "2022-01-01T00:00:00.000Z",
        "marginLevels": [{"numNonContractUnits": 0, **levels}],
        "postOnly": False,
        "feeScheduleUid": "5b755fea-c5b0-4307-a66e-b392cd5bd931",
        "category": "",
        "tags": [],
        "mtf": False,
    }


def order_book(venue: Venue, call: Call) -> Json:
    """Show a whole book."""
    market = Params(call.params).market(venue)
    there = venue.exchange.books[market.key]
    return {
        "orderBook": {
            "bids": levels(market, there.levels(BUY, PAGE)),
            "asks": levels(market, there.levels(SELL, PAGE)),
        }
    }


def levels(market: Market, rows: list[tuple[int, int]]) -> list[list[float]]:
    """Return levels as pairs of price and size."""
    return [[number(market.price(at)), number(market.quantity(lots))] for at, lots in rows]


def trades(venue: Venue, call: Call) -> Json:
    """Show the last trades before an instant, newest first."""
    params = Params(call.params)
    market, until = params.market(venue), params.instant("lastTime", 2**60)
    known = [each for each in venue.data[market.key].trades if each.time < until][-PAGE:]
    rows = [
        {
            "time": iso(trade.time),
            "trade_id": trade.number % PAGE + 1,
            "price": number(trade.price),
            "size": number(trade.quantity),
            "side": side(trade.side),
            "type": "fill",
            "uid": trade_id(market, trade.number),
        }
        for trade in reversed(known)
    ]
    return {"history": rows}


def executions(venue: Venue, call: Call) -> Json:
    """Show executions of a contract, newest first unless asked otherwise."""
    params = Params(call.params)
    market = params.market(venue)
    since, before = params.instant("since", 0), params.instant("before", 2**60)
    known = [each for each in venue.data[market.key].trades if since <= each.time < before]
    rows = [_execution(each) for each in known]
    if params.text("sort", "desc") != "asc":
        rows.reverse()
    shown = rows[: min(params.number("count", 1000), 1000)]
    return {"elements": shown, "len": len(shown)}


def _execution(trade: Traded) -> Json:
    common = {
        "tradeable": trade.market.symbol,
        "quantity": str(trade.quantity),
        "timestamp": trade.time,
        "reduceOnly": False,
        "lastUpdateTimestamp": trade.time,
    }
    maker, taker = ("Sell", "Buy") if trade.side == BUY else ("Buy", "Sell")
    price, uid = str(trade.price), trade_id(trade.market, trade.number)
    execution = {
        "uid": uid,
        "makerOrder": {"direction": maker, "limitPrice": price, "orderType": "Limit", **common},
        "takerOrder": {"direction": taker, "limitPrice": price, "orderType": "IoC", **common},
        "timestamp": trade.time,
        "quantity": str(trade.quantity),
        "price": price,
        "markPrice": price,
        "limitFilled": False,
        "usdValue": f"{trade.price * trade.quantity:.2f}",
    }
    event = {"Execution": {"execution": execution, "takerReducedQuantity": ""}}
    return {"uid": uid, "timestamp": trade.time, "event": event}


def candles(venue: Venue, call: Call) -> Json:
    """Show candles of trades, oldest first; the bounds are seconds."""
    params = Params(call.params)
    market, name = params.market(venue), params.text("interval")
    if name not in SPANS or params.text("price_type") != "trade":
        raise bad("resolution")
    now = venue.clock.now()
    end = min(now, params.number("to", now // 1000) * 1000 + 999)
    first = params.number("from", 0) * 1000
    found = venue.data[market.key].candles.last(CANDLES, SPANS[name], end)
    rows = [each for each in found if each.start >= first]
    return {"candles": [candle(each) for each in rows], "more_candles": False}


def candle(each: Candle) -> Json:
    """Return a candle."""
    return {
        "time": each.start,
        "open": str(each.open),
        "high": str(each.high),
        "low": str(each.low),
        "close": str(each.close),
        "volume": number(each.volume),
    }


def tickers(venue: Venue, _call: Call) -> Json:
    """Tell prices, and what the last 24 hours brought."""
    return {"tickers": [ticker(venue, each) for each in venue.exchange.markets.values()]}


def one_ticker(venue: Venue, call: Call) -> Json:
    """Tell the prices of one contract."""
    return {"ticker": ticker(venue, Params(call.params).market(venue))}


def ticker(venue: Venue, market: Market) -> Json:
    """Return the ticker of a contract; funding is in money for one contract and one interval."""
    now, last, mark = venue.clock.now(), last_price(venue, market), mark_price(venue, market)
    day = venue.data[market.key].day(now) or Candle(now, last)
    best, known = quotes(venue, market), venue.data[market.key].trades
    funding = number(venue.funding(market) * mark)
    return {
        "symbol": market.symbol,
        "tag": "perpetual",
        "pair": _pair(market),
        "last": number(last),
        "lastTime": iso(known[-1].time if known else now),
        "lastSize": number(known[-1].quantity) if known else 0,
        "markPrice": number(mark),
        "indexPrice": number(mark),
        **best,
        "vol24h": number(day.volume),
        "volumeQuote": number(day.quote),
        "openInterest": 0,
        "open24h": number(day.open),
        "high24h": number(day.high),
        "low24h": number(day.low),
        "change24h": number(100 * (last - day.open) / day.open) if day.open else 0,
        "fundingRate": funding,
        "fundingRatePrediction": funding,
        "suspended": market.key in venue.exchange.halted,
        "postOnly": False,
    }


def quotes(venue: Venue, market: Market) -> Json:
    """Return the best bid and ask with sizes; a side that is empty is left out."""
    there, found = venue.exchange.books[market.key], {}
    for name, each in (("bid", BUY), ("ask", SELL)):
        for price, size in levels(market, there.levels(each, 1)):
            found[name], found[f"{name}Size"] = price, size
    return found


def last_price(venue: Venue, market: Market) -> Decimal:
    """Return the last price, the middle before the first trade."""
    return venue.exchange.last.get(market.key) or venue.exchange.middle(market)


def mark_price(venue: Venue, market: Market) -> Decimal:
    """Return the price by which positions are valued."""
    return venue.exchange.settler.mark(market.key) or last_price(venue, market)


def funding_history(venue: Venue, call: Call) -> Json:
    """Show funding rates of the past, oldest first: in money, and as a part of the price."""
    market = Params(call.params).market(venue)
    latest, mark = venue.clock.now() // venue.funding_ms, mark_price(venue, market)
    rows = []
    for back in reversed(range(PAGE)):
        rate = venue.funding(market, back + 1)
        rows.append({
            "timestamp": iso((latest - back) * venue.funding_ms),
            "fundingRate": number(rate * mark),
            "relativeFundingRate": number(rate),
        })  # fmt: skip
    return {"rates": rows}


def fee_schedules(venue: Venue, _call: Call) -> Json:
    """Tell the fees, in percent."""
    first = next(iter(venue.exchange.markets.values()))
    tier = {
        "makerFee": number(100 * first.maker),
        "takerFee": number(100 * first.taker),
        "usdVolume": 0.0,
    }
    uid = instrument(first)["feeScheduleUid"]
    return {"feeSchedules": [{"uid": uid, "name": "PF", "tiers": [tier]}]}


def minutes(start: int, span: int) -> int:
    """Return the start of the span of so many minutes in which an instant lies."""
    return start // (span * MINUTE_MS) * (span * MINUTE_MS)


def _pair(market: Market) -> str:
    return f"{market.symbol[3:-3]}:{market.quote}"
