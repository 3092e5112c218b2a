"""Value after Benjamin Graham: cheap by earnings and book, below the Graham number, sound.

Sources: Benjamin Graham, *The Intelligent Investor* (1949, 4th ed. 1973), chapter 14, for the
Graham number and the current ratio of 2; Fama and French, "The cross-section of expected stock
returns", Journal of Finance 47 (1992), for book to price; Piotroski, "Value investing: the use
of historical financial statement information", Journal of Accounting Research 38 (2000), for
asking cheap companies for a sound balance sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from magents.model.bars import Floats
from magents.model.facts import FUNDAMENTALS, FactTable
from magents.model.time import DAY
from pods.agents.asof import columns_of, instants, numbers
from pods.agents.portfolio import PortfolioAgent
from pods.agents.schedule import Every
from pods.agents.selection import Selection

GRAHAM_MULTIPLE = 22.5
"""A P/E of 15 times a P/B of 1.5, the most Graham would pay."""

FIELDS = (
    "eps",
    "shares",
    "net_income",
    "total_equity",
    "total_current_assets",
    "total_current_liabilities",
    "long_term_debt",
)
_DEBT = FIELDS.index("long_term_debt")


@dataclass(frozen=True, slots=True)
class GrahamRule:
    """How cheap and how sound a company is, from 0 to 1.

    ``score = sum(w_k * s_k) / sum(w_k)`` over

    * earnings: percentile rank of ``EPS / P``;
    * book: percentile rank of ``BVPS / P``, with ``BVPS = equity / shares``;
    * graham: ``min(sqrt(22.5 * EPS * BVPS) / P / graham_cap, 1)``, 0 where EPS or BVPS is
      negative;
    * balance: the mean of ``min(current assets / current liabilities / current_ratio, 1)`` and
      ``1 - min(long-term debt / equity, 1)`` (0 where equity is negative, left out where debt
      is not reported).  Left out, with its weight, for companies that report no current items:
      banks and insurers.

    ``P`` is the close, EPS and shares are those of the newest statement known, on the split
    basis of the bars, money in the currency of the bars.  Ranks are among instruments that have
    both EPS / P and BVPS / P, ties share the mean rank, the best has 1.  A value of 0 means not
    reported, but for debt.  Missing EPS is net income / shares, missing shares are
    net income / EPS.  A statement whose period ended more than ``statement_days`` ago is not used.
    """

    earnings_weight: float = 0.35
    book_weight: float = 0.25
    graham_weight: float = 0.20
    balance_weight: float = 0.20
    graham_cap: float = 1.0
    current_ratio: float = 2.0
    statement_days: int = 548

    kind: ClassVar[str] = FUNDAMENTALS
    evidence: ClassVar[tuple[str, ...]] = ("score", "pe", "pb", "graham_ratio", "balance")

    def start(self, instruments: Sequence[str]) -> "GrahamScorer":
        """Return a scorer that knows no statement yet."""
        return GrahamScorer(self, instruments)


class GrahamScorer:
    """Keeps the newest statement of each company; see :class:`GrahamRule`."""

    def __init__(self, rule: GrahamRule, instruments: Sequence[str]) -> None:
        """Start without statements."""
        self._rule = rule
        self._index = {name: column for column, name in enumerate(instruments)}
        self._ended = np.full(len(instruments), 0, np.int64)
        self._newest = np.full((len(FIELDS), len(instruments)), np.nan)

    def learn(self, facts: FactTable) -> None:
        """Keep a statement if its period ended no earlier than that of the one kept."""
        ended = instants(facts, "period_end", missing=-1)
        values = np.stack([numbers(facts, name) for name in FIELDS])
        unreported = values == 0
        unreported[_DEBT] = False
        values[unreported] = np.nan
        for row, column in enumerate(columns_of(facts.instrument, self._index)):
            if column >= 0 and ended[row] >= self._ended[column]:
                self._ended[column] = ended[row]
                self._newest[:, column] = values[:, row]

    def score(self, now: int, close: Floats) -> Floats:
        """Return score, P/E, P/B, Graham number / P and balance strength, each [I]."""
        fresh = now - self._ended <= self._rule.statement_days * DAY
        eps, shares, income, equity, *balance = np.where(fresh, self._newest, np.nan)
        eps, shares = (
            np.where(np.isnan(eps), income / shares, eps),
            np.where(np.isnan(shares), income / eps, shares),
        )
        bvps = equity / shares
        ratio = np.sqrt(GRAHAM_MULTIPLE * np.maximum(eps, 0) * np.maximum(bvps, 0)) / close
        strength = self._strength(equity, *balance)
        score = self._blend(eps / close, bvps / close, ratio, strength)
        return np.stack((score, close / eps, close / bvps, ratio, strength))

    def _strength(self, equity: Floats, assets: Floats, dues: Floats, debt: Floats) -> Floats:
        """Return the balance strength in [0, 1], NaN where current items are not reported."""
        current = np.minimum(assets / dues / self._rule.current_ratio, 1)
        solid = np.where(equity > 0, 1 - np.clip(debt / equity, 0, 1), 0.0)
        solid = np.where(np.isnan(debt), current, solid)
        return (current + solid) / 2

    def _blend(self, earnings: Floats, book: Floats, ratio: Floats, strength: Floats) -> Floats:
        """Return the weighted mean of the four parts, NaN where there is no rank."""
        rule = self._rule
        ranked = ~np.isnan(earnings) & ~np.isnan(book)
        total = rule.earnings_weight * percent_rank(np.where(ranked, earnings, np.nan))
        total = total + rule.book_weight * percent_rank(np.where(ranked, book, np.nan))
        total = total + rule.graham_weight * np.minimum(ratio / rule.graham_cap, 1)
        total = total + rule.balance_weight * np.nan_to_num(strength)
        weight = rule.earnings_weight + rule.book_weight + rule.graham_weight
        return total / np.where(np.isnan(strength), weight, weight + rule.balance_weight)


def percent_rank(values: Floats) -> Floats:
    """Rank values in (0, 1]: mean rank among equals / number of values; NaN stays NaN."""
    there = ~np.isnan(values)
    line = np.sort(values[there])
    below = np.searchsorted(line, values, side="left")
    upto = np.searchsorted(line, values, side="right")
    return np.where(there, (below + upto + 1) / 2 / max(len(line), 1), np.nan)


class GrahamAgent(PortfolioAgent):
    """Holds the ``max_positions`` best companies by :class:`GrahamRule`, long only.

    Buys at a score of ``signal_threshold`` or more, sells below ``exit_threshold`` or when the
    statement is too old.  Decides on the first close of each month, on statements known then.
    """

    def __init__(
        self,
        *,
        signal_threshold: float = 0.65,
        exit_threshold: float = 0.50,
        max_positions: int = 5,
        rebalance: Every = "monthly",
        rule: GrahamRule = GrahamRule(),
    ) -> None:
        """Make the agent."""
        selection = Selection(signal_threshold, exit_threshold, max_positions)
        super().__init__("graham", [(rule, 1.0)], selection, rebalance)
