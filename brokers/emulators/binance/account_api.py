"""What Binance tells a client: balances, orders, trades, limits."""

from typing import Any

from brokers.emulators.binance import shapes
from brokers.emulators.binance.market_api import LIMITS, one
from brokers.emulators.binance.params import Params
from brokers.emulators.core.market import Market
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

DAY_MS = 86_400_000


def account(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show balances and permissions."""
    return {
        "makerCommission": 10,
        "takerCommission": 10,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": "0.00100000",
            "taker": "0.00100000",
            "buyer": "0.00000000",
            "seller": "0.00000000",
        },
        "canTrade": True,
        "canWithdraw": call.account in venue.may_withdraw,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": venue.clock.now(),
        "accountType": "SPOT",
        "balances": balances(venue, call.account),
        "permissions": ["SPOT"],
        "uid": 1000 + list(venue.accounts).index(call.account),
    }


def balances(
    venue: Venue, name: str, assets: tuple[str, ...] | None = None
) -> list[dict[str, str]]:
    """Return balances as the account shows them."""
    wallet = venue.exchange.wallets.of(name)
    shown = wallet.assets() if assets is None else assets
    return [
        {
            "asset": asset,
            "free": shapes.fixed(wallet.free[asset]),
            "locked": shapes.fixed(wallet.locked[asset]),
        }
        for asset in shown
    ]


def open_orders(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the open orders, of one market or of all."""
    market = _market(venue, Params(call.params))
    orders = venue.exchange.registry.open(call.account, market)
    return [shapes.order(order) for order in orders if venue.visible(order)]


def all_orders(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show all orders of a market."""
    params = Params(call.params)
    orders = venue.exchange.registry.all(call.account, one(venue, params))
    first, many = params.number("orderId", 0), min(params.number("limit", 500), 1000)
    start, end = params.number("startTime", 0), params.number("endTime", 2**60)
    chosen = [
        order
        for order in orders
        if order.number >= first and start <= order.time <= end and venue.visible(order)
    ]
    rows = chosen[:many] if first or start else chosen[-many:]
    return [shapes.order(order) for order in rows]


def my_trades(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the fills in a market."""
    params = Params(call.params)
    orders = venue.exchange.registry.all(call.account, one(venue, params))
    number, first = params.number("orderId", 0), params.number("fromId", 0)
    start, end = params.number("startTime", 0), params.number("endTime", 2**60)
    many = min(params.number("limit", 500), 1000)
    fills = [
        (fill.number, order, fill)
        for order in orders
        if number in {0, order.number} and venue.visible(order)
        for fill in order.fills
        if fill.number >= first and start <= fill.time <= end
    ]
    fills.sort(key=lambda row: row[0])
    rows = fills[:many] if first or start else fills[-many:]
    return [shapes.my_trade(order, fill) for _, order, fill in rows]


def commission(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show the fees."""
    market = one(venue, Params(call.params))
    rates = {
        "maker": shapes.fixed(market.maker),
        "taker": shapes.fixed(market.taker),
        "buyer": shapes.fixed(0),
        "seller": shapes.fixed(0),
    }
    none = {name: shapes.fixed(0) for name in rates}
    discount = {
        "enabledForAccount": False,
        "enabledForSymbol": False,
        "discountAsset": "BNB",
        "discount": shapes.fixed(0),
    }
    return {
        "symbol": market.symbol,
        "standardCommission": rates,
        "specialCommission": none,
        "taxCommission": none,
        "discount": discount,
    }


def order_limits(_venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Show the limits of orders."""
    return [{**limit, "count": 0} for limit in LIMITS if limit["rateLimitType"] == "ORDERS"]


def restrictions(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show what a key may do."""
    return {
        "ipRestrict": False,
        "createTime": venue.clock.began,
        "enableReading": True,
        "enableWithdrawals": call.account in venue.may_withdraw,
        "enableInternalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enableSpotAndMarginTrading": True,
    }


def _market(venue: Venue, params: Params) -> Market | None:
    return one(venue, params) if params.has("symbol") else None
