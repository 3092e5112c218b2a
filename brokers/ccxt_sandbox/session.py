"""The one owner of an account: a thin shell around the machine of order truth.

Every message is handled at once; its rows are durable before anything of it leaves. What leaves
goes through lanes, the limiter and the gate, in this order; the gate is asked again at the socket.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.gateway import Gateway
from brokers.ccxt_sandbox.lanes import Lanes
from brokers.ccxt_sandbox.limiter import Limiter
from brokers.ccxt_sandbox.store import Store, StoreError
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Answer,
    Ask,
    Back,
    Clear,
    Drop,
    Lane,
    Lost,
    Message,
    News,
    Pull,
    Request,
    Tick,
)
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.time import SECOND
from magents.runtime import wall

GLANCE = 0.05
"""Seconds between two looks at latch, clock and timers."""
DRIFT = 2 * SECOND
"""Wall and monotonic clock may part by so much before the view of the account is called broken."""
STILL = 5 * SECOND
"""A loop that did not come round for longer has a view of the account that is too old."""
FAREWELL = 10.0
"""Seconds that the end of a session waits for open orders to be gone."""
WORKERS = (Lane.CANCEL, Lane.CANCEL, Lane.NEW, Lane.NEW, Lane.QUERY, Lane.QUERY)
"""The slowest lane each worker serves: the first two are never stuck behind a query."""

Start = Callable[[str, Coroutine[Any, Any, None]], object]


class Clock(Protocol):
    """The machine's clocks, nanoseconds."""

    def wall(self) -> int:
        """Return UTC."""
        ...

    def monotonic(self) -> int:
        """Return time that is never set."""
        ...


class MachineClock:
    """The real ones."""

    def wall(self) -> int:
        """Return UTC."""
        return wall.utc_now()

    def monotonic(self) -> int:
        """Return time that is never set, and stands still while the machine sleeps."""
        return int(wall.monotonic() * SECOND)


@dataclass(frozen=True)
class Parts:
    """What a session is made of.

    Attributes:
        latch: the kill switch of the account. tell: takes news for the fund.
        keep_orders: whether open orders stay at the venue when the session ends.
    """

    machine: Machine
    store: Store
    gateway: Gateway
    limiter: Limiter
    latch: Latch
    tell: Callable[[Sequence[News]], None]
    clock: Clock
    keep_orders: bool = False


class Session:
    """Runs the machine."""

    def __init__(self, parts: Parts) -> None:
        """Be ready to start."""
        self._parts = parts
        self._machine = parts.machine
        self._lanes = Lanes()
        self._broken: StoreError | None = None
        self._wall = parts.clock.wall()
        self._mono = parts.clock.monotonic()
        self._ending = False
        self._glanced = 0

    def now(self) -> int:
        """Return the instant by which orders are judged: UTC at the start, then monotonic."""
        return self._wall + self._parts.clock.monotonic() - self._mono

    def begin(self, turn: Turn, start: Start) -> None:
        """Start the tasks; the last one started ends the session when it is stopped."""
        self._act(turn)
        for number, lane in enumerate(WORKERS):
            start(f"venue worker {number}", self._work(lane))
        start("venue session", self._watch())

    def offer(self, message: Message) -> None:
        """Take in a message.

        Raises:
            StoreError: the journal cannot be written; nothing was sent.
        """
        if self._broken is not None:
            raise self._broken
        self._act(self._machine.handle(self.now(), message))

    def _act(self, turn: Turn) -> None:
        try:
            self._parts.store.commit(turn.rows)
        except StoreError as error:
            self._broken = error
            raise
        if turn.news:
            self._parts.tell(turn.news)
        for request in turn.requests:
            self._lanes.put(request)

    # -- out -----------------------------------------------------------------------------------

    async def _work(self, slowest: Lane) -> None:
        """Send requests of a lane or faster, for ever."""
        while True:
            request = await self._lanes.first(slowest)
            await self._pace(request)
            outcome = await self._parts.gateway.do(request, lambda r=request: self._barred(r))  # type: ignore[misc]
            self.offer(Answer(request, outcome))

    async def _pace(self, request: Request) -> None:
        limiter, clock = self._parts.limiter, self._parts.clock
        wait = limiter.wait(request.lane, clock.monotonic())
        while wait > 0:
            await asyncio.sleep(wait / SECOND)
            wait = limiter.wait(request.lane, clock.monotonic())
        limiter.take(clock.monotonic())

    def _barred(self, request: Request) -> str:
        """Return why a request may not leave, empty if it may."""
        if request.ask in {Ask.CREATE, Ask.AMEND}:
            if self._broken is not None:
                return "the journal cannot be written"
            if self._ending:
                return "the session is ending"
            if self._parts.latch.pulled:
                return f"the kill switch was pulled by {self._parts.latch.pulled}"
        return self._machine.barred(self.now(), request)

    # -- time ----------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Look at latch, clock and timers, until the session ends; then take orders back."""
        try:
            while True:
                self.glance()
                await asyncio.sleep(GLANCE)
        finally:
            await self._farewell()

    def glance(self) -> None:
        """Look once at latch, clock and timers."""
        by, killed = self._parts.latch.pulled, self._machine.truth.killed
        if by and not killed:
            self.offer(Pull(by))
        elif killed and not by:
            self.offer(Clear("a human"))
        self._check_clock()
        due = self._machine.due()
        if 0 < due <= self.now():
            self.offer(Tick())

    def _check_clock(self) -> None:
        """Notice that the process stood still, the machine slept, or its clock was set."""
        mono, before = self._parts.clock.monotonic(), self._glanced
        self._glanced = mono
        if before and mono - before > STILL:
            self.offer(Lost(f"this process stood still for {(mono - before) / SECOND:.1f} s"))
        drift = self._parts.clock.wall() - self.now()
        if abs(drift) <= DRIFT:
            return
        self._wall += max(0, drift)
        if drift < 0:
            # Set back: our time goes on; it may not repeat itself.
            self._wall, self._mono = self.now(), self._parts.clock.monotonic()
        self.offer(Lost(f"the clock jumped by {drift / SECOND:+.1f} s, or the machine slept"))

    # -- the end -------------------------------------------------------------------------------

    async def _farewell(self) -> None:
        """Cancel what is open, unless it is to stay; without a journal too."""
        self._ending = True
        try:
            if self._broken is None:
                await self._take_leave()
        except StoreError:
            pass  # The disk was too full for this only; what is open is known all the same.
        if self._broken is not None:
            await self._last_rites()

    async def _take_leave(self) -> None:
        if not self._parts.keep_orders:
            for order in list(self._machine.truth.open.values()):
                self.offer(Drop(order.intent.order))
            await self._until(lambda: not self._machine.truth.open)
        if self._machine.auditor.margined:
            # Funding and fees that came since the last one are in no trade.
            self.offer(Back())
            await self._until(lambda: not self._machine.auditor.asking)

    async def _until(self, over: Callable[[], bool]) -> None:
        """Go on as before until something is over, but not for ever."""
        for _ in range(int(FAREWELL / GLANCE)):
            if over():
                return
            self.glance()
            await asyncio.sleep(GLANCE)

    async def _last_rites(self) -> None:
        """Cancel everything known, though nothing can be written down any more."""
        now = self.now()
        for order in list(self._machine.truth.open.values()):
            request = Request(
                Ask.CANCEL, Lane.KILL, now, order.client, order.venue_id, order.intent
            )
            await self._parts.gateway.do(request, str)
