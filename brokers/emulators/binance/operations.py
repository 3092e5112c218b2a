"""What Binance can be asked: paths, weights, who may ask."""

from collections.abc import Callable
from typing import Any, NamedTuple

from brokers.emulators.binance import account_api as account
from brokers.emulators.binance import market_api as market
from brokers.emulators.binance import trade_api as trade
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

NONE, KEY, SIGNED = 0, 1, 2


class Operation(NamedTuple):
    """One thing to ask for.

    Attributes:
        name: as fault rules have it. run: does it. security: what must come with it.
        weight: towards the limit. orders: how many orders it counts for.
    """

    name: str
    run: Callable[[Venue, Call], Any]
    security: int = NONE
    weight: int = 1
    orders: int = 0


PING = Operation("time", market.ping)
TIME = Operation("time", market.time)
INFO = Operation("markets", market.exchange_info, NONE, 20)
DEPTH = Operation("depth", market.depth, NONE, 5)
TRADES = Operation("public_trades", market.trades, NONE, 25)
AGGREGATES = Operation("public_trades", market.aggregate_trades, NONE, 4)
KLINES = Operation("klines", market.klines, NONE, 2)
PRICE = Operation("ticker", market.price, NONE, 2)
BOOK = Operation("ticker", market.book_ticker, NONE, 2)
DAY = Operation("ticker", market.day_ticker, NONE, 2)
AVERAGE = Operation("ticker", market.average_price, NONE, 2)
PLACE = Operation("order.place", trade.place, SIGNED, 1, 1)
TEST = Operation("order.place", trade.test, SIGNED)
CANCEL = Operation("order.cancel", trade.cancel, SIGNED)
CANCEL_ALL = Operation("orders.cancel", trade.cancel_open, SIGNED)
REPLACE = Operation("order.amend", trade.replace, SIGNED, 1, 1)
REDUCE = Operation("order.amend", trade.reduce, SIGNED, 4)
QUERY = Operation("order.query", trade.query, SIGNED, 4)
OPEN = Operation("open_orders", account.open_orders, SIGNED, 6)
ALL = Operation("orders", account.all_orders, SIGNED, 20)
MINE = Operation("trades", account.my_trades, SIGNED, 20)
ACCOUNT = Operation("balance", account.account, SIGNED, 20)
COMMISSION = Operation("balance", account.commission, SIGNED, 20)
ORDER_LIMITS = Operation("orders", account.order_limits, SIGNED, 40)
RESTRICTIONS = Operation("balance", account.restrictions, SIGNED)

REST: dict[tuple[str, str], Operation] = {
    ("GET", "/api/v3/ping"): PING,
    ("GET", "/api/v3/time"): TIME,
    ("GET", "/api/v3/exchangeInfo"): INFO,
    ("GET", "/api/v3/depth"): DEPTH,
    ("GET", "/api/v3/trades"): TRADES,
    ("GET", "/api/v3/historicalTrades"): TRADES,
    ("GET", "/api/v3/aggTrades"): AGGREGATES,
    ("GET", "/api/v3/klines"): KLINES,
    ("GET", "/api/v3/uiKlines"): KLINES,
    ("GET", "/api/v3/ticker/price"): PRICE,
    ("GET", "/api/v3/ticker/bookTicker"): BOOK,
    ("GET", "/api/v3/ticker/24hr"): DAY,
    ("GET", "/api/v3/avgPrice"): AVERAGE,
    ("POST", "/api/v3/order"): PLACE,
    ("POST", "/api/v3/order/test"): TEST,
    ("DELETE", "/api/v3/order"): CANCEL,
    ("DELETE", "/api/v3/openOrders"): CANCEL_ALL,
    ("POST", "/api/v3/order/cancelReplace"): REPLACE,
    ("PUT", "/api/v3/order/amend/keepPriority"): REDUCE,
    ("GET", "/api/v3/order"): QUERY,
    ("GET", "/api/v3/openOrders"): OPEN,
    ("GET", "/api/v3/allOrders"): ALL,
    ("GET", "/api/v3/myTrades"): MINE,
    ("GET", "/api/v3/account"): ACCOUNT,
    ("GET", "/api/v3/account/commission"): COMMISSION,
    ("GET", "/api/v3/rateLimit/order"): ORDER_LIMITS,
    ("GET", "/sapi/v1/account/apiRestrictions"): RESTRICTIONS,
}

SOCKET: dict[str, Operation] = {
    "ping": PING,
    "time": TIME,
    "exchangeInfo": INFO,
    "depth": DEPTH,
    "trades.recent": TRADES,
    "trades.historical": TRADES,
    "trades.aggregate": AGGREGATES,
    "klines": KLINES,
    "uiKlines": KLINES,
    "avgPrice": AVERAGE,
    "ticker.price": PRICE,
    "ticker.book": BOOK,
    "ticker.24hr": DAY,
    "order.place": PLACE,
    "order.test": TEST,
    "order.status": QUERY,
    "order.cancel": CANCEL,
    "order.cancelReplace": REPLACE,
    "order.amend.keepPriority": REDUCE,
    "openOrders.status": OPEN,
    "openOrders.cancelAll": CANCEL_ALL,
    "allOrders": ALL,
    "myTrades": MINE,
    "account.status": ACCOUNT,
    "account.commission": COMMISSION,
    "account.rateLimits.orders": ORDER_LIMITS,
}
