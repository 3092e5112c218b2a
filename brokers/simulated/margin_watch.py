"""When to look at the margin of the account: asleep until the first close that may bring a call."""

import asyncio
from collections.abc import Callable, Mapping

from brokers.simulated.margin_desk import MarginDesk
from magents.book.marks import PanelMarks
from magents.book.segments import timeline_of
from magents.model.ports import Clock
from magents.model.time import Phase


class MarginWatch:
    """Searches the loaded closes at once, and again whenever the account or the data change.

    It looks in phase ``CLOSE``, after everything else that was due in it: at each close that may
    bring a call, and where the account has changed before.

    Args:
        clock: whose time. tables: marks by panel. desk: reckons. look: looks exactly.
    """

    def __init__(
        self,
        clock: Clock,
        tables: Mapping[str, PanelMarks],
        desk: MarginDesk,
        look: Callable[[], None],
    ) -> None:
        """Sleep."""
        self._clock = clock
        self._tables = list(tables.values())
        self._desk = desk
        self._look = look
        self._alarm: asyncio.TimerHandle | None = None
        self._armed = (0, 0)

    def changed(self) -> None:
        """Look again: at the end of this instant, or of its closes where they are to come."""
        late = self._clock.phase() > Phase.CLOSE
        self._arm(self._clock.now(), Phase.END if late else Phase.CLOSE)

    def sleep(self) -> None:
        """Look no more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _arm(self, when: int, phase: Phase) -> None:
        """Set the alarm, unless it rings earlier anyway."""
        if self._alarm is not None:
            if self._armed <= (when, phase):
                return
            self._alarm.cancel()
        self._armed = (when, phase)
        wake = self._wait if phase is Phase.CLOSE else self._search
        self._alarm = self._clock.call_at(when, phase, wake)

    def _wait(self) -> None:
        """Let everything else due at this close come first."""
        self._alarm = self._clock.call_at(self._clock.now(), Phase.CLOSE, self._ring)

    def _ring(self) -> None:
        self._look()
        self._search()

    def _search(self) -> None:
        """Sleep until the first close that may bring a call, or until the data end."""
        self._alarm = None
        now = self._clock.now()
        ends = [int(table.ts[-1]) for table in self._tables if len(table.ts)]
        until = min((end for end in ends if end > now), default=now)
        if until > now and self._desk.nets():
            timeline = timeline_of(self._tables, now, until)
            hits = self._desk.called(self._tables, timeline).nonzero()[0]
            self._arm(int(timeline[hits[0]]) if len(hits) else until, Phase.CLOSE)
