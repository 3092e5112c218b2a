"""Circuit breakers over the data as they come, block by block (rules V11, V12).

A block is looked at as a whole when it is loaded, yet a halt begins only when the price that causes
it is known.  What has been seen is carried from block to block, so blocks of any size bring the
same halts.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from brokers.simulated.sessions import Sessions
from brokers.simulated.venue_rules.breaker import (
    MarketWatch,
    MarketWide,
    NameWatch,
    SingleName,
    halts_of,
)
from brokers.simulated.venue_rules.halts import Halts
from magents.model.bars import Floats, Instants
from magents.model.ticks import Block

NAN = float("nan")
ALWAYS = Sessions((), ())
"""A calendar of UTC days."""


class IndexBreaker:
    """Watches an index session by session.

    Args:
        sessions: of the index's calendar. rules: settings.
    """

    def __init__(self, sessions: Sessions, rules: MarketWide) -> None:
        """Know no session yet."""
        self._sessions = sessions
        self._rules = rules
        self._close = 0
        self._last = NAN
        self._watch: MarketWatch | None = None

    def on_prices(self, ts: Instants, prices: Floats, halts: Halts) -> None:
        """Look at the next prices of the index; ``NaN`` is none."""
        for start, stop in self._parts(ts):
            part = prices[start:stop]
            if self._watch is not None:
                for halt in halts_of(self._watch.trips(ts[start:stop], part)):
                    halts.add(halt)
            there = part[~np.isnan(part)]
            self._last = float(there[-1]) if len(there) else self._last

    def _parts(self, ts: Instants) -> Iterator[tuple[int, int]]:
        """Cut rows into sessions; each has a watch of its own, once there is a close before it."""
        start = 0
        while start < len(ts):
            close = self._sessions.close_of(int(ts[start]))
            if close != self._close:
                known = self._last == self._last
                self._watch = MarketWatch(self._last, close, self._rules) if known else None
                self._close = close
            stop = int(ts.searchsorted(close, "right"))
            yield start, stop
            start = stop


class Breakers:
    """Halts what moves too far.

    Args:
        halts: the table they are added to.
        index: the instrument that stands for the market, "" for none. wide: what watches it.
        names: the breaker for one name, ``None`` for none.
    """

    def __init__(
        self,
        halts: Halts,
        index: str = "",
        wide: IndexBreaker | None = None,
        names: SingleName | None = None,
    ) -> None:
        """Watch from the first price on."""
        self._halts = halts
        self._index = index
        self._wide = wide
        self._names = names
        self._by_name: dict[str, NameWatch] = {}

    def on_block(self, block: Block, decides: Mapping[str, str]) -> None:
        """Look at the next data of a panel.

        Args:
            decides: by instrument, the panel whose data it trades on; others are passed over.
        """
        for column, name in enumerate(block.panel.instruments):
            if decides[name] == block.panel.name:
                self._look(name, block.ts, block.marks[:, column])

    def _look(self, name: str, ts: Instants, prices: Floats) -> None:
        if self._wide is not None and name == self._index:
            self._wide.on_prices(ts, prices, self._halts)
        if self._names is None:
            return
        watch = self._by_name.get(name)
        if watch is None:
            watch = self._by_name[name] = NameWatch(self._names)
        for halt in halts_of(watch.trips(ts, prices), name):
            self._halts.add(halt)
