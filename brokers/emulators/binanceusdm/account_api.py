"""What Binance's futures tell a client: money, positions, orders, trades, incomes."""

from decimal import Decimal
from typing import Any

from brokers.emulators.binance.errors import BinanceError
from brokers.emulators.binance.market_api import one
from brokers.emulators.binance.params import Params
from brokers.emulators.binanceusdm import shapes
from brokers.emulators.core.orders import ZERO
from brokers.emulators.gateway import Call
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

WEEK_MS = 7 * 86_400_000
Json = dict[str, Any]


def account(venue: Venue, call: Call) -> Json:
    """Show money and positions."""
    held = venue.exchange.wallets.of(call.account)
    assets = [asset(venue, call.account, name) for name in held.assets()]
    total = sum((Decimal(row["walletBalance"]) for row in assets), ZERO)
    profit = sum((Decimal(row["unrealizedProfit"]) for row in assets), ZERO)
    return {
        "totalInitialMargin": plain(sum((Decimal(row["initialMargin"]) for row in assets), ZERO)),
        "totalWalletBalance": plain(total),
        "totalUnrealizedProfit": plain(profit),
        "totalMarginBalance": plain(total + profit),
        "availableBalance": plain(sum((Decimal(row["availableBalance"]) for row in assets), ZERO)),
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": call.account in venue.may_withdraw,
        "assets": assets,
        "positions": positions(venue, call),
    }


def asset(venue: Venue, name: str, currency: str) -> Json:
    """Return what a client has of a currency, and what its positions hold of it."""
    exchange = venue.exchange
    held = exchange.wallets.of(name)
    mine = [
        (position, exchange.settler.mark(key))
        for (who, key), position in exchange.wallets.positions.items()
        if who == name and position.asset == currency and position.size
    ]
    profit = sum((position.unrealised(mark) for position, mark in mine), ZERO)
    margin = sum((position.margin() for position, _ in mine), ZERO)
    total, ordered = held.total(currency), held.locked[currency]
    return {
        "asset": currency,
        "walletBalance": plain(total),
        "balance": plain(total),
        "unrealizedProfit": plain(profit),
        "marginBalance": plain(total + profit),
        "maintMargin": "0",
        "initialMargin": plain(margin + ordered),
        "positionInitialMargin": plain(margin),
        "openOrderInitialMargin": plain(ordered),
        "crossWalletBalance": plain(total),
        "crossUnPnl": plain(profit),
        "availableBalance": plain(held.free[currency] + profit - margin),
        "maxWithdrawAmount": plain(max(ZERO, held.free[currency] - margin)),
        "updateTime": venue.clock.now(),
    }


def balance(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show money alone."""
    held = venue.exchange.wallets.of(call.account)
    return [asset(venue, call.account, name) for name in held.assets()]


def positions(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show positions that are open."""
    params, exchange = Params(call.params), venue.exchange
    named = one(venue, params) if params.has("symbol") else None
    return [
        shapes.position(exchange.markets[key], held, exchange.settler.mark(key), venue.clock.now())
        for (who, key), held in exchange.wallets.positions.items()
        if who == call.account and held.size and named in {None, exchange.markets[key]}
    ]


def open_orders(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the open orders, of one market or of all."""
    params = Params(call.params)
    market = one(venue, params) if params.has("symbol") else None
    orders = venue.exchange.registry.open(call.account, market)
    return [shapes.order(order) for order in orders if venue.visible(order)]


def all_orders(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show all orders of a market, a week of them."""
    params = Params(call.params)
    start, end = _span(venue, params)
    orders = venue.exchange.registry.all(call.account, one(venue, params))
    rows = [each for each in orders if start <= each.time <= end and venue.visible(each)]
    return [shapes.order(each) for each in rows[-params.number("limit", 500) :]]


def trades(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the fills in a market, a week of them, oldest first."""
    params = Params(call.params)
    start, end = _span(venue, params)
    number, many = params.number("orderId", 0), min(params.number("limit", 500), 1000)
    fills = [
        (order, fill)
        for order in venue.exchange.registry.all(call.account, one(venue, params))
        if number in {0, order.number} and venue.visible(order)
        for fill in order.fills
        if fill.number >= params.number("fromId", 0) and start <= fill.time <= end
    ]
    fills.sort(key=lambda row: row[1].number)
    rows = fills[:many] if params.has("startTime") or params.has("fromId") else fills[-many:]
    return [shapes.trade(order, fill) for order, fill in rows]


def incomes(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show what came without a trade, oldest first: funding; the last week unless told."""
    params = Params(call.params)
    if params.text("incomeType", "FUNDING_FEE") != "FUNDING_FEE":
        return []
    now = venue.clock.now()
    start, end = params.number("startTime", now - WEEK_MS), params.number("endTime", 2**60)
    name = params.text("symbol", "")
    found = [
        shapes.income(each)
        for each in venue.fundings
        if each.account == call.account
        and name in {"", each.market.symbol}
        and start <= each.time <= end
    ]
    page, many = params.number("page", 1), min(params.number("limit", 100), 1000)
    return found[(page - 1) * many : page * many]


def leverage(venue: Venue, call: Call) -> Json:
    """Choose a leverage."""
    params = Params(call.params)
    market, wanted = one(venue, params), params.number("leverage")
    if not 1 <= wanted <= market.leverage:
        raise BinanceError(-4028, f"Leverage {wanted} is not valid")
    venue.exchange.wallets.position(call.account, market).leverage = Decimal(wanted)
    return {"leverage": wanted, "maxNotionalValue": "1000000", "symbol": market.symbol}


def margin_type(venue: Venue, call: Call) -> Json:
    """Choose whose margin a position has: the account's, which it has; other is not emulated."""
    params = Params(call.params)
    one(venue, params)
    if params.text("marginType") != "CROSSED":
        raise BinanceError(-4067, "Position side cannot be changed if there exists open orders.")
    raise BinanceError(-4046, "No need to change margin type.")


def position_mode(_venue: Venue, _call: Call) -> Json:
    """Tell that there is one position a market."""
    return {"dualSidePosition": False}


def brackets(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell leverage and margin; here they do not depend on size."""
    params = Params(call.params)
    every = venue.exchange.markets.values()
    return [
        {
            "symbol": market.symbol,
            "brackets": [
                {
                    "bracket": 1,
                    "initialLeverage": int(market.leverage),
                    "notionalCap": 1_000_000_000,
                    "notionalFloor": 0,
                    "maintMarginRatio": float(market.maintenance),
                    "cum": 0.0,
                }
            ],
        }
        for market in ([one(venue, params)] if params.has("symbol") else every)
    ]


def commission(venue: Venue, call: Call) -> Json:
    """Tell the fees."""
    market = one(venue, Params(call.params))
    rates = {"makerCommissionRate": plain(market.maker), "takerCommissionRate": plain(market.taker)}
    return {"symbol": market.symbol, **rates}


def _span(venue: Venue, params: Params) -> tuple[int, int]:
    """Return from when to when: a week at most."""
    end = params.number("endTime", venue.clock.now() + WEEK_MS)
    if params.has("startTime"):
        start = params.number("startTime")
        return start, min(end, start + WEEK_MS)
    return (0 if params.has("fromId") else end - 2 * WEEK_MS), end
