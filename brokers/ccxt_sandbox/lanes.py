"""Requests in the order of their urgency: kill, cancel, amend, new, query."""

import asyncio
import heapq

from brokers.ccxt_sandbox.truth.messages import Lane, Request
from magents.model.errors import InboxFullError

CAPACITY = 10_000


class Lanes:
    """A bounded queue with lanes; several workers take from it, each no slower than its own.

    What does not fit is a broken promise: requests are few, and none may be dropped.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Start empty."""
        self._heap: list[tuple[Lane, int, Request]] = []
        self._serial = 0
        self._capacity = capacity
        self._waiters: list[tuple[Lane, asyncio.Future[None]]] = []

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._heap)

    def put(self, request: Request) -> None:
        """Add a request.

        Raises:
            InboxFullError: too many wait.
        """
        if len(self._heap) >= self._capacity:
            raise InboxFullError(f"{self._capacity} requests wait for the venue")
        self._serial += 1
        heapq.heappush(self._heap, (request.lane, self._serial, request))
        self._wake()

    async def first(self, slowest: Lane) -> Request:
        """Wait for a request no slower than a lane; the most urgent one goes first."""
        while not (self._heap and self._heap[0][0] <= slowest):
            arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append((slowest, arrived))
            await arrived
        request = heapq.heappop(self._heap)[2]
        self._wake()
        return request

    def _wake(self) -> None:
        """Wake all that may take what is first; those who come too late wait again."""
        if not self._heap:
            return
        lane = self._heap[0][0]
        ready = [each for each in self._waiters if lane <= each[0]]
        self._waiters = [each for each in self._waiters if lane > each[0]]
        for _, arrived in ready:
            if not arrived.done():
                arrived.set_result(None)
