"""States that rows switch: on and off, and sides of a line; the same however rows are cut."""

import numpy as np
import numpy.typing as npt

from magents.book.marks import forward_fill
from magents.model.bars import Floats

Mask = npt.NDArray[np.bool_]


class Latch:
    """1 from the row that switches it on to the one that switches it off; 0 else."""

    def __init__(self) -> None:
        """Start off."""
        self._held: Floats | None = None

    def update(self, on: Mask, off: Mask) -> Floats:
        """Take the next rows, shape [T, I]; a row that says both switches off."""
        if self._held is None:
            self._held = np.zeros(on.shape[1])
        said = np.where(off, 0.0, np.where(on, 1.0, np.nan))
        state = forward_fill(said, self._held)
        if len(state):
            self._held = state[-1].copy()
        return state


class Crossing:
    """The side of a line, once it was crossed: 1 above, ``below`` below, 0 before any crossing.

    The first side known is only a starting point.  An exact tie keeps the side it came from.

    Args:
        below: what being below means, such as 0 or -1.
    """

    def __init__(self, below: float) -> None:
        """Know no side yet."""
        self._below = below
        self._side: Floats | None = None
        self._crossed: Mask | None = None

    def update(self, distance: Floats) -> Floats:
        """Take distances from the line, shape [T, I], NaN where there are none."""
        quick = self._quick(distance)
        if quick is not None:
            return quick
        above = np.sign(distance)
        if self._side is None or self._crossed is None:
            self._side = np.full(above.shape[1], np.nan)
            self._crossed = np.zeros(above.shape[1], dtype=bool)
        side = forward_fill(np.where(above == 0, np.nan, above), self._side)
        before = np.vstack([self._side, side[:-1]])
        crossings = (side != before) & ~np.isnan(before)
        crossed = np.logical_or.accumulate(np.vstack([self._crossed, crossings]), axis=0)[1:]
        self._side, self._crossed = side[-1].copy(), crossed[-1].copy()
        return np.where(crossed, np.where(side > 0, 1.0, self._below), 0.0)

    def _quick(self, distance: Floats) -> Floats | None:
        """Do the same in few passes: where all have crossed, and nothing is missing or tied."""
        if self._crossed is None or not self._crossed.all() or not (np.abs(distance) > 0).all():
            return None
        self._side = np.sign(distance[-1])
        return np.where(distance > 0, 1.0, self._below)
