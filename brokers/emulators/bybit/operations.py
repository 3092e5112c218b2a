"""What Bybit can be asked: paths, who may ask, how often."""

from collections.abc import Callable
from typing import Any, NamedTuple

from brokers.emulators.bybit import account_api as account
from brokers.emulators.bybit import market_api as market
from brokers.emulators.bybit import trade_api as trade
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue


class Operation(NamedTuple):
    """One thing to ask for.

    Attributes:
        name: as fault rules have it. run: does it. private: whether a signature is needed.
        a_second: how often a client may ask.
    """

    name: str
    run: Callable[[Venue, Call], Any]
    private: bool = False
    a_second: int = 50


CREATE = Operation("order.place", trade.create, private=True, a_second=20)
AMEND = Operation("order.amend", trade.amend, private=True, a_second=10)
CANCEL = Operation("order.cancel", trade.cancel, private=True, a_second=20)

REST: dict[tuple[str, str], Operation] = {
    ("GET", "/v5/market/time"): Operation("time", market.time),
    ("GET", "/v5/market/instruments-info"): Operation("markets", market.instruments),
    ("GET", "/v5/market/orderbook"): Operation("depth", market.order_book),
    ("GET", "/v5/market/recent-trade"): Operation("public_trades", market.trades),
    ("GET", "/v5/market/kline"): Operation("klines", market.klines),
    ("GET", "/v5/market/tickers"): Operation("ticker", market.tickers),
    ("GET", "/v5/market/funding/history"): Operation("ticker", market.funding_history),
    ("POST", "/v5/order/create"): CREATE,
    ("POST", "/v5/order/amend"): AMEND,
    ("POST", "/v5/order/cancel"): CANCEL,
    ("POST", "/v5/order/cancel-all"): Operation(
        "orders.cancel", trade.cancel_all, private=True, a_second=10
    ),
    ("GET", "/v5/order/realtime"): Operation("open_orders", account.realtime, private=True),
    ("GET", "/v5/order/history"): Operation("orders", account.history, private=True),
    ("GET", "/v5/execution/list"): Operation("trades", account.executions, private=True),
    ("GET", "/v5/position/list"): Operation("positions", account.positions, private=True),
    ("POST", "/v5/position/set-leverage"): Operation(
        "positions", account.set_leverage, private=True, a_second=10
    ),
    ("GET", "/v5/account/wallet-balance"): Operation("balance", account.wallet, private=True),
    ("GET", "/v5/account/info"): Operation("balance", account.account_info, private=True),
    ("GET", "/v5/account/fee-rate"): Operation("balance", account.fee_rates, private=True),
    ("GET", "/v5/user/query-api"): Operation("balance", account.api_key, private=True),
    ("GET", "/v5/asset/coin/query-info"): Operation("markets", account.coins, private=True),
}
SOCKET: dict[str, Operation] = {
    "order.create": CREATE,
    "order.amend": AMEND,
    "order.cancel": CANCEL,
}
