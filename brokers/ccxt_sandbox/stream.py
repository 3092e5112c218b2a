"""The private stream: whatever ccxt hears of orders and trades, as soon as it hears it.

``watch_*`` calls only hold the subscription: what they return skips events that arrive while nobody
waits.  The caches behind them are swept at every result and several times a second, so the last
word on an order is never missed.  The stream is a hint all the same: lost frames are made up for by
looks and audits.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from brokers.ccxt_sandbox.parsing import report_of, trade_of
from brokers.ccxt_sandbox.truth.messages import Back, Lost, Message, Seen, Traded
from magents.runtime import wall
from magents.runtime.backoff import Backoff
from magents.runtime.streams import Streams

SWEEP = 0.2
"""Seconds between two sweeps."""
FIRST, LONGEST = 0.5, 30.0
"""Seconds before a stream is dialled again, doubled at each failure; half of it is drawn."""
SETTLED = 1.0
"""Seconds after which a subscription that did not fail is taken to stand."""
WINDOW = 200
"""Entries of a cache that a sweep looks at, newest first."""

Start = Callable[[str, Coroutine[Any, Any, None]], object]


class PrivateStream:
    """Listens to one account.

    Args:
        exchange: of ccxt.pro. offer: takes messages. redact: hides secrets in what is told.
        seed: of the waits between dials; by default another one in each process.
    """

    def __init__(
        self,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        offer: Callable[[Message], None],
        redact: Callable[[str], str],
        seed: int | None = None,
    ) -> None:
        """Be silent until started."""
        self._exchange = exchange
        self._offer = offer
        self._redact = redact
        self._seen: dict[tuple[str, str], object] = {}
        self._up: set[str] = set()
        self._draws = Streams(wall.utc_now() if seed is None else seed)

    def start(self, start: Start) -> None:
        """Start the tasks."""
        start("orders stream", self._hold("orders", self._exchange.watch_orders))
        start("trades stream", self._hold("trades", self._exchange.watch_my_trades))
        start("stream sweep", self._sweep_for_ever())

    async def _hold(self, name: str, watch: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Keep one subscription, for ever; tell when it is lost and when it is back."""
        backoff = Backoff(FIRST, LONGEST, self._draws.stream(name))
        while True:
            try:
                await self._listen(name, watch)
            except Exception as error:  # noqa: BLE001 - any end of a stream is an end of a stream
                self._up.discard(name)
                text = self._redact(f"{type(error).__name__}: {error}")[:200]
                self._offer(Lost(f"{name} stream: {text}"))
                await asyncio.sleep(backoff.wait())
            else:
                backoff.reset()

    async def _listen(self, name: str, watch: Callable[[], Coroutine[Any, Any, object]]) -> None:
        if name not in self._up:
            handle = asyncio.get_running_loop().call_later(SETTLED, self._stands, name)
        else:
            handle = None
        try:
            await watch()
        except BaseException:
            if handle is not None:
                handle.cancel()
            raise
        self.sweep()

    def _stands(self, name: str) -> None:
        self._up.add(name)
        self._offer(Back())

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            self.sweep()

    def sweep(self) -> None:
        """Tell of every order and trade in the caches that is new or has changed."""
        if hasattr(self._exchange, "take_reports"):
            for report in self._exchange.take_reports():
                self._offer(Seen(report))
        for order in _newest(self._exchange.orders):
            mark = (order.get("status"), order.get("filled"), order.get("amount"))
            if self._news(("order", str(order.get("id"))), mark):
                report = report_of(order)
                if report is not None:
                    self._offer(Seen(report))
        for raw in _newest(self._exchange.myTrades):
            trade = trade_of(raw)
            if trade is not None and self._news(("trade", trade.trade + trade.symbol), True):  # noqa: FBT003
                self._offer(Traded(trade))

    def _news(self, key: tuple[str, str], mark: object) -> bool:
        if self._seen.get(key) == mark:
            return False
        self._seen[key] = mark
        if len(self._seen) > 20 * WINDOW:
            for old in list(self._seen)[: 10 * WINDOW]:
                del self._seen[old]
        return True


def _newest(cache: Any) -> list[Any]:  # noqa: ANN401
    """Return the newest entries of a cache of ccxt, oldest first."""
    return list(cache)[-WINDOW:] if cache else []
