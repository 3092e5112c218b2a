"""What Binance's futures can be asked: paths, weights, who may ask."""

from brokers.emulators.binance import market_api as coins
from brokers.emulators.binance.operations import NONE, SIGNED, Operation
from brokers.emulators.binanceusdm import account_api as account
from brokers.emulators.binanceusdm import market_api as market
from brokers.emulators.binanceusdm import trade_api as trade

ACCOUNT = Operation("balance", account.account, SIGNED, 5)
RISK = Operation("positions", account.positions, SIGNED, 5)
PRICE = Operation("ticker", coins.price)
REST: dict[tuple[str, str], Operation] = {
    ("GET", "/fapi/v1/ping"): Operation("time", coins.ping),
    ("GET", "/fapi/v1/time"): Operation("time", coins.time),
    ("GET", "/fapi/v1/exchangeInfo"): Operation("markets", market.exchange_info),
    ("GET", "/fapi/v1/depth"): Operation("depth", market.depth, NONE, 5),
    ("GET", "/fapi/v1/trades"): Operation("public_trades", coins.trades, NONE, 5),
    ("GET", "/fapi/v1/historicalTrades"): Operation("public_trades", coins.trades, NONE, 20),
    ("GET", "/fapi/v1/aggTrades"): Operation("public_trades", coins.aggregate_trades, NONE, 20),
    ("GET", "/fapi/v1/klines"): Operation("klines", coins.klines, NONE, 5),
    ("GET", "/fapi/v1/premiumIndex"): Operation("ticker", market.premium),
    ("GET", "/fapi/v1/fundingRate"): Operation("ticker", market.rates),
    ("GET", "/fapi/v1/fundingInfo"): Operation("ticker", market.intervals),
    ("GET", "/fapi/v1/ticker/24hr"): Operation("ticker", coins.day_ticker),
    ("GET", "/fapi/v1/ticker/price"): PRICE,
    ("GET", "/fapi/v2/ticker/price"): PRICE,
    ("GET", "/fapi/v1/ticker/bookTicker"): Operation("ticker", coins.book_ticker, NONE, 2),
    ("POST", "/fapi/v1/order"): Operation("order.place", trade.place, SIGNED, 0, 1),
    ("GET", "/fapi/v1/order"): Operation("order.query", trade.query, SIGNED),
    ("GET", "/fapi/v1/openOrder"): Operation("order.query", trade.query, SIGNED),
    ("DELETE", "/fapi/v1/order"): Operation("order.cancel", trade.cancel, SIGNED),
    ("DELETE", "/fapi/v1/allOpenOrders"): Operation("orders.cancel", trade.cancel_open, SIGNED),
    ("GET", "/fapi/v1/openOrders"): Operation("open_orders", account.open_orders, SIGNED),
    ("GET", "/fapi/v1/allOrders"): Operation("orders", account.all_orders, SIGNED, 5),
    ("GET", "/fapi/v1/userTrades"): Operation("trades", account.trades, SIGNED, 5),
    ("GET", "/fapi/v1/income"): Operation("log", account.incomes, SIGNED, 30),
    ("GET", "/fapi/v2/account"): ACCOUNT,
    ("GET", "/fapi/v3/account"): ACCOUNT,
    ("GET", "/fapi/v2/balance"): Operation("balance", account.balance, SIGNED, 5),
    ("GET", "/fapi/v3/balance"): Operation("balance", account.balance, SIGNED, 5),
    ("GET", "/fapi/v2/positionRisk"): RISK,
    ("GET", "/fapi/v3/positionRisk"): RISK,
    ("POST", "/fapi/v1/leverage"): Operation("positions", account.leverage, SIGNED),
    ("POST", "/fapi/v1/marginType"): Operation("positions", account.margin_type, SIGNED),
    ("GET", "/fapi/v1/positionSide/dual"): Operation("positions", account.position_mode, SIGNED),
    ("GET", "/fapi/v1/leverageBracket"): Operation("markets", account.brackets, SIGNED),
    ("GET", "/fapi/v1/commissionRate"): Operation("balance", account.commission, SIGNED, 20),
}
