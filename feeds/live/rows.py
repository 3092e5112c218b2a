"""Events of one batch to blocks of ticks, one a panel."""

import numpy as np

from feeds.live.frames import Depth, Top, Trade
from magents.model.bars import Panel
from magents.model.ticks import Block, DepthBlock, QuoteBlock, TradeBlock

NAN = float("nan")


class TradeRows:
    """Trades of one instrument."""

    def __init__(self, panel: Panel) -> None:
        """Start empty."""
        self.panel = panel
        self._rows: list[tuple[int, float, float, int]] = []

    def add(self, instant: int, event: Trade) -> None:
        """Add a trade, known at an instant."""
        self._rows.append((instant, event.price, event.size, event.side))

    def take(self) -> Block | None:
        """Return what was added since, ``None`` where nothing was."""
        if not self._rows:
            return None
        ts, price, size, side = zip(*self._rows, strict=True)
        self._rows.clear()
        return TradeBlock(
            self.panel,
            np.array(ts, np.int64),
            np.array(price),
            np.array(size),
            np.array(side, np.int8),
        )


class TopRows:
    """Best bids and offers of one instrument."""

    def __init__(self, panel: Panel) -> None:
        """Start empty."""
        self.panel = panel
        self._rows: list[tuple[int, float, float, float, float]] = []

    def add(self, instant: int, event: Top) -> None:
        """Add a quote, known at an instant."""
        self._rows.append((instant, *event[1:]))

    def take(self) -> Block | None:
        """Return what was added since, ``None`` where nothing was."""
        if not self._rows:
            return None
        ts, *numbers = zip(*self._rows, strict=True)
        self._rows.clear()
        return QuoteBlock(self.panel, np.array(ts, np.int64), *(np.array(each) for each in numbers))


class DepthRows:
    """Changes of the book of one instrument, level by level."""

    def __init__(self, panel: Panel) -> None:
        """Start empty."""
        self.panel = panel
        self._rows: list[tuple[int, int, float, float, int, float]] = []

    def add(self, instant: int, event: Depth) -> None:
        """Add the levels of one message; the middle is known after its last."""
        first = len(self._rows)
        for side, price, size in event.levels:
            self._rows.append((instant, side, price, size, 0, NAN))
        if len(self._rows) == first:
            # The book is gone: a level of no size empties it, and nothing is at the middle.
            self._rows.append((instant, 1, 0.0, 0.0, 0, NAN))
        if event.reset:
            self._rows[first] = (*self._rows[first][:4], 1, NAN)
        self._rows[-1] = (*self._rows[-1][:5], event.mid)

    def take(self) -> Block | None:
        """Return what was added since, ``None`` where nothing was."""
        if not self._rows:
            return None
        ts, side, price, size, reset, mid = zip(*self._rows, strict=True)
        self._rows.clear()
        return DepthBlock(
            self.panel,
            np.array(ts, np.int64),
            np.array(side, np.int8),
            np.array(price),
            np.array(size),
            np.array(reset, np.int8),
            np.array(mid),
        )
