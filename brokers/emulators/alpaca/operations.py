"""What Alpaca can be asked: hosts, paths, and what a fault rule calls them."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from brokers.emulators.alpaca import account_api as account
from brokers.emulators.alpaca import market_api as market
from brokers.emulators.alpaca import trade_api as trade
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

Run = Callable[[Venue, Call], tuple[int, Any]]


class Operation(NamedTuple):
    """One thing to ask for.

    Attributes:
        method, path: the latter with the names of its parts in braces. name: as fault rules have
            it. run: does it. private: whether keys are needed.
    """

    method: str
    path: str
    name: str
    run: Run
    private: bool = True


DATA = "/v1beta3/crypto/{loc}/"
OPERATIONS = (
    Operation("POST", "/v2/orders", "order.place", trade.place),
    Operation("GET", "/v2/orders", "orders", trade.listed),
    Operation("DELETE", "/v2/orders", "orders.cancel", trade.cancel_all),
    Operation("GET", "/v2/orders:by_client_order_id", "order.query", trade.show_named),
    Operation("GET", "/v2/orders/{order_id}", "order.query", trade.show),
    Operation("DELETE", "/v2/orders/{order_id}", "order.cancel", trade.cancel),
    Operation("PATCH", "/v2/orders/{order_id}", "order.amend", account.not_emulated),
    Operation("GET", "/v2/account", "balance", account.account),
    Operation("GET", "/v2/positions", "positions", account.positions),
    Operation("GET", "/v2/account/activities", "trades", account.activities),
    Operation("GET", "/v2/account/activities/{activity_type}", "trades", account.activities),
    Operation("GET", "/v2/assets", "markets", account.assets),
    Operation("GET", "/v2/assets/{name}", "markets", account.asset),
    Operation("GET", "/v2/clock", "time", account.clock),
    Operation("GET", DATA + "bars", "klines", market.bars, private=False),
    Operation("GET", DATA + "trades", "public_trades", market.trades, private=False),
    Operation("GET", DATA + "latest/trades", "public_trades", market.latest_trades, private=False),
    Operation("GET", DATA + "latest/quotes", "ticker", market.latest_quotes, private=False),
    Operation("GET", DATA + "latest/bars", "klines", market.latest_bars, private=False),
    Operation("GET", DATA + "latest/orderbooks", "depth", market.latest_books, private=False),
    Operation("GET", DATA + "snapshots", "ticker", market.snapshots, private=False),
)
_PATTERNS = [
    (each, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", each.path))) for each in OPERATIONS
]


def found(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Return what a path asks for, and the parts of it."""
    for operation, pattern in _PATTERNS:
        match = pattern.fullmatch(path)
        if match and operation.method == method:
            return operation, match.groupdict()
    return None
