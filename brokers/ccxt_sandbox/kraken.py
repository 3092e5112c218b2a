"""What Kraken futures is asked for besides, or instead of, what ccxt asks all venues for.

ccxt tells no limit of an open order, takes an order that was filled in part as it came for closed,
reckons fees from a table, and gives the last hundred fills of all contracts for those of one since
an instant.  So the venue's own answers are read here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from brokers.ccxt_sandbox.lookups import Lookups
from brokers.ccxt_sandbox.margin import margin
from brokers.ccxt_sandbox.parsing import MILLISECOND, number, trade_of
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.messages import Outcome, Payment, Report, Snapshot, Trade
from brokers.ccxt_sandbox.truth.rows import Intent, State
from brokers.ccxt_sandbox.wire import REPLY
from magents.model.errors import Retry
from magents.model.money import ZERO
from magents.runtime import wall

PAGE, PAGES = 100, 50
EVENTS = 500
POOL, REFILL_S = 100.0, 600.0
"""Tokens for histories, and how long the venue takes to give them all again."""
LOG_COST, KEPT = 3.0, 40.0
"""What a look into the account log costs, and what is kept for looking up orders."""
NONE_THERE = frozenset({403, 404, 405, 501})
"""Answers by which a key may not read a history, or there is none."""
ENDS = frozenset({"OrderCancelled", "OrderRejected"})
STATUSES = {
    "ENTERED_BOOK": State.WORKING,
    "TRIGGER_PLACED": State.WORKING,
    "FULLY_EXECUTED": State.FILLED,
    "CANCELLED": State.CANCELLED,
    "REJECTED": State.CANCELLED,
}
QUICK = frozenset({"ioc", "market", "fok"})


class Pool:
    """The venue's tokens for histories, as far as we know them."""

    def __init__(self) -> None:
        """Be full."""
        self._left, self._at = POOL, wall.monotonic()

    def take(self, cost: float, keep: float = 0.0) -> bool:
        """Take tokens; return whether there were enough to leave ``keep``."""
        now = wall.monotonic()
        self._left = min(POOL, self._left + (now - self._at) * POOL / REFILL_S)
        self._at = now
        if self._left < cost + keep:
            return False
        self._left -= cost
        return True


