"""Every task has a parent: starts tasks, watches them, stops them last started first.

The only place that creates tasks, and the only place that catches ``Exception``.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from magents.runtime.inbox import Bell
from magents.runtime.loop import VirtualLoop
from magents.runtime.stepper import Stepper

T = TypeVar("T")
OnFailure = Callable[[str, Exception], None]
Running = asyncio.Task[None] | Stepper


class Supervisor:
    """Owns tasks. ``asyncio.TaskGroup`` cancels its children in set order; this does not."""

    def __init__(self) -> None:
        """Own nothing yet."""
        self._tasks: list[Running] = []
        self._failure: asyncio.Future[None] | None = None

    def start(
        self, name: str, work: Coroutine[Any, Any, None], on_failure: OnFailure | None = None
    ) -> asyncio.Task[None]:
        """Start a task.

        Args:
            name: shown where the simulation is stuck, and in logs.
            work: the coroutine.
            on_failure: called with the name and the exception if it raises; the others go on.
                Without it a failure ends :meth:`watch` with that exception.
        """
        guarded = self._guard(name, work, on_failure)
        task = asyncio.get_running_loop().create_task(guarded, name=name)
        # A task that is cancelled before its first step never awaits its work.
        task.add_done_callback(lambda _: work.close())
        self._tasks.append(task)
        return task

    def step(
        self,
        name: str,
        work: Coroutine[Any, Any, None],
        bell: Bell,
        on_failure: OnFailure | None = None,
    ) -> Running:
        """Start a coroutine that waits for little but one bell; else as :meth:`start`.

        On the virtual-time loop it is stepped without a task, which costs a third.
        """
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            return self.start(name, work, on_failure)
        # Stopped before its first step it never awaits its work, as a task.
        guarded = self._guard(name, work, on_failure)
        bell.stepper = stepper = Stepper(name, guarded, loop.enqueue, work.close)
        loop.steppers.append(stepper)
        self._tasks.append(stepper)
        return stepper

    def attempt(self, name: str, work: Callable[[], T], on_failure: OnFailure) -> T | None:
        """Call somebody else's code; a failure goes to ``on_failure`` and gives ``None``."""
        try:
            return work()
        except Exception as error:
            on_failure(name, error)
            return None

    async def watch(self, main: Coroutine[Any, Any, None], name: str = "main") -> None:
        """Run ``main`` to its end, or until a task that may not fail does."""
        self._failure = asyncio.get_running_loop().create_future()
        task = self.start(name, main)
        task.add_done_callback(self._finish)
        await self._failure

    async def stop(self) -> None:
        """Cancel all tasks, last started first, each wholly gone before the next.

        Raises:
            Exception: the first that a task ended with instead of being cancelled; all are gone.
        """
        errors = []
        while self._tasks:
            task = self._tasks.pop()
            task.cancel()
            if isinstance(task, asyncio.Task):
                errors.append(await _gone(task))
        _raise(errors)

    def forget(self, task: Running) -> None:
        """Own a task no longer that has ended by itself."""
        if task in self._tasks:
            self._tasks.remove(task)

    async def stop_one(self, task: Running) -> None:
        """Cancel one task and wait until it is gone."""
        if task in self._tasks:
            self._tasks.remove(task)
        task.cancel()
        if isinstance(task, asyncio.Task):
            _raise([await _gone(task)])

    async def _guard(
        self, name: str, work: Coroutine[Any, Any, None], on_failure: OnFailure | None
    ) -> None:
        try:
            await work
        except Exception as error:
            if on_failure is not None:
                on_failure(name, error)
            elif self._failure is not None and not self._failure.done():
                self._failure.set_exception(error)
            else:
                raise

    def _finish(self, task: "asyncio.Task[None]") -> None:
        if self._failure is not None and not self._failure.done() and not task.cancelled():
            self._failure.set_result(None)


async def _gone(task: "asyncio.Task[None]") -> BaseException | None:
    """Wait for a cancelled task without being ended by its end; return what it ended with."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    task.add_done_callback(lambda _: _settle(done))
    await done
    return None if task.cancelled() else task.exception()


def _raise(errors: Iterable[BaseException | None]) -> None:
    """Raise the first error there is."""
    for error in errors:
        if error is not None:
            raise error


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
