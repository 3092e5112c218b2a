"""Frames that wait for the fund's next turn: a queue with a bound and a rule.

The rule is back-pressure.  Nothing is dropped: while it is full no connection is read, so what
comes waits in the sockets and the venue sees a slow reader.  A venue that cuts such a reader is
dialled again.
"""

from collections import deque
from collections.abc import Callable, Sequence

from feeds.live.feed import Heard
from feeds.live.frames import Event, Frame, Kind
from magents.model.snapshots import QueueRow
from magents.runtime import wall

FRAMES = 8_192
SIZE = 32 << 20
"""Frames and characters from which on connections are not read; one read of each more may come."""


class Staging:
    """What was heard and not told yet.

    Args:
        frames, size: bounds, see :data:`FRAMES` and :data:`SIZE`.

    Attributes:
        peak: most frames that ever waited. holds: how often connections had to wait.
        held_s: for how long, seconds, until the last time they went on.
    """

    def __init__(self, frames: int = FRAMES, size: int = SIZE) -> None:
        """Be empty."""
        self._frames, self._size = frames, size
        self._waiting: deque[Heard] = deque()
        self._chars = 0
        self._stopped: list[Callable[[], object]] = []
        self._since = 0.0
        self.peak = self.holds = 0
        self.held_s = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def row(self) -> QueueRow:
        """Return how full it is, as a row of the screen."""
        return QueueRow("heard, not told", len(self), self._frames, self.peak, 0, self._told())

    def _told(self) -> str:
        """Say what the rule is, whether it holds now, and how often and how long it did."""
        rule = "connections WAIT NOW" if self._stopped else "connections wait"
        if not self.holds:
            return f"{rule}: not yet"
        since = wall.monotonic() - self._since if self._stopped else 0.0
        times = "once" if self.holds == 1 else f"{self.holds:,} times"
        return f"{rule}: {times}, {self.held_s + since:,.1f} s in all"

    @property
    def full(self) -> bool:
        """Return whether nobody may read on."""
        return len(self._waiting) >= self._frames or self._chars >= self._size

    def add(self, frame: Frame, events: Sequence[Event]) -> None:
        """Let a frame wait."""
        if not frame.place and frame.kind is Kind.ANSWER and self._waiting:
            # What came of an answer belongs to it: nothing else was heard in between.
            answer, told = self._waiting.pop()
            self._waiting.append((answer, (*told, *events)))
            return
        self._waiting.append((frame, events))
        self._chars += len(frame.text)
        self.peak = max(self.peak, len(self._waiting))

    def take(self, many: int) -> list[Heard]:
        """Return the oldest, so many at most; at half of the bounds connections go on."""
        batch = [self._waiting.popleft() for _ in range(min(many, len(self._waiting)))]
        self._chars -= sum(len(frame.text) for frame, _ in batch)
        if self._stopped and self._half_empty:
            self._go_on()
        return batch

    def read(self, read: Callable[[], object]) -> None:
        """Let a connection be read: now, or as soon as there is room."""
        if not self.full:
            read()
            return
        if not self._stopped:
            self.holds += 1
            self._since = wall.monotonic()
        self._stopped.append(read)

    @property
    def _half_empty(self) -> bool:
        return 2 * len(self._waiting) <= self._frames and 2 * self._chars <= self._size

    def _go_on(self) -> None:
        """Let those that waited read; each may fill it again, and then the others wait on."""
        self.held_s += wall.monotonic() - self._since
        stopped, self._stopped = self._stopped, []
        for read in stopped:
            self.read(read)

    def health(self) -> dict[str, object]:
        """Return how it is doing, for people."""
        return {
            "waiting": len(self),
            "peak": self.peak,
            "holds": self.holds,
            "held_s": round(self.held_s, 3),
            "holding": bool(self._stopped),
        }
