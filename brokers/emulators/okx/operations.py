"""What OKX can be asked: paths, who may ask, how often in two seconds."""

from collections.abc import Callable
from typing import Any, NamedTuple

from brokers.emulators.gateway import Call
from brokers.emulators.okx import account_api as account
from brokers.emulators.okx import market_api as market
from brokers.emulators.okx import trade_api as trade
from brokers.emulators.venue import Venue


class Operation(NamedTuple):
    """One thing to ask for.

    Attributes:
        name: as fault rules have it. run: does it. private: whether a signature is needed.
        limit: how often in two seconds, by address, or by client where it is private; orders
            count one by one. by_market: whether each market has a limit of its own.
        path: names the limit, for paths have theirs whatever faults call them.
    """

    name: str
    run: Callable[[Venue, Call], Any]
    limit: int
    path: str
    private: bool = False
    by_market: bool = False


def _public(name: str, path: str, run: Callable[[Venue, Call], Any], limit: int) -> Operation:
    return Operation(name, run, limit, path)


def _private(name: str, path: str, run: Callable[[Venue, Call], Any], limit: int) -> Operation:
    return Operation(name, run, limit, path, private=True)


def _order(name: str, path: str, run: Callable[[Venue, Call], Any], limit: int) -> Operation:
    return Operation(name, run, limit, path, private=True, by_market=True)


GETS = (
    _public("time", "public/time", market.time, 10),
    _public("time", "system/status", market.status, 5),
    _public("markets", "public/instruments", market.instruments, 20),
    _public("depth", "market/books", market.order_book, 40),
    _public("public_trades", "market/trades", market.trades, 100),
    _public("public_trades", "market/history-trades", market.trades, 20),
    _public("ticker", "public/funding-rate", market.funding_rate, 20),
    _public("ticker", "public/funding-rate-history", market.funding_history, 10),
    _public("ticker", "public/mark-price", market.mark_price, 10),
    _public("klines", "market/candles", market.candles, 40),
    _public("klines", "market/history-candles", market.candles, 20),
    _public("ticker", "market/ticker", market.one_ticker, 20),
    _public("ticker", "market/tickers", market.tickers, 20),
    _private("balance", "account/config", account.config, 5),
    _private("balance", "account/balance", account.balance, 10),
    _private("balance", "account/trade-fee", account.fees, 5),
    _private("markets", "asset/currencies", account.currencies, 12),
    _private("markets", "account/instruments", market.instruments, 20),
    _private("positions", "account/positions", account.positions, 10),
    _private("positions", "account/leverage-info", account.leverage, 20),
    _private("log", "account/bills", account.bills, 10),
    _private("log", "account/bills-archive", account.bills, 5),
    _private("order.query", "trade/order", account.order, 60),
    _private("open_orders", "trade/orders-pending", account.pending, 60),
    _private("orders", "trade/orders-history", account.history, 40),
    _private("orders", "trade/orders-history-archive", account.history, 20),
    _private("trades", "trade/fills", account.fills, 60),
    _private("trades", "trade/fills-history", account.archived_fills, 10),
)
POSTS = (
    _order("order.place", "trade/order", trade.place, 60),
    _order("order.place", "trade/batch-orders", trade.place, 300),
    _order("order.cancel", "trade/cancel-order", trade.cancel, 60),
    _order("order.cancel", "trade/cancel-batch-orders", trade.cancel, 300),
    _order("order.amend", "trade/amend-order", trade.amend, 60),
    _order("order.amend", "trade/amend-batch-orders", trade.amend, 300),
    _private("positions", "account/set-leverage", account.set_leverage, 20),
    _private("positions", "account/set-position-mode", account.set_position_mode, 5),
    _private("orders.cancel", "trade/cancel-all-after", trade.cancel_all_after, 2),
)
ROOT = "/api/v5/"
REST: dict[tuple[str, str], Operation] = {
    (method, ROOT + each.path): each
    for method, every in (("GET", GETS), ("POST", POSTS))
    for each in every
}
SOCKET: dict[str, Operation] = {
    "order": REST["POST", ROOT + "trade/order"],
    "batch-orders": REST["POST", ROOT + "trade/batch-orders"],
    "cancel-order": REST["POST", ROOT + "trade/cancel-order"],
    "batch-cancel-orders": REST["POST", ROOT + "trade/cancel-batch-orders"],
    "amend-order": REST["POST", ROOT + "trade/amend-order"],
    "batch-amend-orders": REST["POST", ROOT + "trade/amend-batch-orders"],
}
"""Orders by websocket: they share the limits of their REST twins."""
