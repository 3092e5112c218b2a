"""What venues of perpetuals are asked for besides orders and trades: positions, money, funding."""

from collections.abc import Mapping, Sequence
from typing import Any

from brokers.ccxt_sandbox.kraken import KrakenLookups
from brokers.ccxt_sandbox.lookups import Lookups
from brokers.ccxt_sandbox.margin import margin
from brokers.ccxt_sandbox.parsing import MILLISECOND, number
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.messages import Outcome, Payment, Report, Snapshot, Trade
from magents.model.errors import Retry

PAGES, LEAST = 50, 50
"""Pages at most, and the shortest page that may not be the last."""


class BybitPerpetuals(Lookups):
    """Asks Bybit about perpetuals; funding stands among the executions, fees are in the trades."""

    async def audit(self, since: int) -> Outcome:
        """Return open orders, trades, funding, positions and money; the last is the newest."""
        opens: list[Report] = []
        trades: list[Trade] = []
        payments: list[Payment] = []
        for symbol in self._symbols:
            opens += await self.opens(symbol)
            trades += await self.trades(symbol, since)
            payments += await self._fundings(symbol, since)
        holdings, blur = await margin(self._exchange, self._symbols)
        return Snapshot(tuple(opens), tuple(trades), holdings, tuple(payments), blur=blur)

    async def _fundings(self, symbol: str, since: int) -> list[Payment]:
        found: dict[str, Payment] = {}
        start = since // MILLISECOND
        params: dict[str, int] = {}
        for _ in range(PAGES):
            page = await self._exchange.fetch_funding_history(symbol, start, None, dict(params))
            new = {p.key: p for p in map(_funding, page) if p is not None and p.key not in found}
            found |= new
            if len(page) < LEAST or not new:
                return list(found.values())
            params = {"until": min(each.at for each in new.values()) // MILLISECOND}
        raise Retry(f"more than {PAGES * LEAST} payments of funding in {symbol} at once")


def _funding(row: Mapping[str, Any]) -> Payment | None:
    """Return a payment; what Bybit calls its fee is above 0 where it was paid."""
    fee, key = number((row.get("info") or {}).get("execFee")), row.get("id")
    if fee is None or not key or not row.get("symbol"):
        return None
    at = int(row.get("timestamp") or 0) * MILLISECOND
    return Payment(f"funding {key}", str(row["symbol"]), -fee, str(row["code"]), "", at)


def lookups_of(exchange: Any, traits: Traits, symbols: Sequence[str]) -> Lookups:  # noqa: ANN401
    """Return what asks a venue, in its own way where ccxt's is not enough."""
    if traits.id == "krakenfutures":
        return KrakenLookups(exchange, traits, symbols)
    asks = BybitPerpetuals if traits.contract else Lookups
    return asks(exchange, traits, symbols)
