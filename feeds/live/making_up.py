"""Asks a venue for the trades that were missed while a connection was gone."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from feeds.live.frames import Kind
from feeds.live.harvest import Harvest
from feeds.live.tap import Sink, has_trades
from magents.runtime import wall

LOOK = 0.25
"""Seconds between two looks."""
FIRST, LONGEST = 0.25, 5.0
"""Seconds between two questions for a symbol, doubled each time until the stream has taken over."""
TRIES = 3
MOST = 1_000
"""Trades asked for, where the venue gives that many."""
LIMITS: Mapping[tuple[str, bool], int] = {
    ("bybit", True): 60,
    ("okx", True): 500,
    ("okx", False): 500,
    ("krakenfutures", False): 100,
}
"""How many a venue gives at most, by whether the market is spot."""
PARAMS: Mapping[str, Mapping[str, str]] = {
    # By default ccxt asks for aggregates, which are numbered otherwise than the stream's trades.
    "binance": {"fetchTradesMethod": "publicGetTrades"},
    "binanceusdm": {"fetchTradesMethod": "fapiPublicGetTrades"},
}
PERPETUALS = frozenset({"binanceusdm"})
"""Venues of perpetuals only."""
PLACE = "missed trades"
"""The place of the frame that makes up for them."""
WANTED = ("symbol", "id", "timestamp", "price", "amount", "side")


class MakingUp:
    """Looks after the missed trades of one venue.

    Args:
        exchange: tapped. harvest: has them. tell: takes the frame that makes up for them.
    """

    def __init__(self, exchange: Any, harvest: Harvest, tell: Sink) -> None:  # noqa: ANN401
        """Have asked for nothing yet."""
        self._exchange = exchange
        self._harvest = harvest
        self._tell = tell
        self._tried: dict[str, int] = {}
        self._next: dict[str, float] = {}
        self._waits: dict[str, float] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(LOOK)
            waiting = self._harvest.missed.waiting
            for symbol in set(self._waits).difference(waiting):
                del self._waits[symbol], self._next[symbol]
            for symbol in waiting:
                if self._next.get(symbol, 0.0) <= wall.monotonic() and self._stands(symbol):
                    wait = self._waits.get(symbol, FIRST)
                    self._next[symbol] = wall.monotonic() + wait
                    self._waits[symbol] = min(2 * wait, LONGEST)
                    await self._make_up(symbol)

    def _stands(self, symbol: str) -> bool:
        """Return whether the stream of a symbol's trades is asked for again."""
        return any(
            client.isConnected and has_trades(client) and symbol in self._harvest.at(client.url)
            for client in list((self._exchange.clients or {}).values())
        )

    async def _make_up(self, symbol: str) -> None:
        import ccxt

        try:
            rows = await self._fetch(symbol)
        except ccxt.BaseError:
            # That the venue gave no answer was told when it was heard.
            self._tried[symbol] = self._tried.get(symbol, 0) + 1
            if self._tried[symbol] < TRIES:
                return
            rows = None
        self._tried.pop(symbol, None)
        found = {symbol: rows}
        self._harvest.make_up(found)
        text = msgspec.json.encode(found).decode()
        self._tell(Kind.POLLED, PLACE, text, self._harvest.collect())

    async def _fetch(self, symbol: str) -> list[dict[str, object]] | None:
        exchange = self._exchange
        if not exchange.has.get("fetchTrades"):
            return None
        spot = bool(exchange.market(symbol).get("spot"))
        params = PARAMS.get(exchange.id, {}) if spot or exchange.id in PERPETUALS else {}
        limit = LIMITS.get((exchange.id, spot), MOST)
        found = await exchange.fetch_trades(symbol, None, limit, dict(params))
        return [{name: trade.get(name) for name in WANTED} for trade in found]
