"""An agent that holds the best few by score and changes its mind on rebalance rows only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from magents.model.agents import Opinion
from magents.model.bars import BarBlock, Floats
from magents.model.facts import FactTable
from pods.agents.asof import LastClose, Waiting
from pods.agents.schedule import Every, Schedule
from pods.agents.selection import Selection

DECIMALS = 9
"""Scores and evidence are rounded to this many decimals.

The last bits of ``log`` and ``exp`` differ between machines; they may not decide a tie.
"""


class Scorer(Protocol):
    """Turns facts of one kind into a score for each instrument of a panel."""

    def learn(self, facts: FactTable) -> None:
        """Take facts that are known by now, about any instrument, in order of ``known_at``."""
        ...

    def score(self, now: int, close: Floats) -> Floats:
        """Score the panel as of an instant.

        Args:
            now: the instant, not before any fact learned.
            close: shape [I], the newest closes, NaN where there is none.

        Returns:
            Shape [E, I], one row for each of the rule's ``evidence``; the first is the score,
            NaN where there is nothing to go by.
        """
        ...


class ScoreRule(Protocol):
    """A frozen description of how to score, from which a scorer for one panel is started."""

    @property
    def kind(self) -> str:
        """Return the kind of facts it reads."""
        ...

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the names of the numbers it gives, its score first."""
        ...

    def start(self, instruments: Sequence[str]) -> Scorer:
        """Return a scorer that knows nothing yet."""
        ...


@dataclass(slots=True)
class _Book:
    """All that an agent carries from block to block.

    ``state`` has shape [2 + E, I]: conviction, score, then the evidence of every scorer.
    """

    schedule: Schedule
    waiting: Waiting
    prices: LastClose
    scorers: list[Scorer]
    heard: list[bool]
    state: Floats


class PortfolioAgent:
    """Blends scores, holds the best, decides on the first row of each period.

    On a rebalance row each scorer learns what became known up to that row's close and scores the
    panel.  The score is ``sum(w_k * s_k) / sum(w_k)`` over the kinds of facts heard of so far; a
    kind that has no number for an instrument gives 0 for it, and an instrument no kind has a
    number for, or without a recent price, has no score.  :class:`Selection` then says who is
    held; only an instrument with a bar on that row is bought.  Between rebalance rows nothing
    changes.

    Conviction is 1 while held long, -1 while held short, 0 otherwise.
    """

    def __init__(
        self,
        name: str,
        parts: Sequence[tuple[ScoreRule, float]],
        selection: Selection,
        rebalance: Every,
    ) -> None:
        """Make an agent from weighted rules; a rule of weight 0 is left out."""
        parts = [(rule, weight) for rule, weight in parts if weight]
        self.name = name
        self.inputs = tuple(rule.kind for rule, _ in parts)
        self._rules = [rule for rule, _ in parts]
        self._weights = [weight for _, weight in parts]
        self._selection = selection
        self._rebalance: Every = rebalance
        self._evidence = ["score", *(name for rule in self._rules for name in rule.evidence)]
        self._book: _Book | None = None

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge every close of the block; see :class:`magents.model.agents.SignalAgent`."""
        book = self._book = self._book or self._open(block.panel.instruments)
        book.waiting.add(news)
        rows = book.schedule.rows(block.ts)
        closes = book.prices.at(block, rows) if len(block) else block.close
        out = np.empty((len(book.state), *block.close.shape))
        ends = [*rows, len(block)]
        out[:, : ends[0]] = book.state[:, None]
        for place, row in enumerate(rows):
            book.state = self._decide(book, block, row, closes[place])
            out[:, row : ends[place + 1]] = book.state[:, None]
        return Opinion(out[0], dict(zip(self._evidence, out[1:], strict=True)))

    def _open(self, instruments: Sequence[str]) -> _Book:
        """Start the state for a panel: nothing held, nothing known."""
        state = np.full((1 + len(self._evidence), len(instruments)), np.nan)
        state[0] = 0.0
        return _Book(
            Schedule(self._rebalance),
            Waiting(self.inputs),
            LastClose(len(instruments)),
            [rule.start(instruments) for rule in self._rules],
            [False] * len(self._rules),
            state,
        )

    def _decide(self, book: _Book, block: BarBlock, row: int, close: Floats) -> Floats:
        """Return the state after a rebalance, given the newest closes as of its row."""
        now = int(block.ts[row])
        self._learn(book, now)
        parts = [scorer.score(now, close) for scorer in book.scorers]
        score = np.where(np.isnan(close), np.nan, self._blend(book, [part[0] for part in parts]))
        numbers = np.round(np.concatenate([score[None], *parts]), DECIMALS)
        held = self._selection.choose(book.state[0], numbers[0], ~np.isnan(block.close[row]))
        return np.concatenate([held[None], numbers])

    def _learn(self, book: _Book, now: int) -> None:
        """Give each scorer what became known since the rebalance before."""
        for place, rule in enumerate(self._rules):
            for facts in book.waiting.take(rule.kind, now):
                book.scorers[place].learn(facts)
                book.heard[place] = True

    def _blend(self, book: _Book, scores: Sequence[Floats]) -> Floats:
        """Return the weighted mean over the kinds heard of, NaN where none has a number."""
        total, weights = np.zeros_like(scores[0]), 0.0
        nobody = np.ones(len(total), np.bool_)
        for weight, score, heard in zip(self._weights, scores, book.heard, strict=True):
            if heard:
                total += weight * np.nan_to_num(score)
                weights += weight
                nobody &= np.isnan(score)
        return np.where(nobody, np.nan, total / (weights or 1.0))
