"""Two clocks with one face: virtual time for replay, the machine's time for live."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from magents.model.time import SECOND, Phase
from magents.runtime import wall
from magents.runtime.loop import Alarm as LoopAlarm
from magents.runtime.loop import VirtualLoop


def _wake(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)


class VirtualClock:
    """The clock of a :class:`VirtualLoop`."""

    def __init__(self, loop: VirtualLoop) -> None:
        """Belong to one loop."""
        self._loop = loop
        self.now = loop.now
        self.phase = loop.phase
        self.begin = loop.begin
        self.call_at: Callable[..., asyncio.TimerHandle] = loop.call_at_instant
        self.free_until = loop.free_until
        self.pass_to = loop.pass_to

    def alarm(self, ring: Callable[[], None]) -> LoopAlarm:
        """Return a timer that can be set again and again."""
        return LoopAlarm(self._loop, ring)

    async def until(self, when: int, phase: Phase = Phase.TIMER) -> None:
        """Wait for an instant and phase; passes through the loop once even if it is now."""
        waiter: asyncio.Future[None] = self._loop.create_future()
        timer = self._loop.call_at_instant(when, phase, _wake, waiter)
        try:
            await waiter
        finally:
            timer.cancel()

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """Await real I/O inside this scope; virtual time stands still."""
        with self._loop.frozen():
            yield


class WallAlarm:
    """A timer of the machine's clock that can be set again and again."""

    def __init__(self, clock: "WallClock", ring: Callable[[], None]) -> None:
        """Be set for nothing."""
        self._clock = clock
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def set(self, when: int, phase: int) -> None:
        """Ring at an instant instead of what was set before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.call_at(when, Phase(phase), self._ring)

    def ring_now(self) -> bool:
        """Do not: real time moves by itself."""
        return False


class WallClock:
    """The machine's clock, for live data. Phases order only what is due together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Belong to one loop."""
        self._loop = loop

    def now(self) -> int:
        """Return the present instant, nanoseconds UTC."""
        return wall.utc_now()

    def begin(self, instant: int) -> None:
        """Do nothing: real time began long ago."""

    def alarm(self, ring: Callable[[], None]) -> WallAlarm:
        """Return a timer that can be set again and again."""
        return WallAlarm(self, ring)

    def phase(self) -> int:
        """Return the phase of ordinary timers: real instants do not tie."""
        return Phase.TIMER

    def free_until(self, besides: asyncio.TimerHandle | None = None) -> int:
        """Return 0: real time moves by itself."""
        return 0

    def pass_to(self, when: int, phase: int) -> None:
        """Do nothing: real time moves by itself."""

    def call_at(
        self, when: int, phase: Phase, callback: Callable[..., Any], *args: Any
    ) -> asyncio.TimerHandle:
        """Call back at an instant, or at once where it has passed."""
        del phase  # real instants do not tie
        delay = max(0.0, (when - self.now()) / SECOND)
        return self._loop.call_later(delay, callback, *args)

    async def until(self, when: int, phase: Phase = Phase.TIMER) -> None:
        """Wait for an instant."""
        del phase
        while (  # noqa: ASYNC110 - the clock may be set while we sleep
            left := (when - self.now()) / SECOND
        ) > 0:
            await asyncio.sleep(left)

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """Do nothing: real time never stands still."""
        yield
