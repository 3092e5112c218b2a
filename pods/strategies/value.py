"""value: cheap and sound companies after Benjamin Graham."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from magents.model.agents import SignalAgent
from magents.model.bars import Panel
from pods.agents.graham import GrahamAgent, GrahamRule
from pods.agents.schedule import Every
from pods.base import SignalPod
from pods.sizing import FractionOfCapital, equal_parts

Score = Annotated[float, Meta(ge=0, le=1)]
Weight = Annotated[float, Meta(ge=0, le=1)]


class ValueConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the value pod; :class:`GrahamRule` has the formula.

    Attributes:
        signal_threshold: score from which a company is bought.
        exit_threshold: score below which it is sold, not above signal_threshold.
        max_positions: never more companies than this, with equal parts of the capital.
        rebalance: decide on the first close of each day, week or month.
        earnings_weight: weight of the rank by earnings yield, EPS / price.
        book_weight: weight of the rank by book to price.
        graham_weight: weight of the Graham number over the price.
        balance_weight: weight of current ratio and debt to equity.
        graham_cap: Graham number over price that earns the full mark.
        current_ratio: current assets over current liabilities that earn the full mark.
        statement_days: a statement is not used longer after the end of its period, in days.
    """

    signal_threshold: Score = 0.65
    exit_threshold: Score = 0.50
    max_positions: Annotated[int, Meta(ge=1, le=1000)] = 5
    rebalance: Every = "monthly"
    earnings_weight: Weight = 0.35
    book_weight: Weight = 0.25
    graham_weight: Weight = 0.20
    balance_weight: Weight = 0.20
    graham_cap: Annotated[float, Meta(gt=0, le=10)] = 1.0
    current_ratio: Annotated[float, Meta(gt=0, le=10)] = 2.0
    statement_days: Annotated[int, Meta(ge=90, le=3650)] = 548

    def __post_init__(self) -> None:
        """Refuse thresholds in the wrong order, and weights that leave no score."""
        if self.exit_threshold > self.signal_threshold:
            msg = (
                f"exit_threshold {self.exit_threshold} must not be above "
                f"signal_threshold {self.signal_threshold}"
            )
            raise ValueError(msg)
        if not self.earnings_weight + self.book_weight + self.graham_weight:
            msg = "earnings_weight, book_weight and graham_weight must not all be 0"
            raise ValueError(msg)


class ValuePod(SignalPod):
    """Holds the cheapest sound companies by their last filed statements, in equal parts."""

    id = "value"
    aliases = ("fundamental/value", "graham")
    summary = "Value after Graham: cheap by earnings and book, below the Graham number, sound."
    source = (
        "Graham (1949), The Intelligent Investor; Fama and French (1992), Journal of Finance 47; "
        "Piotroski (2000), Journal of Accounting Research 38"
    )
    config_type = ValueConfig

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one Graham agent."""
        del panel
        c = self.config
        rule = GrahamRule(
            c.earnings_weight,
            c.book_weight,
            c.graham_weight,
            c.balance_weight,
            c.graham_cap,
            c.current_ratio,
            c.statement_days,
        )
        return [
            GrahamAgent(
                signal_threshold=c.signal_threshold,
                exit_threshold=c.exit_threshold,
                max_positions=c.max_positions,
                rebalance=c.rebalance,
                rule=rule,
            )
        ]

    def sizing(self) -> FractionOfCapital:
        """Return equal parts of the capital."""
        return equal_parts(self.config.max_positions)
