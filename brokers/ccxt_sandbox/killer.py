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
from magents.runtime.supervisor import Supervisor

Say = Callable[[str], None]
QUIET_ROUNDS = 2
"""Rounds in a row that must find nothing: an order may be on its way while the first one looks."""
BETWEEN = 0.3
"""Seconds between two rounds that came to nothing."""
AT_ONCE = 8
"""Cancels under way at the same time."""
NAMED = 10
"""Orders told by name; of more only the number is told, the names are in the log."""
MANY = 20
"""Above so many orders in a symbol they are cancelled by one request, if all there are ours."""
UNFINISHED = "the last look was not finished"


def some(names: Sequence[str]) -> str:
    """Return names, and the number of those left out."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


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
        parts = [f"{len(names):,} {what}: {some(names)}" for what, names in named.items() if names]
        return "; ".join([*parts, *([self.trouble] if self.trouble else [])]) or "nothing"


@dataclass(frozen=True)
class Means:
    """What the kill switch needs of the outside.

    Attributes:
        opens: asks for the open orders in a symbol. exchange: of ccxt.
        gateway: to look up orders. symbols: where to look.
        lists_all: whether the venue names all open orders at once, not a page of them.
        unsure: reads from the journal what nobody is sure of; may be read again at any time.
        say: tells and keeps each step. keep: keeps it only.
        trouble: what an error means, in words. silence: seconds the venue wants to be left alone.
        now: UTC, nanoseconds.
    """

    opens: Callable[[str], Awaitable[list[Report]]]
    exchange: Any
    gateway: Gateway
    symbols: Sequence[str]
    lists_all: bool
    unsure: Callable[[], list[Intent]]
    say: Say
    keep: Say
    trouble: Callable[[Exception], str]
    silence: Callable[[], float]
    now: Callable[[], int]


class Killer:
    """Cancels until the venue says that nothing of ours is open."""

    def __init__(self, means: Means) -> None:
        """Be ready."""
        self._means = means
        self._left = Left(trouble="nothing was asked yet")
        self._told = ""

    async def run(self, bound: float) -> Left:
        """Work for at most ``bound`` seconds; return what is left then."""
        start, say = self._means.now(), self._means.say
        try:
            async with asyncio.timeout(bound):
                await self._until_quiet()
        except TimeoutError:
            took = (self._means.now() - start) / SECOND
            say(f"AFTER {took:.1f} s THERE IS STILL {self._left}")
            return self._left
        took = (self._means.now() - start) / SECOND
        say(f"the venue has no open order of ours, after {took:.1f} s")
        return Left()

    async def _until_quiet(self) -> None:
        quiet = 0
        while quiet < QUIET_ROUNDS:
            await self._be_silent()
            await self._round()
            quiet = 0 if self._left else quiet + 1
            if quiet < QUIET_ROUNDS and not self._left.open:
                await asyncio.sleep(BETWEEN)

    async def _be_silent(self) -> None:
        """Wait for as long as the venue wants: what is asked meanwhile is not even looked at."""
        wait = self._means.silence()
        if wait > 0:
            self._left.trouble = f"the venue wants to be left alone for {wait:.0f} s more"
            self._means.say(f"{self._left.trouble}; waiting")
            await asyncio.sleep(wait)

    async def _round(self) -> None:
        # Until a venue says what is open in a symbol, what it said last is open, for all we know.
        left = self._left = Left(self._left.open, trouble=UNFINISHED)
        try:
            for symbol in self._means.symbols:
                found = await self._means.opens(symbol)
                ours = [report for report in found if report.client.startswith(MARK)]
                elsewhere = [name for name in left.open if not name.endswith(f" in {symbol}")]
                left.open = elsewhere + [f"{report.client} in {symbol}" for report in ours]
                await self._clear(symbol, ours, alone=len(ours) == len(found))
            for intent in self._means.unsure():
                await self._look(intent, left)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the next round tries again
            left.trouble = self._means.trouble(error)
            self._tell_once(left.trouble)
        else:
            left.trouble = ""

    def _tell_once(self, trouble: str) -> None:
        if trouble != self._told:
            self._told = trouble
            self._means.say(f"{trouble}; trying again")

    async def _clear(self, symbol: str, ours: Sequence[Report], *, alone: bool) -> None:
        """Cancel orders, several at a time; all by one request where nobody else has any."""
        if len(ours) > MANY and alone and self._means.lists_all:
            try:
                await self._means.exchange.cancel_all_orders(symbol)
            except Exception as error:  # noqa: BLE001 - they are cancelled one by one then
                self._means.say(f"cancel of all in {symbol}: {self._means.trouble(error)}")
            else:
                self._tell(symbol, ours)
                return
        waiting, done, crew = iter(ours), list[Report](), Supervisor()

        async def work() -> None:
            for report in waiting:
                if await self._cancel(report):
                    done.append(report)

        try:
            count = min(AT_ONCE, len(ours))
            for task in [crew.start(f"cancel {number}", work()) for number in range(count)]:
                await task
        finally:
            await crew.stop()
            self._tell(symbol, done)

    def _tell(self, symbol: str, done: Sequence[Report]) -> None:
        """Tell what was cancelled: by name, of many the number, with the names in the log."""
        if len(done) <= MANY:
            for report in done:
                self._means.say(f"cancelled {report.client} in {symbol}")
            return
        self._means.say(f"cancelled {len(done):,} orders in {symbol}")
        self._means.keep(f"cancelled: {', '.join(report.client for report in done)}")

    async def _cancel(self, report: Report) -> bool:
        if self._means.silence() > 0:
            return False
        try:
            await self._means.exchange.cancel_order(report.venue_id, report.symbol)
        except Exception as error:  # noqa: BLE001 - the next round asks what became of it
            told = self._means.trouble(error)
            self._means.keep(f"cancel of {report.client}: {told}; asking again")
            self._tell_once(told)
            return False
        return True

    async def _look(self, intent: Intent, left: Left) -> None:
        request = Request(Ask.LOOK, Lane.KILL, self._means.now(), intent.client, intent=intent)
        outcome = await self._means.gateway.do(request, str)
        gone = isinstance(outcome, Nowhere)
        over = isinstance(outcome, Found) and outcome.report.state in FINAL
        if isinstance(outcome, Found) and not over:
            await self._clear(intent.symbol, [outcome.report], alone=False)
        if not (gone or over):
            left.unsure.append(intent.order)
