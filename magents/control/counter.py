"""Where viewers' wishes and commands become jobs of the fund's thread, at a bounded rate.

Asking costs the fund's time, so it is asked for one frame at a time, and only so often that all
frames together take a small part of it.
"""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from magents.control.mailbox import Mailbox
from magents.control.room import Room
from magents.model.controls import Answer, ScreenCommand, WhyOrder
from magents.model.snapshots import Frame, Wish
from magents.runtime import wall

T = TypeVar("T")

EVERY = 0.1
"""Seconds from one frame of a kind to the next, at least."""
SHARE = 0.015
"""Part of the fund's time that frames may take."""
SHARE_RECORDED = 0.005
"""Part of it that frames for going back may take."""
RECORD_EVERY = 0.25
PATIENCE = 1.0
"""Seconds a viewer waits for a new frame before it gets the last one."""
WISHES = 64
BUSY = Answer(ok=False, text="the fund is busy; try again")


class Counter:
    """Serves viewers; lives on the server's loop.

    Args:
        mailbox: into the fund's thread. room: what is done there.
        folder: the run's, for questions about orders; ``None`` where nothing is kept.
    """

    def __init__(self, mailbox: Mailbox, room: Room, folder: Path | None = None) -> None:
        """Have shown nothing yet."""
        self._mailbox = mailbox
        self.show(room, folder)
        self._newest: Frame | None = None
        self._one_at_a_time = asyncio.Lock()
        self._one_question = asyncio.Lock()
        self._not_before = 0.0
        self._cost = 0.0

    def show(self, room: Room, folder: Path | None) -> None:
        """Show this run from now on; any thread."""
        self.room = room
        self._folder = None if folder is None else str(folder.resolve())
        self._shown: dict[Wish, tuple[float, Frame]] = {}

    async def frame(self, wish: Wish) -> Frame:
        """Return a frame for a wish, the last one where the fund has no time.

        Raises:
            TimeoutError: there is no frame at all yet.
        """
        known = self._shown.get(wish)
        if known is not None and wall.monotonic() - known[0] < EVERY:
            return known[1]
        try:
            async with asyncio.timeout(PATIENCE), self._one_at_a_time:
                return await self._fresh(wish)
        except TimeoutError:
            if known is None and self._newest is None:
                raise
            return known[1] if known is not None else self._bare()

    async def tell(self, command: ScreenCommand, by: str) -> Answer:
        """Carry out a command."""
        if isinstance(command, WhyOrder):
            return await self._why_order(command)
        self._shown.clear()
        try:
            async with asyncio.timeout(PATIENCE * 10):
                return await self._call(lambda room: room.do(command, by))
        except TimeoutError:
            return Answer(ok=False, text="the fund has not answered yet; it may still do it")
        except asyncio.QueueFull:
            return BUSY

    async def record(self) -> None:
        """Have a frame kept for going back, now and then, for ever."""
        while True:
            began = wall.monotonic()
            cost = 0.0
            with suppress(asyncio.QueueFull):
                cost = await self._call(_recorded)
            share = cost / SHARE_RECORDED
            await asyncio.sleep(max(RECORD_EVERY, share - (wall.monotonic() - began)))

    async def _fresh(self, wish: Wish) -> Frame:
        """Have a frame made, when it is time."""
        known = self._shown.get(wish)
        if known is not None and wall.monotonic() - known[0] < EVERY:
            return known[1]
        await asyncio.sleep(max(0.0, self._not_before - wall.monotonic()))
        cost, frame = await self._call(lambda room: _timed(lambda: room.frame(wish)))
        now = wall.monotonic()
        self._not_before = now + cost / SHARE
        if len(self._shown) > WISHES:
            self._shown.clear()
        self._shown[wish] = (now, frame)
        self._newest = frame
        return frame

    def _bare(self) -> Frame:
        """Return the newest frame without the page it was for."""
        newest = self._newest
        if newest is None:
            raise TimeoutError
        return msgspec.structs.replace(
            newest, pod=None, market=None, orders=(), fills=(), risk=None, data=None
        )

    async def _call(self, work: Callable[[Room], T]) -> T:
        """Have something done in the fund's thread.

        Raises:
            QueueFull: too much waits there already.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work(self.room)
            except Exception as error:  # noqa: BLE001 - the viewer's, and never the fund's
                _hand_over(loop, answer, error=error)
            else:
                _hand_over(loop, answer, result)

        if not self._mailbox.post(job):
            raise asyncio.QueueFull
        return await answer

    async def _why_order(self, command: WhyOrder) -> Answer:
        """Ask ``magents explain``, in a process of its own: it may read much."""
        if self._folder is None:
            return Answer(ok=False, text="the run keeps no journal to look the order up in")
        if self._one_question.locked():
            return Answer(ok=False, text="another question is being answered; try again")
        async with self._one_question:
            await self._call(Room.flush)
            return await _explained(self._folder, command.order)


async def _explained(folder: str, order: str) -> Answer:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "magents", "explain", folder, order),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return Answer(ok=False, text=f"{order}: reading its data again takes too long")
    if process.returncode:
        said = err.decode(errors="replace").strip().splitlines() or ["no such order"]
        return Answer(ok=False, text=said[-1].removeprefix("Error: "))
    lines = tuple(out.decode(errors="replace").strip().splitlines())
    return Answer(ok=True, text=lines[0] if lines else order, lines=lines)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = wall.monotonic()
    result = work()
    return wall.monotonic() - began, result


def _recorded(room: Room) -> float:
    return _timed(room.record)[0]


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[T]",
    result: T | None = None,
    error: Exception | None = None,
) -> None:
    """Answer on the loop that asked, where it is still there."""

    def settle() -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return