class KrakenLookups(Lookups):
    """Asks Kraken futures about orders, trades, positions and money."""

    def __init__(self, exchange: Any, traits: Traits, symbols: Sequence[str]) -> None:  # noqa: ANN401
        """Know what is traded."""
        super().__init__(exchange, traits, symbols)
        self._pool = Pool()
        self._log = True

    async def audit(self, since: int) -> Outcome:
        """Return open orders, fills, positions and money; money last, so that it is the newest."""
        opens = [each for each in await self._open() if each.symbol in self._symbols]
        trades = [each for each in await self._fills(since) if each.symbol in self._symbols]
        payments = await self._payments(since)
        holdings, blur = await margin(self._exchange, self._symbols)
        unsaid = frozenset(blur) if payments is None else frozenset()
        return Snapshot(tuple(opens), tuple(trades), holdings, tuple(payments or ()), unsaid, blur)

    async def opens(self, symbol: str) -> list[Report]:
        """Return the open orders in a symbol."""
        return [each for each in await self._open() if each.symbol == symbol]

    async def trades(self, symbol: str, since: int) -> list[Trade]:
        """Return all trades of the account in a symbol since an instant."""
        return [each for each in await self._fills(since) if each.symbol == symbol]

    async def _open(self) -> list[Report]:
        # Only what is asked through ccxt's own words loads them, and without them no name is known.
        await self._exchange.load_markets()
        answer = await self._exchange.privateGetOpenorders()
        rows = answer.get("openOrders")
        if not isinstance(rows, list):
            raise Retry("the venue did not tell its open orders")
        return [_open_order(self._exchange, row) for row in rows]

    async def _fills(self, since: int) -> list[Trade]:
        """Return fills of all contracts since an instant, page by page into the past."""
        found: dict[str, Trade] = {}
        params: dict[str, Any] = {}
        for _ in range(PAGES):
            page = await self._exchange.fetch_my_trades(None, None, None, params)
            read = [trade for trade in map(trade_of, page) if trade is not None]
            new = {each.trade: each for each in read if each.trade not in found}
            found |= new
            oldest = min((each.at for each in read), default=0)
            if len(page) < PAGE or oldest < since:
                return [each for each in found.values() if each.at >= since]
            if not new:
                break
            # The bound is left out: fills of its own instant would be lost between two pages.
            before = oldest // MILLISECOND + 1
            params = {"lastFillTime": self._exchange.iso8601(before)}
        raise Retry(f"more than {PAGES * PAGE} fills at once")

    async def _by_id(self, intent: Intent, venue_id: str, since: int) -> Report | None:
        """Look for an order among the open ones, and in what happened to orders of its contract."""
        for report in await self._open():
            if report.client == intent.client or (venue_id and report.venue_id == venue_id):
                return report
        self._pool.take(1)
        wanted = {
            "since": since // MILLISECOND,
            "tradeable": self._exchange.market_id(intent.symbol),
            "sort": "desc",
            "count": EVENTS,
        }
        try:
            answer = await self._exchange.historyGetOrders(wanted)
        except Exception:
            if not _none_there():
                raise
            return await self._status(intent)
        rows = answer.get("elements")
        if not isinstance(rows, list):
            raise Retry("the venue did not tell what happened to orders")
        for row in rows:
            found = _event(intent, venue_id, row.get("event") or {})
            if found is not None:
                return found
        if len(rows) >= EVENTS:
            raise Retry(f"more than {EVENTS} things happened to orders since")
        return None

    async def _status(self, intent: Intent) -> Report | None:
        """Return an order that is over for a few seconds at most, where there is no history."""
        answer = await self._exchange.privateGetOrdersStatus({"cliOrdIds": intent.client})
        for row in answer.get("orders") or []:
            order = row.get("order") or {}
            state = STATUSES.get(str(row.get("status")))
            filled, size = number(order.get("filled")), number(order.get("quantity"))
            if order.get("cliOrdId") == intent.client and order.get("orderId") and state:
                uid, limit = str(order["orderId"]), number(order.get("limitPrice"))
                return Report(intent.client, uid, intent.symbol, state, filled, size, limit)
        return None

    async def _payments(self, since: int) -> list[Payment] | None:
        """Return funding and fees since an instant, ``None`` where it is not the time to ask."""
        if not self._log:
            return None
        found: list[Payment] = []
        before: dict[str, Any] = {}
        while self._pool.take(LOG_COST, KEPT):
            params = {"since": since // MILLISECOND, "sort": "desc", "count": EVENTS, **before}
            try:
                answer = await self._exchange.historyGetAccountLog(params)
            except Exception:
                if not _none_there():
                    raise
                self._log = False
                return None
            rows = answer.get("logs")
            if not isinstance(rows, list):
                raise Retry("the venue did not tell how money came and went")
            found += [each for row in rows for each in _logged(self._exchange, row)]
            if len(rows) < EVENTS:
                return found
            before = {"to": int(rows[-1]["id"]) - 1}
        return None


async def cancel_named(exchange: Any, client: str) -> None:  # noqa: ANN401
    """Cancel an order by our own id of it; ccxt would send the venue's id as ``None`` too."""
    await exchange.privatePostCancelorder({"cliOrdId": client})


def _none_there() -> bool:
    """Say whether the venue has just answered that there is no such thing to be read."""
    reply = REPLY.get()
    return reply is not None and reply.status in NONE_THERE


def _open_order(exchange: Any, row: Mapping[str, Any]) -> Report:  # noqa: ANN401
    filled, left = number(row.get("filledSize")), number(row.get("unfilledSize"))
    symbol = exchange.safe_symbol(str(row.get("symbol") or "").upper())
    if not row.get("order_id") or filled is None or left is None:
        raise Retry("the venue told of an open order without its id or size")
    return Report(
        str(row.get("cliOrdId") or ""),
        str(row["order_id"]),
        str(symbol),
        State.WORKING,
        filled,
        filled + left,
        number(row.get("limitPrice")),
    )


def _event(intent: Intent, venue_id: str, event: Mapping[str, Any]) -> Report | None:
    """Return what one event says of an order, ``None`` where it is about another.

    The size in an event is what is left of it.
    """
    for name, body in event.items():
        order = body.get("order") or body.get("newOrder") or {}
        named = order.get("clientId") == intent.client
        if not named and not (venue_id and order.get("uid") == venue_id):
            continue
        filled, left = number(order.get("filled")), number(order.get("quantity"))
        if not order.get("uid") or filled is None or left is None:
            raise Retry("the venue told of an order without its id or size")
        state = State.WORKING
        if name not in ENDS and left == ZERO and filled:
            state = State.FILLED
        elif name in ENDS or str(order.get("orderType", "")).lower() in QUICK:
            state = State.CANCELLED
        uid, limit = str(order["uid"]), number(order.get("limitPrice"))
        return Report(intent.client, uid, intent.symbol, state, filled, filled + left, limit)
    return None


def _logged(exchange: Any, row: Mapping[str, Any]) -> list[Payment]:  # noqa: ANN401
    """Return the fee and the funding in a line of the account log; the line of units has none."""
    asset, contract = str(row.get("asset") or ""), str(row.get("contract") or "")
    if not asset or not contract or asset == contract:
        return []
    symbol, currency = exchange.safe_symbol(contract.upper()), exchange.safe_currency_code(asset)
    at = (exchange.parse8601(row.get("date")) or 0) * MILLISECOND
    fee, funding = number(row.get("fee")), number(row.get("realized_funding"))
    trade = str(row.get("execution") or "")
    found = []
    if trade and fee is not None:
        found.append(Payment(f"fee {trade}", symbol, -fee, currency, trade, at))
    if funding:
        found.append(Payment(f"log {row.get('id')}", symbol, funding, currency, "", at))
    return found
