"""Trades of members of Congress, from the day they are disclosed.

Sources: Ziobrowski, Cheng, Boyd and Ziobrowski, "Abnormal returns from the common stock
investments of the U.S. Senate", Journal of Financial and Quantitative Analysis 39 (2004);
Ziobrowski, Boyd, Cheng and Ziobrowski, "Abnormal returns from the common stock investments of
members of the U.S. House of Representatives", Business and Politics 13 (2011): purchases did
well, sales told little.  Against: Eggers and Hainmueller, "Capitol losses", Journal of Politics
75 (2013), and Belmont, Sacerdote, Sehgal and Van Hoek, "Do senators and house members beat the
stock market?", Journal of Public Economics 207 (2022), find no skill.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from magents.model.bars import Floats
from magents.model.facts import CONGRESS, FactTable
from magents.model.time import DAY
from pods.agents.asof import (
    Recent,
    columns_of,
    counts,
    distinct,
    instants,
    numbers,
    texts,
    totals,
)


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """How much members of Congress have been buying of late.

    ``points = bonus * sum(side * size * 0.5 ** (age / half_life_days))`` over the disclosures of
    the last ``window_days`` days, with

    * ``side``: 1 for a purchase, ``-sell_weight`` for a sale, 0 for anything else;
    * ``size``: ``log10(mid / amount_unit)``, at least 0, where ``mid`` is the middle of the
      reported band of dollars, or ``open_band_factor * amount_low`` for a band without an end;
    * ``age``: days since the disclosure, never since the trade;
    * ``bonus``: ``cluster_bonus`` where at least ``cluster_members`` different members bought.

    The score is ``points / (|points| + half_score)``, in (-1, 1); without a disclosure in the
    window there is none.  Trades dated after their disclosure or more than ``max_lag_days``
    before it are typing errors or stale, and are left out.  All accounts a member reports count,
    whoever of the family owns them.
    """

    window_days: int = 105
    half_life_days: float = 60.0
    sell_weight: float = 0.3
    amount_unit: float = 1000.0
    open_band_factor: float = 1.5
    cluster_members: int = 3
    cluster_bonus: float = 1.5
    half_score: float = 2.0
    max_lag_days: int = 365

    kind: ClassVar[str] = CONGRESS
    evidence: ClassVar[tuple[str, ...]] = (
        "disclosure_score",
        "disclosure_points",
        "disclosures",
        "members",
        "newest_age_days",
    )

    def start(self, instruments: Sequence[str]) -> "DisclosureScorer":
        """Return a scorer that knows no disclosure yet."""
        return DisclosureScorer(self, instruments)


class DisclosureScorer:
    """Keeps the disclosures of the window; see :class:`DisclosureRule`."""

    def __init__(self, rule: DisclosureRule, instruments: Sequence[str]) -> None:
        """Start without disclosures."""
        self._rule = rule
        self._index = {name: column for column, name in enumerate(instruments)}
        self._members: dict[str, int] = {}
        # Points before decay, and the number of the member who bought or -1.
        self._recent = Recent(rule.window_days * DAY, 2)

    def learn(self, facts: FactTable) -> None:
        """Keep the disclosures about the panel that can be true."""
        column = columns_of(facts.instrument, self._index)
        points = self._points(facts)
        lag = facts.known_at - instants(facts, "transaction_ts", missing=0)
        good = (column >= 0) & (points != 0) & (lag >= 0) & (lag <= self._rule.max_lag_days * DAY)
        names = texts(facts, "member")
        ids = np.array([self._members.setdefault(name, len(self._members)) for name in names])
        buyer = np.where(points > 0, ids, -1)
        self._recent.add(facts.known_at[good], column[good], points[good], buyer[good])

    def _points(self, facts: FactTable) -> Floats:
        """Return side times size, [N]; 0 where either is missing."""
        rule = self._rule
        worth = {"buy": 1.0, "sell": -rule.sell_weight}
        side = np.array([worth.get(side.lower(), 0.0) for side in texts(facts, "side")])
        low, high = numbers(facts, "amount_low"), numbers(facts, "amount_high")
        mid = np.where(np.isnan(high), low * rule.open_band_factor, (low + high) / 2)
        size = np.log10(np.maximum(np.nan_to_num(mid) / rule.amount_unit, 1))
        return side * size

    def score(self, now: int, close: Floats) -> Floats:
        """Return score, points, disclosures, members who bought, days since the newest."""
        rule, recent, width = self._rule, self._recent, len(close)
        recent.forget(now)
        age = (now - recent.known_at) / DAY
        points = totals(recent.column, recent.values[0] * 0.5 ** (age / rule.half_life_days), width)
        number = counts(recent.column, width)
        members = distinct(recent.column, recent.values[1], width)
        points = np.where(members >= rule.cluster_members, points * rule.cluster_bonus, points)
        newest = np.full(width, np.inf)
        np.minimum.at(newest, recent.column, age)
        score = points / (np.abs(points) + rule.half_score)
        return np.where(number > 0, np.stack((score, points, number, members, newest)), np.nan)
