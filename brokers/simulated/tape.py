"""The loaded rows of one instrument's ticks, as an order of either side meets them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from magents.model.bars import Floats, Instants
from magents.model.time import DAY

BUY, SELL = 1, -1
Hits = npt.NDArray[np.bool_]
_NO_TS: Instants = np.empty(0, np.int64)
_NO_ROWS: Floats = np.empty(0)
NAN = float("nan")


class Offers(NamedTuple):
    """What orders of one side may take: prices and sizes, shape [T]; NaN where there is none."""

    price: Floats
    size: Floats


class Offer(NamedTuple):
    """One row of :class:`Offers`."""

    price: float
    size: float


class Close(NamedTuple):
    """The last row of a session; -1 is the row before the loaded ones."""

    row: int
    ts: int


_NOTHING = Offers(_NO_ROWS, _NO_ROWS)


def first(hits: Hits, start: int) -> int:
    """Return the row of the first hit, -1 where there is none."""
    if not len(hits):
        return -1
    row = int(hits.argmax())
    return start + row if hits[row] else -1


class Tape:
    """Rows of one block and the one row before them; a session is a UTC day.

    Whether the last row ends its session is known when the next block comes, so that nothing
    depends on where blocks are cut.
    """

    def __init__(self) -> None:
        """Start without rows."""
        self.ts = _NO_TS
        self.base = 0
        self.ended = False
        self._session = _NO_TS
        self._starts: Hits = np.empty(0, bool)
        self._sides = {BUY: _NOTHING, SELL: _NOTHING}
        self._before = {BUY: Offer(NAN, NAN), SELL: Offer(NAN, NAN)}
        self._before_ts: int | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ts)

    def load(self, ts: Instants, buy: Offers, sell: Offers) -> None:
        """Take the next rows; keep the last of the ones before."""
        if len(self):
            self._before = {side: self.offer(len(self) - 1, side) for side in (BUY, SELL)}
            self._before_ts = int(self.ts[-1])
            self.base += len(self)
        self.ts, self._session = ts, ts // DAY
        self._sides = {BUY: buy, SELL: sell}
        earlier = self._session[:1] - 1 if self._before_ts is None else self._before_ts // DAY
        self._starts = np.diff(self._session, prepend=earlier) != 0

    def side(self, sign: int) -> Offers:
        """Return what orders of a side may take."""
        return self._sides[sign]

    def offer(self, row: int, sign: int) -> Offer:
        """Return what an order of a side may take at a row; -1 is the row before the block."""
        if row < 0:
            return self._before[sign]
        prices, sizes = self._sides[sign]
        return Offer(float(prices[row]), float(sizes[row]))

    def first_after(self, ts: int) -> int:
        """Return the first row after an instant."""
        return int(self.ts.searchsorted(ts, "right"))

    def session_start(self, row: int) -> int:
        """Return the first row from ``row`` on that starts a session, -1 where there is none."""
        return first(self._starts[row:], row)

    def session_stop(self, arrived: int) -> int:
        """Return the first row after the session of an order, the number of rows if none is."""
        own = self._own_session(arrived)
        return len(self) if own is None else int(self._session.searchsorted(own, "right"))

    def session_close(self, arrived: int) -> Close | None:
        """Return the last row of an order's session, where that is known."""
        stop = self.session_stop(arrived)
        if self._own_session(arrived) is None or not (stop < len(self) or self.ended):
            return None
        if stop > 0:
            return Close(stop - 1, int(self.ts[stop - 1]))
        return None if self._before_ts is None else Close(-1, self._before_ts)

    def _own_session(self, arrived: int) -> int | None:
        """Return the session of the first row after an order arrived."""
        if self._before_ts is not None and self._before_ts > arrived:
            return self._before_ts // DAY
        row = self.first_after(arrived)
        return int(self._session[row]) if row < len(self) else None
