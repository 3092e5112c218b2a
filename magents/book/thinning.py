"""Fewer rows of a curve without bending it: the last one of each step of time."""

import numpy as np
import numpy.typing as npt

from magents.model.bars import Instants
from magents.model.time import DAY, HOUR, MINUTE, SECOND

STEPS = (
    SECOND,
    5 * SECOND,
    15 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    4 * HOUR,
    DAY,
)
"""Each is a multiple of the one before, so what was thinned once can be thinned again."""


def last_of(ts: Instants, step: int) -> npt.NDArray[np.intp]:
    """Return the first row and the last of each step, counted from midnight UTC.

    Args:
        ts: instants that never fall. step: nanoseconds.
    """
    ends = np.append(np.diff(ts // step) != 0, True)
    ends[0] = True
    return np.flatnonzero(ends)


def coarser(step: int) -> int:
    """Return the next longer step; a day is the longest."""
    return next((each for each in STEPS if each > step), DAY)
