"""What Kraken futures can be asked: paths, who may ask, what it costs."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from brokers.emulators.gateway import Call
from brokers.emulators.krakenfutures import account_api as account
from brokers.emulators.krakenfutures import market_api as market
from brokers.emulators.krakenfutures import trade_api as trade
from brokers.emulators.krakenfutures.account_api import Histories
from brokers.emulators.venue import Venue


class Operation(NamedTuple):
    """One thing to ask for.

    Attributes:
        name: as fault rules have it. run: does it. private: whether a signature is needed.
        cost: of the budget of its path. pool: of the pool of the histories instead.
        wrapped: whether the answer says ``result`` and the time.
    """

    name: str
    run: Callable[[Venue, Call], Any]
    private: bool = False
    cost: int = 0
    pool: bool = False
    wrapped: bool = True


def operations(histories: Histories) -> dict[tuple[str, str], Operation]:
    """Return all operations by method and path; parts in braces stand for anything."""
    own = {
        ("POST", "sendorder"): Operation("order.place", trade.send, cost=10),
        ("POST", "editorder"): Operation("order.amend", trade.edit, cost=10),
        ("POST", "cancelorder"): Operation("order.cancel", trade.cancel, cost=10),
        ("POST", "batchorder"): Operation("order.place", trade.batch, cost=19),
        ("POST", "cancelallorders"): Operation("orders.cancel", trade.cancel_all, cost=25),
        ("POST", "cancelallordersafter"): Operation("orders.cancel", trade.switch, cost=25),
        ("GET", "openorders"): Operation("open_orders", account.open_orders, cost=2),
        ("GET", "orders/status"): Operation("order.query", account.status, cost=1),
        ("POST", "orders/status"): Operation("order.query", account.status, cost=1),
        ("GET", "fills"): Operation("trades", account.fills, cost=2),
        ("GET", "openpositions"): Operation("positions", account.positions, cost=2),
        ("GET", "accounts"): Operation("balance", account.accounts, cost=2),
        ("GET", "leveragepreferences"): Operation("positions", trade.preferences, cost=2),
        ("PUT", "leveragepreferences"): Operation("positions", trade.prefer, cost=10),
    }
    found = {
        (method, f"/derivatives/api/v3/{name}"): each._replace(private=True)
        for (method, name), each in own.items()
    }
    orders = Operation("orders", histories.orders, private=True, cost=1, pool=True, wrapped=False)
    money = Operation("log", histories.money, private=True, cost=1, pool=True, wrapped=False)
    for version in ("v2", "v3"):
        found["GET", f"/api/history/{version}/orders"] = orders
        found["GET", f"/api/history/{version}/account-log"] = money
    return found | PUBLIC


PUBLIC = {
    ("GET", "/derivatives/api/v3/instruments"): Operation("markets", market.instruments),
    ("GET", "/derivatives/api/v3/orderbook"): Operation("depth", market.order_book),
    ("GET", "/derivatives/api/v3/history"): Operation("public_trades", market.trades),
    ("GET", "/derivatives/api/v3/tickers"): Operation("ticker", market.tickers),
    ("GET", "/derivatives/api/v3/tickers/{symbol}"): Operation("ticker", market.one_ticker),
    ("GET", "/derivatives/api/v3/feeschedules"): Operation("markets", market.fee_schedules),
    ("GET", "/derivatives/api/v3/historicalfundingrates"): Operation(
        "ticker", market.funding_history
    ),
    ("GET", "/derivatives/api/v4/historicalfundingrates"): Operation(
        "ticker", market.funding_history
    ),
    ("GET", "/api/charts/v1/{price_type}/{symbol}/{interval}"): Operation(
        "klines", market.candles, wrapped=False
    ),
    ("GET", "/api/history/v2/market/{symbol}/executions"): Operation(
        "public_trades", market.executions, wrapped=False
    ),
    ("GET", "/api/history/v3/market/{symbol}/executions"): Operation(
        "public_trades", market.executions, wrapped=False
    ),
}


class Paths:
    """Finds the operation of a request."""

    def __init__(self, known: dict[tuple[str, str], Operation]) -> None:
        self._plain = {key: each for key, each in known.items() if "{" not in key[1]}
        self._forms = [
            (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), each)
            for (method, path), each in known.items()
            if "{" in path
        ]

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return an operation and what stands in its path, ``None`` where there is none."""
        if (method, path) in self._plain:
            return self._plain[method, path], {}
        for wanted, form, each in self._forms:
            found = form.fullmatch(path) if wanted == method else None
            if found:
                return each, found.groupdict()
        return None
