"""The virtual-time event loop: asyncio that jumps to its next timer instead of sleeping.

Timers are ordered by (instant, phase, serial).  Stock asyncio orders them by time alone, so equal
timers fire in no stated order.  Time moves only when nothing is ready to run.
"""

import asyncio
import heapq
import selectors
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from contextvars import Context
from typing import Any, TypeVar

from magents.model.errors import StuckError
from magents.model.time import SECOND, Phase
from magents.runtime import wall
from magents.runtime.stepper import Stepper

T = TypeVar("T")

TURNS = 256
"""Moves of time between two returns to asyncio."""

HANDLES = range(1_000)
"""How much of what is ready runs between two looks at whether somebody wants the loop to stop."""


NEVER = 1 << 63
"""After everything that is set to happen."""


class Alarm:
    """A timer that is set again and again; the last setting counts.

    Args:
        ring: called when it is due; what it raises ends the run.
    """

    __slots__ = ("_cancelled", "_loop", "_run", "ring", "serial")

    def __init__(self, loop: "VirtualLoop", ring: Callable[[], None]) -> None:
        """Be set for nothing."""
        self._loop = loop
        # The loop runs it as it runs a handle.
        self._run = self.ring = ring
        self._cancelled = False
        self.serial = 0

    def set(self, when: int, phase: int) -> None:
        """Ring at an instant and phase instead of what was set before."""
        loop = self._loop
        now = loop._now  # noqa: SLF001 - one with its loop
        if when <= now:
            when = now
            if phase < loop._phase:  # noqa: SLF001
                phase = loop._phase  # noqa: SLF001
        loop._serial = self.serial = serial = loop._serial + 1  # noqa: SLF001
        heapq.heappush(loop._timers, (when, phase, serial, self))  # noqa: SLF001

    def ring_now(self) -> bool:
        """Ring at once if that is all that would happen next; return whether it did."""
        return self._loop.ring_now(self)


class _Handle(asyncio.TimerHandle):
    """A timer of asyncio's that knows its number, as an alarm does."""

    __slots__ = ("serial",)
    serial: int


Timer = tuple[int, int, int, _Handle | Alarm]


