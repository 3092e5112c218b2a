"""A bounded queue with a stated rule for when it is full, and numbers for who watches it."""

import asyncio
import types
from collections import deque
from collections.abc import Generator
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from magents.model.errors import InboxFullError
from magents.runtime.stepper import PARKED, Stepper

T = TypeVar("T")


class Overflow(StrEnum):
    """What a full inbox does with one more item."""

    BLOCK = "block"
    """The sender waits (``put``); ``offer`` fails loudly. Orders and fills use this."""
    LATEST = "latest"
    """The oldest item gives way and is counted. Market data uses this."""
    DROP = "drop"
    """The new item is dropped and counted."""


class InboxStatistics(msgspec.Struct, frozen=True):
    """Counts since the inbox was made; ``peak`` is the longest it has been."""

    name: str
    capacity: int
    waiting: int
    peak: int
    received: int
    dropped: int


class Bell:
    """Wakes the one task that waits; several inboxes may share one.

    Attributes:
        stepper: who waits here for good, where that is no task.
    """

    __slots__ = ("stepper", "waiter")

    def __init__(self) -> None:
        """Nobody waits yet."""
        self.waiter: asyncio.Future[None] | None = None
        self.stepper: Stepper | None = None

    def ring(self) -> None:
        """Wake the waiting task, if there is one."""
        stepper = self.stepper
        if stepper is not None:
            if stepper.parked:
                stepper.parked = False
                stepper.enqueue(stepper)
            return
        waiter = self.waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def future(self) -> "asyncio.Future[None] | Stepper":
        """Return what to wait for; cheaper than :meth:`wait` by a coroutine."""
        if self.stepper is not None:
            return self.stepper
        self.waiter = asyncio.get_running_loop().create_future()
        return self.waiter

    async def wait(self) -> None:
        """Wait until somebody rings."""
        await self.future()


class Inbox(Generic[T]):
    """A queue with one reader.

    Args:
        name: shown in statistics and in the report of a stuck simulation.
        capacity: how many items may wait.
        overflow: what happens to one more.
        bell: rung at each arrival; give one bell to several inboxes to wait for any.
    """

    def __init__(
        self, name: str, capacity: int, overflow: Overflow, bell: Bell | None = None
    ) -> None:
        """Start empty."""
        self.name = name
        self.capacity = capacity
        self.overflow = overflow
        self.bell = bell or Bell()
        self._items: deque[T] = deque()
        self._room: deque[tuple[asyncio.Future[None], T]] = deque()
        self._peak = self._taken = self._dropped = 0

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._items)

    def fits(self, item: T) -> bool:
        """Take an item if there is room; return whether it was taken."""
        items = self._items
        if len(items) >= self.capacity:
            return False
        items.append(item)
        # Bell.ring, without the call: an order passes here five times.
        stepper = self.bell.stepper
        if stepper is None:
            self.bell.ring()
        elif stepper.parked:
            stepper.parked = False
            stepper.enqueue(stepper)
        return True

    def offer(self, item: T) -> None:
        """Take an item without waiting, by the overflow rule.

        Raises:
            InboxFullError: the inbox blocks and is full.
        """
        items = self._items
        if len(items) >= self.capacity and not self._make_room():
            return
        items.append(item)
        stepper = self.bell.stepper
        if stepper is None:
            self.bell.ring()
        elif stepper.parked:
            stepper.parked = False
            stepper.enqueue(stepper)

    async def put(self, item: T) -> None:
        """Take an item; where the rule is to block, wait for room, first come first served."""
        if self.overflow is not Overflow.BLOCK or len(self._items) < self.capacity:
            self.offer(item)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._room.append((turn, item))
        await turn

    async def get(self) -> T:
        """Wait for the next item."""
        while not self._items:
            await self.bell.wait()
        self._peak = max(self._peak, len(self._items))
        self._taken += 1
        item = self._items.popleft()
        if self._room:
            self._let_in()
        return item

    @types.coroutine
    def get_all(self) -> Generator[object, None, list[T]]:
        """Wait for at least one item and take all that wait."""
        items = self._items
        while not items:
            if self.bell.stepper is not None:
                yield PARKED
            else:
                yield from self.bell.future().__await__()
        if self._room or len(items) > 1:
            return self._take()
        # One item, and nobody waits for room: by far the most frequent, so without a call.
        self._taken += 1
        return [items.popleft()]

    def take_all(self) -> list[T]:
        """Take all that wait now, perhaps nothing."""
        return self._take() if self._items else []

    def statistics(self) -> InboxStatistics:
        """Return the counts of now."""
        waiting = len(self._items)
        given_way = self._dropped if self.overflow is Overflow.LATEST else 0
        received = self._taken + given_way + waiting
        peak = max(self._peak, waiting, min(1, self._taken))
        return InboxStatistics(self.name, self.capacity, waiting, peak, received, self._dropped)

    def _take(self) -> list[T]:
        """Take all; between two takes an inbox only grows, so now it is as long as it has been."""
        items = self._items
        count = len(items)
        self._taken += count
        if count > self._peak:
            self._peak = count
        taken = [*items]
        items.clear()
        if self._room:
            self._let_in()
        return taken

    def _make_room(self) -> bool:
        """Apply the overflow rule; return whether the new item may come in."""
        if self.overflow is Overflow.BLOCK:
            msg = f"inbox {self.name} is full: {self.capacity} items wait and nobody reads them"
            raise InboxFullError(msg)
        self._dropped += 1
        if self.overflow is Overflow.LATEST:
            self._items.popleft()
            return True
        return False

    def _let_in(self) -> None:
        """Take the items of waiting senders while there is room; those who gave up are passed."""
        while self._room and len(self._items) < self.capacity:
            turn, item = self._room.popleft()
            if not turn.done():
                self.offer(item)
                turn.set_result(None)
