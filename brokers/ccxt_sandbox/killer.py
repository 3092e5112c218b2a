"""The kill switch from another process: it asks the venue itself, whoever else is blocked or dead.

The latch is pulled before this begins, so that nothing new leaves the trading process.  Here orders
are found at the venue by the mark in their client ids, and in the journal, which is only read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from brokers.ccxt_sandbox.gateway import Gateway
from brokers.ccxt_sandbox.truth.messages import Ask, Found, Lane, Nowhere, Report, Request
from brokers.ccxt_sandbox.truth.rows import FINAL, Intent
from brokers.ccxt_sandbox.venue import MARK
from magents.model.time import SECOND

Say = Callable[[str], None]
Now = Callable[[], int]
Opens = Callable[[str], Awaitable[list[Report]]]
QUIET_ROUNDS = 2
"""Rounds in a row that must find nothing: an order may be on its way while the first one looks."""
BETWEEN = 0.3
"""Seconds between two rounds."""


@dataclass(slots=True)
class Left:
    """What a round has found: open orders, and orders nobody is sure of, by name."""

    open: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    trouble: str = ""

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.open or self.unsure or self.trouble)

    def __str__(self) -> str:
        named = {"open": self.open, "unknown": self.unsure}
        parts = [f"{what}: {', '.join(names)}" for what, names in named.items() if names]
        return "; ".join([*parts, *([self.trouble] if self.trouble else [])]) or "nothing"


class Killer:
    """Cancels until the venue says that nothing of ours is open.

    Args:
        opens: asks for the open orders in a symbol. exchange: of ccxt.
        gateway: to look up orders. symbols: where to look.
        unsure: reads from the journal what nobody is sure of; may be read again at any time.
        say: tells and keeps each step. now: UTC, nanoseconds.
    """

    def __init__(  # noqa: PLR0913 - what it needs of the outside
        self,
        opens: Opens,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        gateway: Gateway,
        symbols: Sequence[str],
        unsure: Callable[[], list[Intent]],
        say: Say,
        now: Now,
    ) -> None:
        """Be ready."""
        self._opens = opens
        self._exchange = exchange
        self._gateway = gateway
        self._symbols = symbols
        self._unsure = unsure
        self._say = say
        self._now = now

    async def run(self, bound: float) -> Left:
        """Work for at most ``bound`` seconds; return what is left then."""
        left, quiet, start = Left(trouble="nothing was asked yet"), 0, self._now()
        while quiet < QUIET_ROUNDS and self._now() - start < bound * SECOND:
            left = await self._round()
            quiet = 0 if left else quiet + 1
            if left or quiet < QUIET_ROUNDS:
                await asyncio.sleep(BETWEEN)
        took = (self._now() - start) / SECOND
        if quiet >= QUIET_ROUNDS:
            self._say(f"the venue has no open order of ours, after {took:.1f} s")
            return Left()
        self._say(f"AFTER {took:.1f} s THERE IS STILL {left}")
        return left

    async def _round(self) -> Left:
        left = Left()
        try:
            for symbol in self._symbols:
                for report in await self._opens(symbol):
                    if report.client.startswith(MARK):
                        left.open.append(f"{report.client} in {symbol}")
                        await self._cancel(report)
            for intent in self._unsure():
                await self._look(intent, left)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the next round tries again
            left.trouble = f"the venue does not answer ({type(error).__name__})"
        return left

    async def _cancel(self, report: Report) -> None:
        try:
            await self._exchange.cancel_order(report.venue_id, report.symbol)
        except Exception as error:  # noqa: BLE001 - the next round asks what became of it
            self._say(f"cancel of {report.client} came to {type(error).__name__}; asking again")
        else:
            self._say(f"cancelled {report.client} in {report.symbol}")

    async def _look(self, intent: Intent, left: Left) -> None:
        request = Request(Ask.LOOK, Lane.KILL, self._now(), intent.client, intent=intent)
        outcome = await self._gateway.do(request, str)
        gone = isinstance(outcome, Nowhere)
        over = isinstance(outcome, Found) and outcome.report.state in FINAL
        if isinstance(outcome, Found) and not over:
            await self._cancel(outcome.report)
        if not (gone or over):
            left.unsure.append(intent.order)
