"""Which instruments to hold: the best by score, with hysteresis and a fixed number of slots."""

from dataclasses import dataclass

import numpy as np

from magents.model.bars import Floats
from magents.model.errors import ConfigError
from pods.agents.asof import Columns, Mask


@dataclass(frozen=True, slots=True)
class Selection:
    """When a place in the portfolio is won and lost.

    Attributes:
        entry: a score at or above it may open a position.
        exit: a held position is closed when its score falls below it.
        slots: never more positions than this.
        keep_rank: a held position is also closed when this many others score better;
            ``None`` leaves it alone.
        allow_short: whether scores at or below ``-entry`` may open short positions.
    """

    entry: float
    exit: float
    slots: int
    keep_rank: int | None = None
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Check that the numbers can work together.

        Raises:
            ConfigError: they cannot.
        """
        if self.exit > self.entry:
            msg = f"exit {self.exit} is above entry {self.entry}: positions would not last a row"
            raise ConfigError(msg)
        if self.slots < 1:
            msg = f"a portfolio needs at least one position, not {self.slots}"
            raise ConfigError(msg)

    def choose(self, held: Floats, score: Floats, tradable: Mask) -> Floats:
        """Choose the next holdings.

        Those held come first and stay as long as they may; free slots go to the best scores.
        Equal scores go in the order of the columns.

        Args:
            held: shape [I], 1 long, -1 short, 0 not held.
            score: shape [I]; NaN is neither kept nor bought.
            tradable: shape [I], who has a bar now; nobody else is bought.

        Returns:
            Shape [I], in the form of ``held``.
        """
        side = np.where((score < 0) & self.allow_short, -1.0, 1.0)
        strength = score * side
        order = np.argsort(-strength, kind="stable")
        kept = (held == side) & (strength >= self.exit) & self._ranked(order)
        wanted = ~kept & (strength >= self.entry) & tradable
        free = self.slots - int(kept.sum())
        kept[order[wanted[order]][:free]] = True
        return np.where(kept, side, 0.0)

    def _ranked(self, order: Columns) -> Mask:
        """Return who is among the best ``keep_rank``."""
        inside = np.zeros(len(order), np.bool_)
        inside[order[: self.keep_rank]] = True
        return inside
