"""Sentiment: what insiders do (slow) and what people say (fast), in one list."""

from collections.abc import Sequence

from pods.agents.insider import InsiderRule
from pods.agents.mood import MoodRule
from pods.agents.portfolio import PortfolioAgent, ScoreRule
from pods.agents.schedule import Every
from pods.agents.selection import Selection

SELECTION = Selection(entry=0.3, exit=0.0, slots=8)


class SentimentAgent(PortfolioAgent):
    """Holds the companies with the best sentiment, by default at most 8, long only.

    Blends :class:`InsiderRule` (0.6) and :class:`MoodRule` (0.4) over the kinds of facts it was
    given, decides on the first close of each ISO week.  :class:`Selection` says when a position
    is opened and closed: by default at a score of 0.3 and below 0.
    """

    def __init__(
        self,
        *,
        selection: Selection = SELECTION,
        insiders: InsiderRule | None = None,
        mood: MoodRule | None = None,
        weights: Sequence[float] = (0.6, 0.4),
        rebalance: Every = "weekly",
    ) -> None:
        """Make the agent."""
        rules: list[ScoreRule] = [insiders or InsiderRule(), mood or MoodRule()]
        parts = list(zip(rules, weights, strict=True))
        super().__init__("sentiment", parts, selection, rebalance)
