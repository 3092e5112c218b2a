"""rsi: mean reversion by the relative strength index."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.reversion import RsiAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital

Level = Annotated[float, Meta(gt=0, lt=100)]


class RsiConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the relative-strength pod.

    Attributes:
        window: bars of the index.
        low: an index below it is bought.
        high: an index above it is sold short, where that is allowed.
        middle: an index that is back at it ends the position.
        position_fraction: part of the pod's capital in each position.
        allow_short: whether to sell short.
    """

    window: Annotated[int, Meta(ge=1)] = 14
    low: Level = 30.0
    high: Level = 70.0
    middle: Level = 50.0
    position_fraction: Annotated[float, Meta(gt=0, le=1)] = 0.1
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Refuse levels that are not in order."""
        if not self.low < self.middle < self.high:
            msg = f"middle {self.middle:g} does not lie between low {self.low:g} and high "
            raise ValueError(f"{msg}{self.high:g}")


class RsiPod(SignalPod):
    """Buys what has fallen too fast, until its index is in the middle again."""

    id = "rsi"
    aliases = ("reversion/rsi",)
    summary = "Mean reversion: long from a low relative strength index until it is in the middle."
    source = "Wilder (1978), New Concepts in Technical Trading Systems"
    config_type = RsiConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent."""
        del panel
        c = self.config
        return [RsiAgent(c.window, c.low, c.high, c.middle, allow_short=c.allow_short)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for every position."""
        return FractionOfCapital(self.config.position_fraction)
