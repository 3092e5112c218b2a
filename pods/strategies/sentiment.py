"""sentiment: what insiders do and what people say."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.insider import InsiderRule
from pods.agents.mood import MoodRule
from pods.agents.schedule import Every
from pods.agents.selection import Selection
from pods.agents.sentiment import SentimentAgent
from pods.base import SignalPod
from pods.sizing import FractionOfCapital, equal_parts

Count = Annotated[int, Meta(ge=1, le=1000)]
Days = Annotated[int, Meta(ge=1, le=3650)]
Weight = Annotated[float, Meta(ge=0, le=1)]
Score = Annotated[float, Meta(ge=0, le=1)]


class SentimentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the sentiment pod; the rules of the two scores have the formulas.

    Attributes:
        max_positions: never more companies than this, with equal parts of the capital.
        entry: score from which a position is opened. exit: score below which it is closed.
        allow_short: do the same with negative scores on the other side.
        rebalance: decide on the first close of each day, week or month.
        insider_weight: weight of insiders. mood_weight: of messages and headlines. A kind
            without data gives its weight to the other.
        window_days: an insider's trade counts this long after it was filed.
        sell_weight: what a dollar sold takes away, where a dollar bought adds 1.
        half_score_usd: net dollars bought that make a score of 0.5.
        cluster_insiders: so many different buyers count in full.
        lone_factor: positive scores with fewer buyers are multiplied by this.
        routine_years: trades in the same month so many years running are routine and left out.
        min_messages: a day with fewer messages is no observation.
        span: observations in the slow average of tone.
        decay: weight of an observation in the fast average, relative to the one after it.
        fast_weight: part of the fast average in the mood.
        history: observations that the mood is measured against.
        min_history: at least so many of them.
        max_z: standard deviations above usual that make a score of 1.
        stale_days: the mood is gone so long after the last observation.
    """

    max_positions: Count = 8
    entry: Score = 0.3
    exit: Score = 0.0
    allow_short: bool = False
    rebalance: Every = "weekly"
    insider_weight: Weight = 0.6
    mood_weight: Weight = 0.4
    window_days: Days = 90
    sell_weight: Weight = 1.0
    half_score_usd: Annotated[float, Meta(gt=0)] = 1_000_000.0
    cluster_insiders: Count = 2
    lone_factor: Weight = 0.5
    routine_years: Annotated[int, Meta(ge=2, le=20)] = 3
    min_messages: Count = 5
    span: Count = 20
    decay: Annotated[float, Meta(ge=0, lt=1)] = 0.6
    fast_weight: Weight = 0.3
    history: Count = 120
    min_history: Annotated[int, Meta(ge=2, le=1000)] = 20
    max_z: Annotated[float, Meta(gt=0, le=10)] = 3.0
    stale_days: Days = 10

    def __post_init__(self) -> None:
        """Refuse numbers that cannot work together."""
        if self.exit > self.entry:
            msg = f"exit {self.exit} must not be above entry {self.entry}"
            raise ValueError(msg)
        if not self.insider_weight + self.mood_weight:
            msg = "insider_weight and mood_weight must not both be 0"
            raise ValueError(msg)


class SentimentPod(SignalPod):
    """Holds the companies with the best sentiment by whichever of the two inputs it is given."""

    id = "sentiment"
    aliases = ("quant/sentiment", "insider_sentiment")
    summary = "Sentiment: opportunistic insider purchases and the mood of messages and headlines."
    source = (
        "Cohen, Malloy and Pomorski (2012), Journal of Finance 67; Lakonishok and Lee (2001), "
        "Review of Financial Studies 14; Tetlock (2007), Journal of Finance 62; Tetlock, "
        "Saar-Tsechansky and Macskassy (2008), Journal of Finance 63"
    )
    config_type = SentimentConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent that blends both scores."""
        del panel
        c = self.config
        selection = Selection(c.entry, c.exit, c.max_positions, allow_short=c.allow_short)
        return [
            SentimentAgent(
                selection=selection,
                insiders=self._insiders(),
                mood=self._mood(),
                weights=(c.insider_weight, c.mood_weight),
                rebalance=c.rebalance,
            )
        ]

    def _insiders(self) -> InsiderRule:
        c = self.config
        return InsiderRule(
            c.window_days,
            c.sell_weight,
            c.half_score_usd,
            c.cluster_insiders,
            c.lone_factor,
            c.routine_years,
        )

    def _mood(self) -> MoodRule:
        c = self.config
        return MoodRule(
            c.min_messages,
            c.span,
            c.decay,
            c.fast_weight,
            c.history,
            c.min_history,
            c.max_z,
            c.stale_days,
        )

    def sizing(self) -> FractionOfCapital:
        """Return equal parts of the capital."""
        return equal_parts(self.config.max_positions)
