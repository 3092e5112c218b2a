"""The way into the fund's thread: a bounded list of jobs, done between two instants."""

import threading
from collections import deque
from collections.abc import Callable

Job = Callable[[], None]

JOBS = 256
"""Jobs that may wait; one more is refused, so nobody can fill the memory."""


class Mailbox:
    """Jobs from other threads for the thread that runs the fund.

    Args:
        capacity: how many may wait.

    Attributes:
        alert: called after each arrival, from the sender's thread.
    """

    def __init__(self, capacity: int = JOBS) -> None:
        """Start empty."""
        self._jobs: deque[Job] = deque()
        self._capacity = capacity
        self._bell = threading.Condition()
        self.alert: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        """Return how many jobs wait."""
        return len(self._jobs)

    def post(self, job: Job) -> bool:
        """Leave a job; return ``False`` where the box is full. Any thread."""
        with self._bell:
            if len(self._jobs) >= self._capacity:
                return False
            self._jobs.append(job)
            self._bell.notify()
        self.alert()
        return True

    def work(self) -> None:
        """Do the jobs that wait now. The fund's thread only."""
        for _ in range(len(self._jobs)):
            self._jobs.popleft()()

    def wait(self, seconds: float) -> None:
        """Wait for a job, at most so long. The fund's thread only."""
        with self._bell:
            if not self._jobs:
                self._bell.wait(seconds)
