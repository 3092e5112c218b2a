"""Random factors with mean 1, each drawn from a stream of its own name.

A draw depends on the seed and the name only, never on what was drawn before; and it multiplies
its mean, so a larger mean gives a larger value for the same name.
"""

import math
from enum import StrEnum

from magents.runtime.streams import Streams


class Shape(StrEnum):
    """How a random value lies around its mean."""

    FIXED = "fixed"
    """Always the mean."""
    UNIFORM = "uniform"
    """Evenly within ``width`` (at most 1) times the mean on either side."""
    EXPONENTIAL = "exponential"
    """Exponential: any positive value, small ones most often. Has no width."""
    LOGNORMAL = "lognormal"
    """Lognormal: ``width`` is the standard deviation of the logarithm."""


class Draws:
    """Gives the factor that belongs to a name.

    Args:
        streams: the run's random streams. shape: of the distribution. width: see :class:`Shape`.
    """

    def __init__(self, streams: Streams, shape: Shape, width: float = 0.5) -> None:
        """Keep the shape; draw nothing yet."""
        self._streams = streams
        self._shape = shape
        self._width = width

    def factor(self, name: str) -> float:
        """Return the factor of a name, zero or more, 1 on average."""
        if self._shape is Shape.FIXED:
            return 1.0
        stream = self._streams.stream(name)
        if self._shape is Shape.UNIFORM:
            return 1 + min(self._width, 1.0) * (2 * float(stream.random()) - 1)
        if self._shape is Shape.EXPONENTIAL:
            return -math.log1p(-float(stream.random()))
        return math.exp(self._width * float(stream.standard_normal()) - self._width**2 / 2)
