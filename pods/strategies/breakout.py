"""breakout: trend by channels of highs and lows."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.trend import BreakoutAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital

Window = Annotated[int, Meta(ge=1)]


class BreakoutConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the breakout pod.

    Attributes:
        entry_window: bars whose highest high must be passed.
        exit_window: bars whose lowest low ends the position, not more than those of the entry.
        position_fraction: part of the pod's capital in each position.
        allow_short: whether to sell short below the lowest low.
    """

    entry_window: Window = 20
    exit_window: Window = 10
    position_fraction: Annotated[float, Meta(gt=0, le=1)] = 0.1
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Refuse an exit that is further away than the entry."""
        if self.exit_window > self.entry_window:
            msg = f"exit_window {self.exit_window} is above entry_window {self.entry_window}"
            raise ValueError(msg)


class BreakoutPod(SignalPod):
    """Buys new highs, sells new lows."""

    id = "breakout"
    aliases = ("donchian", "trend/breakout")
    summary = (
        "Trend: long from a close above the highs of some bars to one below the lows of fewer."
    )
    source = "Faith (2003), The Original Turtle Trading Rules"
    config_type = BreakoutConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent."""
        del panel
        c = self.config
        return [BreakoutAgent(c.entry_window, c.exit_window, allow_short=c.allow_short)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for every position."""
        return FractionOfCapital(self.config.position_fraction)
