"""What the venue will do later, in its own time."""

import heapq
from collections.abc import Callable


class Agenda:
    """Calls that are due at an instant; first due first, then first noted."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, instant: float, call: Callable[[], None]) -> None:
        """Note a call; ``instant`` in seconds since the venue opened."""
        self._count += 1
        heapq.heappush(self._heap, (instant, self._count, call))

    def run(self, elapsed: float) -> None:
        """Make all calls that are due."""
        while self._heap and self._heap[0][0] <= elapsed:
            heapq.heappop(self._heap)[2]()
