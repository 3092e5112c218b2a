"""Companies helped by policy: disclosed trades of Congress, bills and contracts in one list."""

from collections.abc import Sequence

from pods.agents.disclosures import DisclosureRule
from pods.agents.policy import AwardRule, BillRule
from pods.agents.portfolio import PortfolioAgent, ScoreRule
from pods.agents.schedule import Every
from pods.agents.selection import Selection

SELECTION = Selection(entry=0.05, exit=0.0, slots=10, keep_rank=20)


class CongressAgent(PortfolioAgent):
    """Holds the companies that policy helps most, by default at most 10, long only.

    Blends :class:`BillRule` (0.4), :class:`AwardRule` (0.3) and :class:`DisclosureRule` (0.3)
    over the kinds of facts it was given, decides on the first close of each ISO week.  By default
    a position is opened at a score of 0.05 or more and closed when the score falls below 0, when
    the company is not among the best 20 any more, or when nothing about it became known within
    the horizons of the three rules: there is no score then.
    """

    def __init__(
        self,
        *,
        selection: Selection = SELECTION,
        disclosures: DisclosureRule | None = None,
        bills: BillRule | None = None,
        awards: AwardRule | None = None,
        weights: Sequence[float] = (0.3, 0.4, 0.3),
        rebalance: Every = "weekly",
    ) -> None:
        """Make the agent; ``weights`` are those of disclosures, bills and awards."""
        rules: list[ScoreRule] = [
            disclosures or DisclosureRule(),
            bills or BillRule(),
            awards or AwardRule(),
        ]
        parts = list(zip(rules, weights, strict=True))
        super().__init__("congress", parts, selection, rebalance)
