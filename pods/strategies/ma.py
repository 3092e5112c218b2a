"""ma: moving-average crossover."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.crossover import CrossoverAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital


class MaConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the moving-average pod.

    Attributes:
        fast_window: bars in the fast average.
        slow_window: bars in the slow average, more than in the fast one.
        position_fraction: part of the pod's capital in each position.
        allow_short: go short below instead of flat.
    """

    fast_window: Annotated[int, Meta(ge=1)] = 10
    slow_window: Annotated[int, Meta(ge=2)] = 30
    position_fraction: Annotated[float, Meta(gt=0, le=1)] = 0.1
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Refuse a fast window that is not the shorter one."""
        if self.fast_window >= self.slow_window:
            msg = f"fast_window {self.fast_window} is not below slow_window {self.slow_window}"
            raise ValueError(msg)


class MaPod(SignalPod):
    """Long from an upward crossing of the averages to the next downward one."""

    id = "ma"
    aliases = ("moving_average", "trend/moving_average_crossover")
    summary = "Moving-average crossover: long while the fast average is above the slow one."
    source = "Brock, Lakonishok and LeBaron (1992), Journal of Finance 47"
    config_type = MaConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one crossover agent."""
        del panel
        c = self.config
        return [CrossoverAgent(c.fast_window, c.slow_window, allow_short=c.allow_short)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for every position."""
        return FractionOfCapital(self.config.position_fraction)
