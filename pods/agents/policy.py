"""Policy that helps a company: bills on their way and contracts awarded.

Sources: Cohen, Diether and Malloy, "Legislating stock prices", Journal of Financial Economics
110 (2013): industries that the legislators concerned vote for do well after passage; Belo, Gala
and Li, "Government spending, political cycles, and the cross section of stock returns", Journal
of Financial Economics 107 (2013).
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from magents.model.bars import Floats
from magents.model.facts import BILLS, CONTRACTS, FactTable
from magents.model.time import DAY
from pods.agents.asof import Recent, columns_of, counts, numbers, texts, totals


@dataclass(frozen=True, slots=True)
class BillRule:
    """How much support bills about a company or its sector have found.

    ``score = clip(sum(support * stage_weight), -1, 1)`` over the steps of bills that became known
    in the last ``hold_days`` days, with ``support`` in [-1, 1] (1: the legislators concerned are
    for it and it helps the company) and the weight of the stage reached: ``introduced``,
    ``committee``, ``passed`` (a chamber) or ``enacted``; other stages count nothing.  A row
    without an instrument is about every instrument of its ``sector``.
    """

    hold_days: int = 126
    introduced_weight: float = 0.25
    committee_weight: float = 0.5
    passed_weight: float = 1.0
    enacted_weight: float = 1.0
    sectors: Mapping[str, str] = field(default_factory=dict)

    kind: ClassVar[str] = BILLS
    evidence: ClassVar[tuple[str, ...]] = ("bill_score", "bills")

    def start(self, instruments: Sequence[str]) -> "BillScorer":
        """Return a scorer that knows no bill yet."""
        return BillScorer(self, instruments)

    def stages(self) -> dict[str, float]:
        """Return the weight of each stage."""
        return {
            "introduced": self.introduced_weight,
            "committee": self.committee_weight,
            "passed": self.passed_weight,
            "enacted": self.enacted_weight,
        }


class BillScorer:
    """Keeps the steps of bills of late; see :class:`BillRule`."""

    def __init__(self, rule: BillRule, instruments: Sequence[str]) -> None:
        """Start without bills."""
        self._stages = rule.stages()
        self._columns: dict[str, list[int]] = {}
        self._sectors: dict[str, list[int]] = {}
        for column, name in enumerate(instruments):
            self._columns[name] = [column]
            self._sectors.setdefault(rule.sectors.get(name, ""), []).append(column)
        self._sectors.pop("", None)
        self._recent = Recent(rule.hold_days * DAY, 1)

    def learn(self, facts: FactTable) -> None:
        """Keep each step once for every instrument it is about."""
        weights = [self._stages.get(stage.lower(), 0.0) for stage in texts(facts, "stage")]
        support = np.clip(np.nan_to_num(numbers(facts, "support")), -1, 1) * weights
        about = [
            self._columns.get(name, []) if name else self._sectors.get(sector, [])
            for name, sector in zip(facts.instrument, texts(facts, "sector"), strict=True)
        ]
        row = np.repeat(np.arange(len(facts)), [len(columns) for columns in about])
        column = np.array([column for columns in about for column in columns], np.int64)
        self._recent.add(facts.known_at[row], column, support[row])

    def score(self, now: int, close: Floats) -> Floats:
        """Return the score and the number of steps, each [I]."""
        recent, width = self._recent, len(close)
        recent.forget(now)
        number = counts(recent.column, width)
        score = np.clip(totals(recent.column, recent.values[0], width), -1, 1)
        return np.where(number > 0, np.stack((score, number)), np.nan)


@dataclass(frozen=True, slots=True)
class AwardRule:
    """How much larger than usual the public contracts of a company are.

    Each award has the surprise ``z = (amount - mean) / max(std, mean / 10)`` against the awards
    of the same company that became known in the ``history_days`` before it, clipped to
    ``max_z`` and divided by it; at least ``min_awards`` are needed, otherwise it only adds to the
    history.  The score, in [-1, 1], is the mean surprise of the awards of the last ``hold_days``.
    """

    hold_days: int = 63
    history_days: int = 365
    min_awards: int = 4
    max_z: float = 3.0

    kind: ClassVar[str] = CONTRACTS
    evidence: ClassVar[tuple[str, ...]] = ("award_score", "awards")

    def start(self, instruments: Sequence[str]) -> "AwardScorer":
        """Return a scorer that knows no award yet."""
        return AwardScorer(self, instruments)


class AwardScorer:
    """Keeps a year of awards by company; see :class:`AwardRule`."""

    def __init__(self, rule: AwardRule, instruments: Sequence[str]) -> None:
        """Start without awards."""
        self._rule = rule
        self._index = {name: column for column, name in enumerate(instruments)}
        self._history: list[deque[tuple[int, float]]] = [deque() for _ in instruments]
        self._recent = Recent(rule.hold_days * DAY, 1)

    def learn(self, facts: FactTable) -> None:
        """Measure each award against those before it."""
        amounts = numbers(facts, "amount")
        column = columns_of(facts.instrument, self._index)
        surprise = np.full(len(facts), np.nan)
        for row in np.flatnonzero((column >= 0) & (amounts > 0)):
            history = self._history[column[row]]
            surprise[row] = self._surprise(history, int(facts.known_at[row]), float(amounts[row]))
        good = ~np.isnan(surprise)
        self._recent.add(facts.known_at[good], column[good], surprise[good])

    def _surprise(self, history: deque[tuple[int, float]], now: int, amount: float) -> float:
        """Return the surprise in [-1, 1], NaN without history; the award joins the history."""
        while history and history[0][0] < now - self._rule.history_days * DAY:
            history.popleft()
        before = [past for _, past in history]
        history.append((now, amount))
        if len(before) < self._rule.min_awards:
            return np.nan
        mean = sum(before) / len(before)
        variance = sum((past - mean) ** 2 for past in before) / len(before)
        z = (amount - mean) / max(math.sqrt(variance), mean / 10)
        return min(max(z / self._rule.max_z, -1.0), 1.0)

    def score(self, now: int, close: Floats) -> Floats:
        """Return the score and the number of awards measured, each [I]."""
        recent, width = self._recent, len(close)
        recent.forget(now)
        number = counts(recent.column, width)
        total = totals(recent.column, recent.values[0], width)
        return np.where(number > 0, np.stack((total / np.maximum(number, 1), number)), np.nan)
