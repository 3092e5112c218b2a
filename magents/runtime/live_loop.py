"""The live event loop: ordered as in replay, but time follows the machine's clock.

Two worlds share it.  *Inside* is the fund: it runs in turns, each begun by a timer that is due or
by something posted, and within a turn the clock stands still.  *Outside* are sockets, TLS, REST and
threads; what they have for the fund they :meth:`LiveLoop.post`.  The loop reads sockets only
between turns, so the inside never sees an order of things that a recording could not repeat.
"""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TypeVar

from magents.model.time import SECOND, Phase
from magents.runtime import wall
from magents.runtime.loop import Alarm, VirtualLoop

T = TypeVar("T")
LEAST_SHARE = 0.002
"""Seconds that the fund may work before the world is looked at again."""


class LiveLoop(VirtualLoop):
    """An event loop for live data.

    Args:
        real: says what time it is, nanoseconds UTC; the machine's clock by default.  Set back, it
            stops the fund's clock until it has caught up; the fund's clock never goes back.
    """

    def __init__(self, real: Callable[[], int] = wall.utc_now) -> None:
        """Start now."""
        super().__init__(start=real())
        self._real = real
        self._posted: deque[Callable[[], object]] = deque()
        self._outside_since: float | None = None
        self._share = 0.0
        self.turns = 0

    def post(self, callback: Callable[[], object]) -> None:
        """Give the fund something of the outside: a turn of its own, at a fresh instant.

        To be called on this loop; from a thread by ``call_soon_threadsafe(loop.post, callback)``.
        """
        self._posted.append(callback)

    @property
    def waiting(self) -> int:
        """Return how many turns are posted and not begun."""
        return len(self._posted)

    def lag(self) -> float:
        """Return by how many seconds the first timer that is due is late; 0 where none is."""
        self._forget_cancelled()
        return max(0, self._real() - self._timers[0][0]) / SECOND if self._timers else 0.0

    def begin(self, instant: int) -> None:
        """Do nothing: real time began long ago."""

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Do nothing: real time never stands still."""
        yield

    def ring_now(self, alarm: Alarm) -> bool:
        """Do not: the world is looked at before time moves."""
        del alarm
        return False

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., T], *args: object
    ) -> asyncio.Future[T]:
        """Run in a thread, as stock asyncio does."""
        return asyncio.SelectorEventLoop.run_in_executor(self, executor, func, *args)

    def _run_once(self) -> None:
        """Run what is ready; where nothing is, begin the next turn of the inside or outside."""
        ready = self._ready  # type: ignore[attr-defined]
        if not ready:
            self._next_turn()
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:  # noqa: SLF001 - what asyncio's own turn does
                handle._run()  # noqa: SLF001

    def _next_turn(self) -> None:
        """Take turns: after the outside the fund has as much time, if it needs it, and no less."""
        now = wall.monotonic()
        if self._outside_since is not None:
            self._share = now + max(now - self._outside_since, LEAST_SHARE)
            self._outside_since = None
        patience = self._patience()
        if patience != 0 or now >= self._share:
            events = selectors.DefaultSelector.select(self._doorman, patience)
            if events:
                self._outside_since = wall.monotonic()
                self._catch_up()
                self._process_events(events)  # type: ignore[attr-defined]
                return
            self._share = now + LEAST_SHARE
        self._inside()

    def _inside(self) -> None:
        """Begin a turn of the fund: a timer that is due goes before what was posted."""
        self._forget_cancelled()
        real, timers = self._real(), self._timers
        instant = max(real, self._now + 1)
        if timers and (timers[0][0] <= real or (self._posted and timers[0][0] <= instant)):
            self.turns += 1
            self._move_time()
        elif self._posted:
            self.turns += 1
            self._now, self._phase = instant, int(Phase.LOAD)
            self._ready.append(asyncio.Handle(self._posted.popleft(), (), self))  # type: ignore[attr-defined]

    def _patience(self) -> float | None:
        """Return how long to wait for the world, seconds; ``None`` for as long as it takes."""
        if self._posted or self._stopping:  # type: ignore[attr-defined]
            return 0
        self._forget_cancelled()
        if not self._timers:
            return None
        return max(0, self._timers[0][0] - self._real()) / SECOND

    def _catch_up(self) -> None:
        """Let outside code find the real time, as far as no timer of the fund is passed."""
        self._forget_cancelled()
        real = self._real()
        until = min(real, self._timers[0][0]) if self._timers else real
        if until > self._now:
            self._now, self._phase = until, int(Phase.TIMER)
