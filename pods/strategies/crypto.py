"""crypto: pods for coins and their perpetuals, on past data and live alike."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.basis import BasisAgent
from pods.agents.funding import FundingAgent
from pods.agents.trend import BreakoutAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital

Fraction = Annotated[float, Meta(gt=0, le=1)]
NotNegative = Annotated[float, Meta(ge=0)]


class TrendConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the trend pod.

    Attributes:
        entry_window: bars of the channel that a close must leave to get in.
        exit_window: bars of the channel that a close must leave to get out.
        position_fraction: part of the pod's capital in each position.
        allow_short: go short on a break downwards; only where the market can be shorted.
    """

    entry_window: Annotated[int, Meta(ge=1)] = 60
    exit_window: Annotated[int, Meta(ge=1)] = 20
    position_fraction: Fraction = 0.2
    allow_short: bool = False

    def __post_init__(self) -> None:
        """Refuse an exit that is slower than the entry."""
        if self.exit_window > self.entry_window:
            msg = f"exit_window {self.exit_window} is above entry_window {self.entry_window}"
            raise ValueError(msg)


class TrendPod(SignalPod):
    """Long from a close above the channel to one below the shorter channel."""

    id = "crypto/trend"
    aliases = ("crypto_trend",)
    summary = "Channel breakout: long above the highs of many bars, out below the lows of a few."
    source = "Donchian (1960); Hudson and Urquhart (2021), Annals of Operations Research 297"
    config_type = TrendConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one breakout agent."""
        del panel
        c = self.config
        return [BreakoutAgent(c.entry_window, c.exit_window, allow_short=c.allow_short)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for every position."""
        return FractionOfCapital(self.config.position_fraction)


class BasisConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the cross-venue pod.

    Attributes:
        pairs: markets of one thing as A|B, of which A is held and B sold against it; empty pairs
            each coin with its perpetual, or its first two markets.
        window: bars over which mean and deviation of the basis are taken.
        entry: standard deviations above the mean at which both sides are opened.
        leave: standard deviations within which they are closed.
        edge_bps: the least deviation, in hundredths of a percent; fees of four fills go off it.
        position_fraction: part of the pod's capital in each side.
        both_ways: also sell A against B; only where A can be shorted.
    """

    pairs: tuple[str, ...] = ()
    window: Annotated[int, Meta(ge=2)] = 60
    entry: Annotated[float, Meta(gt=0)] = 1.5
    leave: NotNegative = 0.25
    edge_bps: NotNegative = 5.0
    position_fraction: Fraction = 0.2
    both_ways: bool = False


class BasisPod(SignalPod):
    """Buys the cheaper of two markets in one thing and sells the dearer, until they meet."""

    id = "crypto/basis"
    aliases = ("crypto_basis", "cross_venue")
    summary = "Cross-venue: sells the dearer of two markets in one coin against the cheaper."
    source = "Makarov and Schoar (2020), Journal of Financial Economics 135"
    config_type = BasisConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one basis agent."""
        c = self.config
        return [
            BasisAgent(
                panel,
                c.pairs,
                c.window,
                entry=c.entry,
                leave=c.leave,
                edge_bps=c.edge_bps,
                both_ways=c.both_ways,
            )
        ]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for each side."""
        return FractionOfCapital(self.config.position_fraction)


class FundingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the funding pod.

    Attributes:
        pairs: coin and perpetual as A|B; empty pairs each coin with its perpetual.
        entry: funding rate a period, a fraction, at which the pair is opened.
        leave: rate below which it is closed.
        position_fraction: part of the pod's capital in each side.
    """

    pairs: tuple[str, ...] = ()
    entry: float = 0.0001
    leave: float = 0.0
    position_fraction: Fraction = 0.2

    def __post_init__(self) -> None:
        """Refuse to leave above the entry."""
        if self.leave > self.entry:
            msg = f"leave {self.leave} is above entry {self.entry}"
            raise ValueError(msg)


class FundingPod(SignalPod):
    """Long the coin and short its perpetual while longs pay for it."""

    id = "crypto/funding"
    aliases = ("crypto_funding", "funding_carry")
    summary = "Funding carry: long the coin, short its perpetual while longs pay enough."
    source = "He, Manela, Ross and von Wachter (2022), Fundamentals of perpetual futures"
    config_type = FundingConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one funding agent."""
        return [FundingAgent(panel, self.config.pairs, self.config.entry, self.config.leave)]

    def sizing(self) -> FractionOfCapital:
        """Return the same part of the capital for each side."""
        return FractionOfCapital(self.config.position_fraction)
