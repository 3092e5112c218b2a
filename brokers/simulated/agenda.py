"""What the orders at the venue wait for, in time."""

import heapq
from collections.abc import Callable

from brokers.simulated.market import Step, Working
from magents.model.ports import Clock
from magents.model.time import Phase

NEVER: tuple[int, int] = (1 << 63, Phase.END)

Due = tuple[int, int, int, int, int, Working]
"""Instant, phase, rank, serial, stamp, order."""


class Agenda:
    """Calls each order when its step is due: by instant, phase, rank and time priority.

    Args:
        clock: whose time. act: does the present step of an order.
    """

    def __init__(self, clock: Clock, act: Callable[[Working], None]) -> None:
        """Wait for nothing."""
        self._act = act
        self._due: list[Due] = []
        self._alarm = clock.alarm(self._ring)
        self._armed = NEVER
        self._ringing = False

    def put(self, working: Working, step: Step | None) -> None:
        """Let an order wait for a step, and no longer for any before."""
        working.step = step
        working.stamp += 1
        if step is not None:
            key: Due = step.ts, step.phase, step.rank, working.serial, working.stamp, working
            heapq.heappush(self._due, key)
            if not self._ringing:
                self._arm()

    def clear(self) -> None:
        """Wait for nothing any more."""
        self._due.clear()

    def _arm(self) -> None:
        """Set the one alarm to the first step due."""
        head = self._due[0][:2]
        if head < self._armed:
            self._armed = head
            self._alarm.set(*head)

    def _ring(self) -> None:
        """Let everything due now happen; a step may bring others that are due now too."""
        self._ringing = True
        due, armed = self._due, self._armed
        self._armed = NEVER
        while due and (due[0][0], due[0][1]) <= armed:
            stamp, working = heapq.heappop(due)[4:]
            if working.stamp == stamp and working.step is not None:
                self._act(working)
        self._ringing = False
        if due:
            self._arm()
