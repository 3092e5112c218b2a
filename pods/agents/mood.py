"""The mood of messages and headlines about a company, against its own past.

Sources: Tetlock, "Giving content to investor sentiment", Journal of Finance 62 (2007); Tetlock,
Saar-Tsechansky and Macskassy, "More than words", Journal of Finance 63 (2008): prices take a few
days to follow the words, and trading on each is eaten by costs, hence the smoothing and the
weekly decision; Loughran and McDonald, "When is a liability not a liability?", Journal of
Finance 66 (2011), for the tone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from magents.model.bars import Floats
from magents.model.facts import SENTIMENT, FactTable
from magents.model.time import DAY
from pods.agents.asof import Columns, Mask, columns_of, numbers, totals
from pods.agents.portfolio import PortfolioAgent
from pods.agents.schedule import Every
from pods.agents.selection import Selection

SELECTION = Selection(entry=0.3, exit=0.0, slots=8)


@dataclass(frozen=True, slots=True)
class MoodRule:
    """How much better than usual the messages about a company sound.

    An observation is everything that became known about a company at one instant (a day of
    messages), if it holds at least ``min_messages``; ``k`` counts observations backwards:

    * ``tone = (positive - negative) / (positive + negative + 1)``, in (-1, 1);
    * ``slow``: average of tone with weights ``(1 - a) ** k``, ``a = 2 / (span + 1)``, that
      starts at the first tone;
    * ``fast = (1 - decay) * sum(decay ** k * tone_k)``;
    * ``mood = (1 - fast_weight) * slow + fast_weight * fast``;
    * ``z = (mood - mean) / std`` against the company's own past up to the observation before:
      all of it equally at first, from ``history`` observations on with exponential weights of
      that span; not before ``min_history`` observations.

    The score is ``clip(z / max_z, -1, 1)``; it is gone ``stale_days`` after the last observation.
    """

    min_messages: int = 5
    span: int = 20
    decay: float = 0.6
    fast_weight: float = 0.3
    history: int = 120
    min_history: int = 20
    max_z: float = 3.0
    stale_days: int = 10

    kind: ClassVar[str] = SENTIMENT
    evidence: ClassVar[tuple[str, ...]] = ("mood_score", "mood_z", "tone", "messages")

    def start(self, instruments: Sequence[str]) -> "MoodScorer":
        """Return a scorer that has heard nothing yet."""
        return MoodScorer(self, instruments)


class MoodScorer:
    """Carries the averages of each company, all of shape [I]; see :class:`MoodRule`."""

    def __init__(self, rule: MoodRule, instruments: Sequence[str]) -> None:
        """Start in silence."""
        width = len(instruments)
        self._rule = rule
        self._index = {name: column for column, name in enumerate(instruments)}
        self._seen = np.zeros(width)
        self._heard_at = np.zeros(width, np.int64)
        self._slow, self._sum = np.zeros(width), np.zeros(width)
        self._mean, self._variance = np.zeros(width), np.zeros(width)
        self._z, self._tone, self._messages = np.full((3, width), np.nan)

    def learn(self, facts: FactTable) -> None:
        """Take one observation after the other."""
        column = columns_of(facts.instrument, self._index)
        rows = np.flatnonzero(column >= 0)
        if not len(rows):
            return
        about = [numbers(facts, name) for name in ("n_messages", "positive", "negative")]
        said = np.nan_to_num(np.stack(about))[:, rows]
        known_at, first = np.unique(facts.known_at[rows], return_index=True)
        ends = [*first[1:], len(rows)]
        for instant, start, end in zip(known_at, first, ends, strict=True):
            self._observe(int(instant), column[rows[start:end]], said[:, start:end])

    def _observe(self, instant: int, column: Columns, said: Floats) -> None:
        """Update the companies that were talked about enough."""
        n, positive, negative = (totals(column, words, len(self._seen)) for words in said)
        talk = n >= self._rule.min_messages
        tone = (positive - negative) / (positive + negative + 1)
        self._judge(talk, self._smooth(talk, tone))
        self._tone = np.where(talk, tone, self._tone)
        self._messages = np.where(talk, n, self._messages)
        self._heard_at[talk] = instant

    def _smooth(self, talk: Mask, tone: Floats) -> Floats:
        """Return the mood after a tone."""
        rule = self._rule
        slow = self._slow + 2 / (rule.span + 1) * (tone - self._slow)
        slow = np.where(self._seen == 0, tone, slow)
        self._slow = np.where(talk, slow, self._slow)
        self._sum = np.where(talk, rule.decay * self._sum + tone, self._sum)
        fast = (1 - rule.decay) * self._sum
        return (1 - rule.fast_weight) * self._slow + rule.fast_weight * fast

    def _judge(self, talk: Mask, mood: Floats) -> None:
        """Measure the mood against the past, then add it to the past."""
        rule = self._rule
        away = mood - self._mean
        known = (self._seen >= rule.min_history) & (self._variance > 0)
        spread = np.sqrt(np.where(known, self._variance, 1))
        z = np.where(known, away / spread, np.nan)
        self._z = np.where(talk, z, self._z)
        self._seen = self._seen + talk
        gain = np.maximum(1 / np.maximum(self._seen, 1), 2 / (rule.history + 1))
        variance = (1 - gain) * (self._variance + gain * away * away)
        self._mean = np.where(talk, self._mean + gain * away, self._mean)
        self._variance = np.where(talk, variance, self._variance)

    def score(self, now: int, close: Floats) -> Floats:
        """Return score, z, tone and messages of the last observation, each [I]."""
        del close
        fresh = now - self._heard_at <= self._rule.stale_days * DAY
        score = np.clip(self._z / self._rule.max_z, -1, 1)
        return np.where(fresh, np.stack((score, self._z, self._tone, self._messages)), np.nan)


class MoodAgent(PortfolioAgent):
    """Holds the companies with the best mood, decided weekly."""

    def __init__(
        self,
        *,
        selection: Selection = SELECTION,
        rebalance: Every = "weekly",
        rule: MoodRule = MoodRule(),
    ) -> None:
        """Make the agent."""
        super().__init__("mood", [(rule, 1.0)], selection, rebalance)
