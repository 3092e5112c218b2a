"""congress: companies that policy helps, by disclosed trades, bills and contracts."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.congress import CongressAgent
from pods.agents.disclosures import DisclosureRule
from pods.agents.policy import AwardRule, BillRule
from pods.agents.schedule import Every
from pods.agents.selection import Selection
from pods.base import SignalPod
from pods.sizing import FractionOfCapital, equal_parts

Count = Annotated[int, Meta(ge=1, le=1000)]
Days = Annotated[int, Meta(ge=1, le=3650)]
Weight = Annotated[float, Meta(ge=0, le=1)]
Score = Annotated[float, Meta(ge=-1, le=1)]
Positive = Annotated[float, Meta(gt=0)]


class CongressConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the congress pod; the rules of the three scores have the formulas.

    Attributes:
        max_positions: never more companies than this, with equal parts of the capital.
        keep_rank: a company is sold once this many others score better.
        entry: score from which a company is bought. exit: score below which it is sold.
        rebalance: decide on the first close of each day, week or month.
        disclosure_weight: weight of disclosed trades. bill_weight: of bills.
        award_weight: of public contracts. Kinds without data give their weight to the others.
        window_days: a disclosure counts this long.
        half_life_days: its weight halves every so many days.
        sell_weight: what a sale takes away, where a purchase of its size adds 1.
        amount_unit: dollars; size is log10(middle of the reported band / amount_unit).
        open_band_factor: a band without an end counts its start times this.
        cluster_members: so many different buyers are a cluster.
        cluster_bonus: points of a cluster are multiplied by this.
        half_score: points that make a score of 0.5.
        max_lag_days: trades disclosed later than this are left out.
        bill_days: a step of a bill counts this long. award_days: an award counts this long.
        award_history_days: awards are measured against those of so many days before.
        award_min: at least so many of them.
        sectors: instrument to sector, for bills about sectors.
    """

    max_positions: Count = 10
    keep_rank: Count = 20
    entry: Score = 0.05
    exit: Score = 0.0
    rebalance: Every = "weekly"
    disclosure_weight: Weight = 0.3
    bill_weight: Weight = 0.4
    award_weight: Weight = 0.3
    window_days: Days = 105
    half_life_days: Positive = 60.0
    sell_weight: Weight = 0.3
    amount_unit: Positive = 1000.0
    open_band_factor: Annotated[float, Meta(ge=1, le=10)] = 1.5
    cluster_members: Count = 3
    cluster_bonus: Annotated[float, Meta(ge=1, le=10)] = 1.5
    half_score: Positive = 2.0
    max_lag_days: Days = 365
    bill_days: Days = 126
    award_days: Days = 63
    award_history_days: Days = 365
    award_min: Annotated[int, Meta(ge=2, le=1000)] = 4
    sectors: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse numbers that cannot work together."""
        if self.exit > self.entry:
            msg = f"exit {self.exit} must not be above entry {self.entry}"
            raise ValueError(msg)
        if self.keep_rank < self.max_positions:
            msg = f"keep_rank {self.keep_rank} must not be below max_positions {self.max_positions}"
            raise ValueError(msg)
        if not self.disclosure_weight + self.bill_weight + self.award_weight:
            msg = "disclosure_weight, bill_weight and award_weight must not all be 0"
            raise ValueError(msg)


class CongressPod(SignalPod):
    """Holds the companies that policy helps most, from the day the public could know it."""

    id = "congress"
    aliases = ("event_driven/congress", "congressional_trading")
    summary = "Policy winners: trades Congress disclosed, bills on their way, contracts awarded."
    source = (
        "Ziobrowski et al. (2004), JFQA 39, and (2011), Business and Politics 13; Cohen, Diether "
        "and Malloy (2013), JFE 110; Belo, Gala and Li (2013), JFE 107; no skill found by Eggers "
        "and Hainmueller (2013), Journal of Politics 75, and Belmont et al. (2022), Journal of "
        "Public Economics 207"
    )
    config_type = CongressConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent that blends the three scores."""
        del panel
        c = self.config
        return [
            CongressAgent(
                selection=Selection(c.entry, c.exit, c.max_positions, c.keep_rank),
                disclosures=self._disclosures(),
                bills=BillRule(hold_days=c.bill_days, sectors=c.sectors),
                awards=AwardRule(c.award_days, c.award_history_days, c.award_min),
                weights=(c.disclosure_weight, c.bill_weight, c.award_weight),
                rebalance=c.rebalance,
            )
        ]

    def _disclosures(self) -> DisclosureRule:
        c = self.config
        return DisclosureRule(
            c.window_days,
            c.half_life_days,
            c.sell_weight,
            c.amount_unit,
            c.open_band_factor,
            c.cluster_members,
            c.cluster_bonus,
            c.half_score,
            c.max_lag_days,
        )

    def sizing(self) -> FractionOfCapital:
        """Return equal parts of the capital."""
        return equal_parts(self.config.max_positions)
