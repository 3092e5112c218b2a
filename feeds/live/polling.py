"""Asks for market data now and then, where a venue streams it to account holders only.

What is found goes through the same door as what is heard, and into the recording.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec

from feeds.live.frames import Kind
from feeds.live.harvest import POLLED, Harvest
from feeds.live.settings import Live
from feeds.live.tap import Sink
from magents.model.errors import ConfigError

ASKED = frozenset({"alpaca"})
"""Venues that are asked: their streams and lists of markets want keys, and here there are none."""
EVERY = 1.5
"""Seconds between two questions of a kind; with one symbol 80 a minute of the 200 that may be."""
GRACE_MS = 3_000
"""How long bars wait for trades that are only asked for."""
PAGE = 10_000
"""Trades a venue tells at once at most; more than so many of one instant would be lost."""
REMEMBERED = 5_000
"""Trades that are known again; those of one instant can be told twice."""
SAID = ("symbol", "id", "timestamp", "price", "amount", "side")


def patient(live: Live) -> Live:
    """Return settings under which what is asked for now and then does not come too late for bars.

    Raises:
        ConfigError: a venue's own bars are wanted that cannot be asked for.
    """
    asked = sorted(ASKED.intersection(live.venues))
    if not asked:
        return live
    if live.bars_from == "venue":
        raise ConfigError(
            f"live.bars_from: {asked[0]} is asked for trades, not heard; say trades, not venue"
        )
    return msgspec.structs.replace(live, grace_ms=max(live.grace_ms, GRACE_MS))


class Poller:
    """Asks one venue.

    Args:
        exchange: of ccxt, tapped, without keys. symbols: whose trades and books.
        harvest: takes what is found. sink: takes the frames.
    """

    def __init__(
        self,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        symbols: Sequence[str],
        harvest: Harvest,
        sink: Sink,
    ) -> None:
        """Begin with what happens from now on."""
        self._exchange, self._symbols = exchange, symbols
        self._harvest, self._sink = harvest, sink
        now = exchange.milliseconds()
        self._since = dict.fromkeys(symbols, now)
        self._known: dict[str, deque[str]] = {name: deque(maxlen=REMEMBERED) for name in symbols}

    def works(self, *, book: bool) -> dict[str, Coroutine[Any, Any, None]]:
        """Return what is to be done for ever, by name."""
        found = {"trades asked for": self._for_ever(self.trades)}
        if book:
            found["books asked for"] = self._for_ever(self.books)
        return found

    async def trades(self) -> None:
        """Ask for the trades since the last, until there are no more."""
        for symbol in self._symbols:
            more = True
            while more:
                page = await self._exchange.fetch_trades(symbol, self._since[symbol], PAGE)
                more = self._tell_trades(symbol, page) and len(page) >= PAGE

    async def books(self) -> None:
        """Ask for books; one that is not shown is not trusted."""
        import ccxt

        for symbol in self._symbols:
            try:
                book = await self._exchange.fetch_order_book(symbol)
            except ccxt.BaseError as error:
                why = f"{type(error).__name__}: {error}"[:200]
                self._harvest.distrust(symbol, why)
                self._sink(Kind.STALE, symbol, why, self._harvest.collect())
                continue
            levels = {side: [row[:2] for row in book[side]] for side in ("bids", "asks")}
            self._tell({POLLED: "book", "symbol": symbol, **levels})

    def _tell_trades(self, symbol: str, page: Sequence[Any]) -> bool:
        """Tell the trades that are new; return whether there were any."""
        known = self._known[symbol]
        fresh = [each for each in page if str(each["id"]) not in known]
        if not fresh:
            return False
        known.extend(str(each["id"]) for each in fresh)
        self._since[symbol] = max(int(each["timestamp"]) for each in fresh)
        rows = [{name: each[name] for name in SAID} for each in fresh]
        self._tell({POLLED: "trades", "rows": rows})
        return True

    def _tell(self, found: dict[str, Any]) -> None:
        text = msgspec.json.encode(found).decode()
        self._harvest.on_result(msgspec.json.decode(text))
        self._sink(Kind.POLLED, str(found[POLLED]), text, self._harvest.collect())

    async def _for_ever(self, ask: Callable[[], Coroutine[Any, Any, None]]) -> None:
        import ccxt

        while True:
            try:
                await ask()
            except ccxt.BaseError as error:
                self._sink(Kind.FAILED, "", f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(EVERY)
