"""Many sorted runs of rows become one, in bounded memory."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from feeds.rows import Bars, concat

Repeated = Callable[[Bars], None]
"""Told of rows whose bar an earlier file has already."""


class _Run:
    """One sorted run with the part of it that is in memory."""

    def __init__(self, parts: Iterator[Bars]) -> None:
        self.parts = parts
        self.held: Bars | None = None
        self.over = False
        self.usual = 0
        self.fill()

    def fill(self) -> None:
        """Read on until there are rows, or the run is over."""
        while not self.over:
            part = next(self.parts, None)
            if part is None:
                self.over = True
            elif len(part):
                self.held = part if self.held is None else concat([self.held, part])
                self.usual = max(self.usual, len(part))
                return

    def take_before(self, instant: int | None) -> Bars | None:
        """Give up the rows that close before an instant (all for ``None``)."""
        held = self.held
        if held is None:
            return None
        cut = len(held) if instant is None else int(np.searchsorted(held.ts, instant))
        self.held = held.take(slice(cut, None)) if cut < len(held) else None
        return held.take(slice(0, cut)) if cut else None

    @property
    def low(self) -> bool:
        """Whether it is time to read on."""
        return not self.over and (self.held is None or len(self.held) * 2 < self.usual)


def merge(runs: Sequence[Iterator[Bars]], repeated: Repeated) -> Iterator[Bars]:
    """Merge sorted runs.

    Each part that comes out is sorted by (ts, code) and lies wholly after the part before.
    Of rows with the same bar and instrument the one of the first run is kept.
    """
    open_runs = [_Run(run) for run in runs]
    while open_runs:
        live = [run for run in open_runs if not run.over]
        frontier = min((int(run.held.ts[-1]) for run in live if run.held is not None), default=None)
        taken = [part for run in open_runs if (part := run.take_before(frontier)) is not None]
        if taken:
            yield _ordered(concat(taken), repeated)
        for run in live:
            if run.low or (run.held is not None and int(run.held.ts[-1]) == frontier):
                run.fill()
        open_runs = [run for run in open_runs if not run.over or run.held is not None]


def _ordered(bars: Bars, repeated: Repeated) -> Bars:
    step, across = np.diff(bars.ts), np.diff(bars.code)
    if ((step > 0) | ((step == 0) & (across > 0))).all():
        return bars
    bars = bars.take(np.lexsort((bars.code, bars.ts)))
    again = (np.diff(bars.ts) == 0) & (np.diff(bars.code) == 0)
    if not again.any():
        return bars
    again = np.concatenate([[False], again])
    repeated(bars.take(again))
    return bars.take(~again)
