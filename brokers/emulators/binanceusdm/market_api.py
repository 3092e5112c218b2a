"""What Binance's futures tell everybody besides what the coins' market tells too."""

from typing import Any

from brokers.emulators.binance import market_api as coins
from brokers.emulators.binance.params import Params
from brokers.emulators.binanceusdm import shapes
from brokers.emulators.core.market import Market
from brokers.emulators.gateway import Call
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400},
    {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1200},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300},
]
Json = dict[str, Any]


def exchange_info(venue: Venue, call: Call) -> Json:
    """Tell the markets and their filters."""
    asked = coins.asked(venue, Params(call.params))
    return {
        "timezone": "UTC",
        "serverTime": venue.clock.now(),
        "futuresType": "U_MARGINED",
        "rateLimits": LIMITS,
        "exchangeFilters": [],
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [shapes.symbol(market) for market in asked],
    }


def depth(venue: Venue, call: Call) -> Json:
    """Show a book."""
    now = venue.clock.now()
    return {**coins.depth(venue, call), "E": now, "T": now}


def premium(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell mark prices, and the rates by which funding is paid next."""
    params = Params(call.params)
    rows = [_premium(venue, market) for market in coins.asked(venue, params)]
    return rows[0] if params.has("symbol") else rows


def _premium(venue: Venue, market: Market) -> Json:
    mark = plain(venue.exchange.settler.mark(market.key))
    return {
        "symbol": market.symbol,
        "markPrice": mark,
        "indexPrice": mark,
        "estimatedSettlePrice": mark,
        "lastFundingRate": plain(venue.funding(market)),
        "interestRate": "0.00010000",
        "nextFundingTime": venue.next_funding(),
        "time": venue.clock.now(),
    }


def rates(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the funding rates that were paid, oldest first; recorded ones."""
    params = Params(call.params)
    market, many = coins.one(venue, params), min(params.number("limit", 100), 1000)
    start, end = params.number("startTime", 0), params.number("endTime", 2**60)
    every, now = venue.funding_ms, venue.clock.now()
    mark = plain(venue.exchange.settler.mark(market.key))
    rows: list[Json] = [
        {
            "symbol": market.symbol,
            "fundingTime": (now // every - back) * every,
            "fundingRate": plain(venue.funding(market, back + 1)),
            "markPrice": mark,
        }
        for back in reversed(range(1000))
    ]
    inside = [row for row in rows if start <= row["fundingTime"] <= end]
    return inside[:many] if params.has("startTime") else inside[-many:]


def intervals(venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Tell how often funding is paid."""
    hours = max(1, venue.funding_ms // 3_600_000)
    return [
        {
            "symbol": market.symbol,
            "adjustedFundingRateCap": "0.02000000",
            "adjustedFundingRateFloor": "-0.02000000",
            "fundingIntervalHours": hours,
        }
        for market in venue.exchange.markets.values()
    ]
