"""What venues of perpetuals are asked for besides orders and trades: positions, money, funding."""

from collections.abc import Mapping, Sequence
from typing import Any

from brokers.ccxt_sandbox.kraken import KrakenLookups
from brokers.ccxt_sandbox.lookups import Lookups
from brokers.ccxt_sandbox.margin import margin, totals
from brokers.ccxt_sandbox.parsing import MILLISECOND, number
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.messages import Outcome, Payment, Report, Snapshot, Trade
from magents.model.errors import Retry
from magents.model.time import DAY
from magents.runtime import wall

PAGES, LEAST = 50, 50
"""Pages at most, and the shortest page that may not be the last."""
SPAN = 7 * DAY
"""How much of the past Bybit tells at once (v5, "Get Trade History")."""
INCOMES = 1000
"""Lines of Binance's list of incomes on a page."""
BILLS, RECENT = 100, 6 * DAY
"""Lines of OKX's ledger on a page, and how far back the one goes that may be asked oftener."""


class Perpetuals(Lookups):
    """Asks about perpetuals; each venue has its own way to tell of funding.

    Fees are in the trades.
    """

    money_in = staticmethod(totals)

    async def audit(self, since: int) -> Outcome:
        """Return open orders, trades, funding, positions and money; the last is the newest."""
        opens: list[Report] = []
        trades: list[Trade] = []
        for symbol in self._symbols:
            opens += await self.opens(symbol)
            trades += await self.trades(symbol, since)
        payments = await self._payments(since)
        holdings, blur = await margin(self._exchange, self._symbols, self.money_in)
        return Snapshot(tuple(opens), tuple(trades), holdings, tuple(payments), blur=blur)

    async def _payments(self, since: int) -> list[Payment]:
        """Return what funding has moved since an instant."""
        raise NotImplementedError


class BybitPerpetuals(Perpetuals):
    """Asks Bybit; funding stands among the executions."""

    async def _payments(self, since: int) -> list[Payment]:
        starts = range(since, max(wall.utc_now(), since + 1), SPAN)
        windows = [(name, start) for name in self._symbols for start in starts]
        found = [each for name, start in windows for each in await self._fundings(name, start)]
        return list({each.key: each for each in found}.values())

    async def _fundings(self, symbol: str, since: int) -> list[Payment]:
        """Return what was paid in the span that begins at an instant."""
        found: dict[str, Payment] = {}
        start = since // MILLISECOND
        params = {"until": (since + SPAN) // MILLISECOND}
        for _ in range(PAGES):
            page = await self._exchange.fetch_funding_history(symbol, start, None, dict(params))
            new = {p.key: p for p in map(_funding, page) if p is not None and p.key not in found}
            found |= new
            if len(page) < LEAST or not new:
                return list(found.values())
            params = {"until": min(each.at for each in new.values()) // MILLISECOND}
        raise Retry(f"more than {PAGES * LEAST} payments of funding in {symbol} at once")


class OkxPerpetuals(Perpetuals):
    """Asks OKX; funding stands in the ledger, and its total of money has open profit in it."""

    @staticmethod
    def money_in(balance: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the cash balance of each currency."""
        data = (balance.get("info") or {}).get("data") or [{}]
        return {row["ccy"]: row.get("cashBal") for row in data[0].get("details") or []}

    async def _payments(self, since: int) -> list[Payment]:
        """Read the ledger's lines of funding, of all contracts at once: it may be asked seldom."""
        asks = self._exchange.privateGetAccountBills
        if wall.utc_now() - since > RECENT:
            asks = self._exchange.privateGetAccountBillsArchive
        found: dict[str, Payment] = {}
        params = {"instType": "SWAP", "type": "8", "begin": str(since // MILLISECOND)}
        for _ in range(PAGES):
            rows = (await asks(dict(params))).get("data")
            if not isinstance(rows, list):
                raise Retry("the venue did not tell how money came and went")
            new = [_bill(self._exchange, row) for row in rows]
            found |= {each.key: each for each in new}
            if len(rows) < BILLS:
                return [each for each in found.values() if each.symbol in self._symbols]
            params["after"] = str(rows[-1]["billId"])
        raise Retry(f"more than {PAGES * BILLS} payments of funding at once")


class BinancePerpetuals(Perpetuals):
    """Asks Binance's futures; funding is an income, and their total has open profit in it."""

    @staticmethod
    def money_in(balance: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the wallet balance of each currency."""
        rows = (balance.get("info") or {}).get("assets") or []
        return {row["asset"]: row.get("walletBalance") for row in rows}

    async def _payments(self, since: int) -> list[Payment]:
        """Read the incomes by funding, of all contracts at once, oldest first."""
        found: dict[str, Payment] = {}
        params = {"incomeType": "FUNDING_FEE", "startTime": since // MILLISECOND, "limit": INCOMES}
        for page in range(1, PAGES + 1):
            rows = await self._exchange.fapiPrivateGetIncome({**params, "page": page})
            if not isinstance(rows, list):
                raise Retry("the venue did not tell how money came and went")
            new = [_income(self._exchange, row) for row in rows]
            found |= {each.key: each for each in new}
            if len(rows) < INCOMES:
                return [each for each in found.values() if each.symbol in self._symbols]
        raise Retry(f"more than {PAGES * INCOMES} payments of funding at once")


def _income(exchange: Any, row: Mapping[str, Any]) -> Payment:  # noqa: ANN401
    """Return a payment; what was received is above 0."""
    amount, key = number(row.get("income")), row.get("tranId")
    if amount is None or not key or not row.get("symbol"):
        raise Retry("the venue told of a payment without its number or amount")
    symbol = exchange.safe_symbol(row["symbol"], None, None, "swap")
    at = int(row.get("time") or 0) * MILLISECOND
    name = f"funding {key} {row['symbol']}"
    return Payment(name, str(symbol), amount, str(row.get("asset")), "", at)


def _bill(exchange: Any, row: Mapping[str, Any]) -> Payment:  # noqa: ANN401
    """Return a payment; what was received is above 0."""
    amount, key = number(row.get("balChg")), row.get("billId")
    if amount is None or not key or not row.get("instId"):
        raise Retry("the venue told of a payment without its number or amount")
    at = int(row.get("ts") or 0) * MILLISECOND
    symbol, currency = exchange.safe_symbol(row["instId"]), str(row.get("ccy"))
    return Payment(f"funding {key}", str(symbol), amount, currency, "", at)


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
    asks = PERPETUAL[traits.id] if traits.contract else Lookups
    return asks(exchange, traits, symbols)


PERPETUAL: Mapping[str, type[Lookups]] = {
    "binanceusdm": BinancePerpetuals,
    "bybit": BybitPerpetuals,
    "okx": OkxPerpetuals,
}
"""Who asks a venue about its perpetuals."""
