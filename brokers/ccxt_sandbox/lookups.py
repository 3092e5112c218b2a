"""Questions that change nothing: one order, or everything at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from brokers.ccxt_sandbox.parsing import (
    MILLISECOND,
    holdings_of,
    positions_of,
    report_of,
    trade_of,
)
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.messages import (
    Found,
    Nowhere,
    Outcome,
    Report,
    Request,
    Snapshot,
    Trade,
)
from brokers.ccxt_sandbox.truth.rows import Intent
from magents.model.errors import BrokenPromiseError, Retry
from magents.model.time import SECOND
from magents.runtime import wall

PAGE = 100
PAGES = 50
LISTED = 500
"""Closed orders asked for at once."""
MARGIN = 60 * SECOND
"""Our clock and the venue's may differ by so much when trades of an order are asked for."""


class Lookups:
    """Asks about orders, trades and holdings."""

    def __init__(self, exchange: Any, traits: Traits, symbols: Sequence[str]) -> None:  # noqa: ANN401
        """Know what is traded."""
        self._exchange = exchange
        self._traits = traits
        self._symbols = tuple(symbols)

    async def look(self, request: Request) -> Outcome:
        """Return an order with its trades; every source must have answered before it is nowhere."""
        intent = request.intent
        if intent is None:
            raise BrokenPromiseError("a look names no order")
        since = intent.ts - MARGIN
        found = await self._by_id(intent, request.venue_id, since)
        trades = await self.trades(intent.symbol, since)
        if found is not None:
            return Found(found, tuple(t for t in trades if t.venue_id == found.venue_id))
        if any(t.client == intent.client for t in trades):
            raise Retry("its trades are there, the order is not yet")
        return Nowhere()

    async def audit(self, since: int) -> Outcome:
        """Return open orders, trades and holdings; holdings last, so that they are the newest."""
        opens: list[Report] = []
        trades: list[Trade] = []
        for symbol in self._symbols:
            opens += await self.opens(symbol)
            trades += await self.trades(symbol, since)
        return Snapshot(tuple(opens), tuple(trades), await self._holdings())

    async def opens(self, symbol: str) -> list[Report]:
        """Return the open orders in a symbol."""
        orders = await self._exchange.fetch_open_orders(symbol)
        return _reports(orders)

    async def trades(self, symbol: str, since: int) -> list[Trade]:
        """Return all trades of the account in a symbol since an instant."""
        span = self._traits.told_at_once
        if not span:
            return await self._trades(symbol, since)
        found: dict[str, Trade] = {}
        for start in range(since, max(wall.utc_now(), since + 1), span):
            found |= {each.trade: each for each in await self._trades(symbol, start)}
        return list(found.values())

    async def _trades(self, symbol: str, since: int) -> list[Trade]:
        """Return trades since an instant, as far as the venue tells at once."""
        found: dict[str, Trade] = {}
        params: dict[str, Any] = {}
        start = since // MILLISECOND
        named = symbol if self._traits.named_trades else None
        for _ in range(PAGES):
            page = await self._exchange.fetch_my_trades(named, start, PAGE, params)
            told = [trade_of(each, self._traits.untold_fee) for each in page]
            new = [t for t in told if t is not None and t.trade not in found]
            found.update((t.trade, t) for t in new)
            if len(page) < PAGE or not new:
                return [t for t in found.values() if t.symbol == symbol]
            # Some venues begin with the oldest trades, some with the newest.
            first, last = min(t.at for t in new), max(t.at for t in new)
            if first // MILLISECOND <= start + 1_000:
                start, params = last // MILLISECOND, {}
            else:
                params = {"until": first // MILLISECOND}
        raise Retry(f"more than {PAGES * PAGE} trades in {symbol} at once")

    async def _holdings(self) -> dict[str, Decimal]:
        if self._traits.contract:
            return positions_of(await self._exchange.fetch_positions(list(self._symbols)))
        return holdings_of(await self._exchange.fetch_balance())

    async def _by_id(self, intent: Intent, venue_id: str, since: int) -> Report | None:
        """Look for an order in every place the venue has."""
        from ccxt import OrderNotFound

        name = self._traits.lookup_param
        if self._traits.id in {"binance", "binanceusdm", "okx"}:
            try:
                order = await self._exchange.fetch_order(
                    venue_id or None, intent.symbol, {} if venue_id else {name: intent.client}
                )
            except OrderNotFound:
                order = None
            if order is not None:
                return _said(order, intent.client)
        elif self._traits.id == "alpaca":
            named = await self._alpaca(intent.client)
            if named is not None:
                return _said(named, intent.client)
        for listed in await self._lists(intent, {name: intent.client} if name else {}, since):
            if listed.get("clientOrderId") == intent.client or (
                venue_id and listed.get("id") == venue_id
            ):
                return _said(listed, intent.client)
        return None

    async def _alpaca(self, client: str) -> Any:  # noqa: ANN401
        """Return an order of Alpaca by its client id, which ccxt has no method for."""
        from ccxt import ExchangeError

        path, door = "v2/orders:by_client_order_id", ["trader", "private"]
        try:
            raw = await self._exchange.request(path, door, "GET", {"client_order_id": client})
        except ExchangeError:
            return None  # Not there; or not asked for well: then the lists must know.
        return self._exchange.parse_order(raw)

    async def _lists(self, intent: Intent, params: dict[str, str], since: int) -> list[Any]:
        """Return open and closed orders in which an order must be, if it is anywhere."""
        exchange, symbol, start = self._exchange, intent.symbol, since // MILLISECOND
        by_id = params if self._traits.id == "bybit" else {}
        orders = list(await exchange.fetch_open_orders(symbol, params=by_id))
        if self._traits.id == "bybit":
            orders += await exchange.fetch_canceled_and_closed_orders(symbol, params=by_id)
        elif self._traits.id == "okx":
            orders += await exchange.fetch_closed_orders(symbol, start)
            orders += await exchange.fetch_canceled_orders(symbol, start)
        elif self._traits.id == "alpaca":
            orders += await exchange.fetch_closed_orders(symbol, start, LISTED)
        elif self._traits.id not in {"binance", "binanceusdm"}:
            orders += await exchange.fetch_closed_orders(symbol, start)
        return orders


def _reports(orders: Sequence[Any]) -> list[Report]:
    found = [report_of(order) for order in orders]
    if None in found:
        raise Retry("the venue told of an order without its id, symbol or state")
    return [each for each in found if each is not None]


def _said(order: Any, client: str) -> Report:  # noqa: ANN401
    report = report_of(order, client)
    if report is None:
        raise Retry("the venue told of an order without its id, symbol or state")
    return report
