"""A coroutine that waits on its inbox only, stepped straight by the virtual-time loop.

An ``asyncio.Task`` waits on a future: made, resolved, called back and thrown away at every wake-up,
which is most of what handing on an order costs.  A stepper is one object that the loop runs again
each time its bell rings.  It wakes in the same place of the same queue as a task would, so nothing
happens in another order (a test runs both).
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any

PARKED = object()
"""What the coroutine yields while it waits for its bell."""


class Stepper:
    """Runs one coroutine; a :class:`Bell` wakes it by making it ready on the loop.

    Attributes:
        parked: whether it waits for its bell. enqueue: makes it ready.

    Args:
        name: shown where the simulation is stuck.
        work: the coroutine; it mostly waits for its own bell. ``asyncio.timeout`` and what else
            asks for the present task is not for it: it is none.
        enqueue: makes something ready to run on the loop. What the coroutine raises ends the run:
            the supervisor has it guarded. over: called when it has been stopped.
    """

    __slots__ = ("_cancelled", "_over", "_work", "enqueue", "name", "parked")

    def __init__(
        self,
        name: str,
        work: Coroutine[Any, Any, None],
        enqueue: Callable[["Stepper"], None],
        over: Callable[[], None],
    ) -> None:
        """Be ready for the first step."""
        self.name = name
        self._work = work
        self.enqueue = enqueue
        self._over = over
        self.parked = False
        self._cancelled = False
        enqueue(self)

    def __await__(self) -> Generator[object, None, None]:
        """Wait for the bell."""
        yield PARKED

    def _run(self) -> None:
        """Go on to the next wait; the loop calls this as it calls a handle."""
        try:
            waits = self._work.send(None)
        except StopIteration:
            self._cancelled = True
        else:
            if waits is PARKED:
                self.parked = True
            elif isinstance(waits, asyncio.Future):
                self._wait_for(waits)
            else:
                self.enqueue(self)

    def _wait_for(self, future: "asyncio.Future[Any]") -> None:
        """Wait for a future, as a task does: for room in somebody's inbox, say."""
        future._asyncio_future_blocking = False  # noqa: SLF001 - as asyncio.Task does
        future.add_done_callback(self._go_on)

    def _go_on(self, _: "asyncio.Future[Any]") -> None:
        if not self._cancelled:
            self._run()

    def cancel(self) -> None:
        """End the coroutine where it stands, now; nothing happens to one that has ended."""
        if self._cancelled:
            return
        self._cancelled, self.parked = True, False
        try:
            self._work.throw(asyncio.CancelledError())
        except (asyncio.CancelledError, StopIteration):
            return
        finally:
            self._work.close()
            self._over()
