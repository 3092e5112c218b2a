"""bollinger: mean reversion from the edges of a band."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.reversion import BollingerAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital


class BollingerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the Bollinger pod.

    Attributes:
        window: bars of the bands.
        width: of the bands, in standard deviations.
        position_fraction: part of the pod's capital in each position.
        allow_short: whether to sell short above the upper band.
    """

    window: Annotated[int, Meta(ge=2)] = 20
    width: Annotated[float, Meta(gt=0)] = 2.0
    position_fraction: Annotated[float, Meta(gt=0, le=1)] = 0.1
    allow_short: bool = False


class BollingerPod(SignalPod):
    """Buys below the lower band, until the price is at its average again."""

    id = "bollinger"
    aliases = ("reversion/bollinger",)
    summary = "Mean reversion: long from below the lower Bollinger band until the middle."
    source = "Bollinger (2001), Bollinger on Bollinger Bands"
    config_type = BollingerConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent."""
        del panel
        c = self.config
        return [BollingerAgent(c.window, c.width, allow_short=c.allow_short)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for every position."""
        return FractionOfCapital(self.config.position_fraction)
