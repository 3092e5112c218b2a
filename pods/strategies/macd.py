"""macd: trend by two exponential averages."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.trend import MacdAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital

Span = Annotated[int, Meta(ge=1)]


class MacdConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the convergence/divergence pod.

    Attributes:
        fast_span: bars of the fast average.
        slow_span: bars of the slow average, more than of the fast one.
        signal_span: bars of the average of their distance.
        position_fraction: part of the pod's capital in each position.
        allow_short: go short below instead of flat.
    """

    fast_span: Span = 12
    slow_span: Span = 26
    signal_span: Span = 9
    position_fraction: Annotated[float, Meta(gt=0, le=1)] = 0.1
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Refuse a fast span that is not the shorter one."""
        if self.fast_span >= self.slow_span:
            msg = f"fast_span {self.fast_span} is not below slow_span {self.slow_span}"
            raise ValueError(msg)


class MacdPod(SignalPod):
    """Long while the distance of two averages grows."""

    id = "macd"
    aliases = ("trend/macd",)
    summary = "Trend: long while the distance of two exponential averages is above its own."
    source = "Appel (2005), Technical Analysis: Power Tools for Active Investors"
    config_type = MacdConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent."""
        del panel
        c = self.config
        return [MacdAgent(c.fast_span, c.slow_span, c.signal_span, allow_short=c.allow_short)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for every position."""
        return FractionOfCapital(self.config.position_fraction)
