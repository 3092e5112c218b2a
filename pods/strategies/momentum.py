"""momentum: the winners of the last months, ranked across the market."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.schedule import Every
from pods.agents.selection import Selection
from pods.agents.winners import WinnersAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital, equal_parts

Rank = Annotated[float, Meta(ge=0, le=0.5)]


class MomentumConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the cross-sectional momentum pod.

    Attributes:
        lookback: bars over which the past return is taken.
        skip: newest bars that are left out of it.
        entry_rank: rank from which an instrument is bought, -0.5 to 0.5, at least 0.
        exit_rank: rank below which it is sold, not above the one of the entry.
        max_positions: never more positions than this in a panel.
        rebalance: when to decide.
        allow_short: whether to sell the losers short.
    """

    lookback: Annotated[int, Meta(ge=1)] = 126
    skip: Annotated[int, Meta(ge=0)] = 21
    entry_rank: Rank = 0.3
    exit_rank: Rank = 0.1
    max_positions: Annotated[int, Meta(ge=1)] = 10
    rebalance: Every = "monthly"
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Refuse an exit above the entry."""
        if self.exit_rank > self.entry_rank:
            msg = f"exit_rank {self.exit_rank:g} is above entry_rank {self.entry_rank:g}"
            raise ValueError(msg)


class MomentumPod(SignalPod):
    """Holds the winners in equal parts."""

    id = "momentum"
    aliases = ("winners", "quant/cross_sectional_momentum")
    summary = "Cross-sectional momentum: the best of the market by the return of past months."
    source = "Jegadeesh and Titman (1993), Journal of Finance 48"
    config_type = MomentumConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent."""
        del panel
        c = self.config
        chosen = Selection(c.entry_rank, c.exit_rank, c.max_positions, allow_short=c.allow_short)
        return [WinnersAgent(c.lookback, c.skip, chosen, c.rebalance)]

    def sizing(self) -> FractionOfCapital:
        """Return equal parts of the capital."""
        return equal_parts(self.config.max_positions)
