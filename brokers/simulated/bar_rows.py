"""The loaded rows of a panel, its sessions, and the one row before them."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from brokers.simulated.market import Moment, Working
from magents.model.bars import BarBlock, Floats, Instants
from magents.model.time import AT_OPEN, DAY

NEAR = 256
"""Rows among which the next one is mostly found."""
_NONE = np.empty(0, np.int64)


class ClosingBar(NamedTuple):
    """The last bar of a session for one instrument."""

    ts: int
    opened: int
    price: float
    volume: float


class Rows:
    """Rows of one block; a session is the UTC day in which a bar closes.

    Whether the last row ends its session is known when the next block comes: until then nothing is
    said of it, so that the answer does not depend on where blocks are cut.
    """

    def __init__(self, columns: int) -> None:
        """Start without rows."""
        nothing = np.empty((0, columns))
        self.open_ts: Instants = _NONE
        self.ts: Instants = _NONE
        self._session: Instants | None = _NONE
        self.open: Floats = nothing
        self.high: Floats = nothing
        self.low: Floats = nothing
        self.close: Floats = nothing
        self.volume: Floats = nothing
        self.ended = False
        # The same numbers, quicker to read one by one: without making a numpy scalar of each.
        self.open_at = self.open_ts.data
        self.close_at = self.ts.data
        self.opens = self.open.data
        self.volumes = self.volume.data
        self._near = 0
        self._before: tuple[int, int, int] | None = None
        self._last_close: Floats = np.empty(0)
        self._last_volume: Floats = np.empty(0)

    def load(self, block: BarBlock) -> None:
        """Take a block; keep the last row of the one before."""
        if len(self.ts):
            last = int(self.ts[-1])
            self._before = (int(self.open_ts[-1]), last, session_of(last))
            self._last_close, self._last_volume = self.close[-1], self.volume[-1]
        self.open_ts, self.ts = block.open_ts, block.ts
        self.open, self.high, self.low = block.open, block.high, block.low
        self.close, self.volume = block.close, block.volume
        self.open_at, self.close_at = block.open_ts.data, block.ts.data
        self.opens, self.volumes = block.open.data, block.volume.data
        self._session = None
        self._near = 0

    @property
    def session(self) -> Instants:
        """Return the number of the session of each row; most orders never ask."""
        if self._session is None:
            self._session = session_of(self.ts)
        return self._session

    @property
    def starts(self) -> npt.NDArray[np.bool_]:
        """Return whether a session starts with each row."""
        session = self.session
        before = self._before[2] if self._before is not None else int(session[0]) - 1
        starts: npt.NDArray[np.bool_] = np.diff(session, prepend=before) != 0
        return starts

    def first_after(self, moment: Moment) -> int:
        """Return the first row that opens after a moment: at it, where its phase is before OPEN.

        It is looked for near the last one found first: time goes on by small steps.
        """
        first = bisect_left if moment.phase < AT_OPEN else bisect_right
        opens, ts, low = self.open_at, moment.ts, self._near
        high = low + NEAR
        if high >= len(opens) or not opens[low] < ts < opens[high]:
            low, high = 0, len(opens)
        row = self._near = first(opens, ts, low, high)
        return row

    def session_stop(self, working: Working) -> int:
        """Return the first row after the order's own session; the number of rows if none is."""
        own = self._own_session(working)
        return len(self.ts) if own is None else int(self.session.searchsorted(own, "right"))

    def session_end(self, working: Working, stop: int) -> int | None:
        """Return when the order's own session ended, where that is known."""
        if self._own_session(working) is None:
            return None
        if stop < len(self.ts) or self.ended:
            if stop > 0:
                return int(self.ts[stop - 1])
            return self._before[1] if self._before is not None else None
        return None

    def next_close(self, working: Working, column: int) -> ClosingBar | None:
        """Return the first bar that ends a session and opened after the order arrived."""
        late = self._close_before(working, column)
        if late is not None:
            return late
        ends = np.append(self.starts[1:], self.ended)[working.row :]
        there = ends & ~np.isnan(self.close[working.row :, column])
        if not there.any():
            return None
        row = working.row + int(there.argmax())
        price, volume = float(self.close[row, column]), float(self.volume[row, column])
        return ClosingBar(int(self.ts[row]), int(self.open_ts[row]), price, volume)

    def _close_before(self, working: Working, column: int) -> ClosingBar | None:
        """Return the row before the block, if this block shows that it ended its session."""
        if self._before is None or working.row > 0 or not len(self.ts) or not self.starts[0]:
            return None
        opened, ts, _ = self._before
        price = float(self._last_close[column])
        if price != price or not _before_open(working.arrived, opened):  # noqa: PLR0124 - NaN
            return None
        return ClosingBar(ts, opened, price, float(self._last_volume[column]))

    def _own_session(self, working: Working) -> int | None:
        """Return the session of the first bar that opened after the order arrived."""
        if self._before is not None and _before_open(working.entered, self._before[0]):
            return self._before[2]
        first = self.first_after(working.entered)
        return int(self.session[first]) if first < len(self.ts) else None


S = TypeVar("S", int, Instants)


def session_of(ts: S) -> S:
    """Return the number of the session that a close belongs to: its UTC day."""
    return (ts - 1) // DAY


def _before_open(moment: Moment, opened: int) -> bool:
    return moment.ts < opened or (moment.ts == opened and moment.phase < AT_OPEN)