class _Doorman(selectors.DefaultSelector):
    """A selector that asks the loop to move time whenever asyncio would go to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.move_time: Callable[[], float | None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return real I/O events; none are looked for while there is virtual work."""
        if timeout == 0:
            return []
        wait = self.move_time()
        if wait == 0:
            return []
        return super().select(wait)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock is simulated.

    Args:
        start: the instant it starts at, nanoseconds UTC.
        speed: simulated seconds a real second; ``None`` runs as fast as possible.
    """

    def __init__(self, start: int = 0, speed: float | None = None) -> None:
        """Start the clock at ``start``; no timers are set."""
        self._doorman = _Doorman()
        super().__init__(self._doorman)
        self._doorman.move_time = self._move_time
        self._origin = start
        self._now = start
        self._phase: int = min(Phase)
        self._serial = 0
        self._timers: list[Timer] = []
        self._freezes = 0
        self.enqueue: Callable[[object], None] = self._ready.append  # type: ignore[attr-defined]
        self.steppers: list[Stepper] = []
        self._speed = speed
        self._anchor: tuple[int, float] | None = None

    def time(self) -> float:
        """Return simulated seconds since the loop's start (asyncio's own clock)."""
        return (self._now - self._origin) / SECOND

    def now(self) -> int:
        """Return the simulated instant, nanoseconds UTC."""
        return self._now

    def phase(self) -> int:
        """Return the phase of the instant, see :class:`magents.model.time.Phase`."""
        return self._phase

    @property
    def speed(self) -> float | None:
        """Return simulated seconds a real second, ``None`` for as fast as possible."""
        return self._speed

    @speed.setter
    def speed(self, speed: float | None) -> None:
        """Change the pace from now on; what happens, and in what order, stays the same."""
        self._speed = speed
        self._anchor = None

    def begin(self, instant: int) -> None:
        """Set the clock before anything has happened: the run starts at this instant."""
        self._origin = self._now = instant

    def call_at_instant(
        self,
        when: int,
        phase: int,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back at an instant and phase; what has passed is due now."""
        if when < self._now:
            when = self._now
        if when == self._now and phase < self._phase:
            phase = self._phase
        handle = _Handle(when / SECOND, callback, args, self, context)
        handle.serial = self._serial = self._serial + 1
        heapq.heappush(self._timers, (when, phase, handle.serial, handle))
        return handle

    def ring_now(self, alarm: Alarm) -> bool:
        """Ring an alarm at once if that is all the loop would do next; return whether it did.

        For who has nothing to do but wait for it: time moves as it would, in the same order,
        without a turn of the loop.
        """
        if self._ready or self._freezes or self._speed is not None or self._stopping:  # type: ignore[attr-defined]
            return False
        timers = self._timers
        if not timers or timers[0][3] is not alarm or timers[0][2] != alarm.serial:
            return False
        when, phase = timers[0][:2]
        for timer in timers[1:3]:
            # The two that may come next: at the same instant and phase they come before who waits.
            if timer[0] == when and timer[1] == phase:
                return False
        heapq.heappop(timers)
        self._now, self._phase = when, phase
        alarm.ring()
        return True

    def free_until(self, besides: asyncio.TimerHandle | None = None) -> int:
        """Return the instant before which nothing is set to happen.

        0 where something is ready now, or somebody else decides how time moves.

        Args:
            besides: a timer that does not count.
        """
        if self._ready or self._freezes or self._speed is not None:  # type: ignore[attr-defined]
            return 0
        if self._stopping or self._debug:  # type: ignore[attr-defined]
            return 0
        first = NEVER
        for timer in self._timers:
            if timer[0] < first and timer[3] is not besides and not _stale(timer):
                first = timer[0]
        return first

    def pass_to(self, when: int, phase: int) -> None:
        """Move time on for who has asked :meth:`free_until`, and goes no further than that."""
        self._now, self._phase = when, phase

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back after a delay in simulated seconds, exact to the nanosecond."""
        when = self._now + round(delay * SECOND)
        return self.call_at_instant(when, Phase.TIMER, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back at a time of :meth:`time`."""
        instant = self._origin + round(when * SECOND)
        return self.call_at_instant(instant, Phase.TIMER, callback, *args, context=context)

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Hold virtual time still, so that real I/O may be awaited inside."""
        self._freezes += 1
        try:
            yield
        finally:
            self._freezes -= 1
            self._anchor = None

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., T], *args: object
    ) -> asyncio.Future[T]:
        """Run in a thread; allowed only while time is frozen."""
        if not self._freezes:
            msg = "threads and real I/O need `async with clock.frozen():` in simulated time"
            raise RuntimeError(msg)
        return super().run_in_executor(executor, func, *args)

    async def shutdown_default_executor(self, *args: Any, **kwargs: Any) -> None:
        """Wait for the threads to end; real time passes meanwhile, virtual time does not."""
        with self.frozen():
            await super().shutdown_default_executor(*args, **kwargs)

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back as soon as what is ready now has run."""
        if self._debug:  # type: ignore[attr-defined]
            return super().call_soon(callback, *args, context=context)
        if self.is_closed():
            msg = "the loop is closed"
            raise RuntimeError(msg)
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def _run_once(self) -> None:
        """Run what is ready now, or move time; asyncio's own turn where the world may speak up.

        A turn of stock asyncio asks the selector and looks through timers it does not have here:
        a quarter of the cost of an order.
        """
        if self._freezes or self._speed is not None or self._debug:  # type: ignore[attr-defined]
            super()._run_once()  # type: ignore[misc]
            return
        ready = self._ready  # type: ignore[attr-defined]
        for _ in range(TURNS):
            if not ready:
                if self._stopping:  # type: ignore[attr-defined]
                    return
                self._move_time()
            for _ in HANDLES:
                handle = ready.popleft()
                if not handle._cancelled:  # noqa: SLF001 - what asyncio's own turn does
                    handle._run()  # noqa: SLF001
                if not ready:
                    break
            if self._stopping or self._freezes or self._speed is not None:  # type: ignore[attr-defined]
                return

    def _move_time(self) -> float | None:
        """Make the next timers ready; return how long to wait for the world, 0 for not at all."""
        if self._freezes:
            return None
        if self._speed is not None:
            self._forget_cancelled()
            wait = self._real_wait(self._timers[0][0]) if self._timers else 0
            if wait > 0:
                return wait
        timers = self._timers
        while True:
            if not timers:
                raise StuckError(self._who_waits())
            when, phase, serial, target = heapq.heappop(timers)
            if target.serial == serial and not target._cancelled:  # noqa: SLF001 - as _stale
                break
        self._now, self._phase = when, phase
        ready = self._ready  # type: ignore[attr-defined]
        ready.append(target)
        while timers and timers[0][0] == when and timers[0][1] == phase:
            timer = heapq.heappop(timers)
            if not _stale(timer):
                ready.append(timer[3])
        return 0

    def _forget_cancelled(self) -> None:
        """Let the first timer be one that is still wanted."""
        timers = self._timers
        while timers and _stale(timers[0]):
            heapq.heappop(timers)

    def _real_wait(self, when: int) -> float:
        """Return the real seconds until ``when`` is due at the present speed."""
        if self._anchor is None:
            self._anchor = (self._now, wall.monotonic())
        since, real = self._anchor
        return real + (when - since) / SECOND / (self._speed or 1.0) - wall.monotonic()

    def _who_waits(self) -> str:
        """Name the tasks that wait for something that can never come."""
        names = [task.get_name() for task in asyncio.all_tasks(self)]
        names = sorted(names + [stepper.name for stepper in self.steppers if stepper.parked])
        return f"the simulation is stuck: nothing is ready and no timer is set; waiting: {names}"


def _stale(timer: Timer) -> bool:
    """Return whether a timer was cancelled, or set again since."""
    target = timer[3]
    return target.serial != timer[2] or target._cancelled  # noqa: SLF001 - the method is a call
