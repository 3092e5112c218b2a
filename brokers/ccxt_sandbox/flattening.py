"""Closes positions from another process: on demand, after the kill switch, never by itself.

Orders are reduce-only and at the market, so one that is sent again can close no more than there is.
A run that is still alive sees them as trades of nobody here, which its house book takes.
"""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from brokers.ccxt_sandbox.parsing import positions_of
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.venue import client_id
from magents.model.money import plain
from magents.model.time import SECOND

BETWEEN = 0.5
"""Seconds between two looks."""


class Flattener:
    """Closes until the venue says that nothing is held.

    Args:
        exchange: of ccxt. run: its name, which client ids are made of. symbols: where to look.
        say: tells and keeps each step. now: UTC, nanoseconds.
    """

    def __init__(
        self,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        traits: Traits,
        run: str,
        symbols: Sequence[str],
        say: Callable[[str], None],
        now: Callable[[], int],
    ) -> None:
        """Be ready."""
        self._exchange, self._traits, self._run = exchange, traits, run
        self._symbols, self._say, self._now = tuple(symbols), say, now
        self._trouble = ""

    async def run(self, bound: float) -> dict[str, Decimal]:
        """Work for at most ``bound`` seconds; return what is left then, ``?`` where unknown."""
        start, left = self._now(), {"?": Decimal(0)}
        while self._now() - start < bound * SECOND:
            left = await self._round()
            if not left:
                self._say("the venue has no position of ours")
                return {}
            await asyncio.sleep(BETWEEN)
        parts = [f"{plain(units)} {symbol}" for symbol, units in left.items() if symbol != "?"]
        named = ", ".join(parts) or "what is held is not known"
        self._say(f"NOT FLAT AFTER {bound:g} s: {named}")
        return left

    async def _round(self) -> dict[str, Decimal]:
        try:
            # All of them: some venues take one symbol at most.
            held = positions_of(await self._exchange.fetch_positions())
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the next round asks again
            self._complain(f"the venue does not tell its positions ({type(error).__name__})")
            return {"?": Decimal(0)}
        mine = {symbol: held[symbol] for symbol in self._symbols if held.get(symbol)}
        for symbol, units in mine.items():
            await self._close(symbol, units)
        return mine

    def _complain(self, text: str) -> None:
        """Say what is wrong once, however long it stays so."""
        if text != self._trouble:
            self._trouble = text
            self._say(text)

    async def _close(self, symbol: str, units: Decimal) -> None:
        side, name = ("sell" if units > 0 else "buy"), f"flatten:{symbol}:{self._now()}"
        client = client_id(self._run, name, self._traits.id_length)
        params = {self._traits.create_param: client, "reduceOnly": True}
        size = plain(abs(units))
        try:
            await self._exchange.create_order(symbol, "market", side, size, None, params)
        except Exception as error:  # noqa: BLE001 - the next round asks what became of it
            self._complain(f"closing {symbol} came to {type(error).__name__}; asking again")
        else:
            self._say(f"{side} {size} {symbol} at the market, reduce-only")
