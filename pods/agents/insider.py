"""Open-market trades of insiders, from the day they are filed.

Sources: Cohen, Malloy and Pomorski, "Decoding inside information", Journal of Finance 67 (2012):
trades in the same calendar month year after year are routine and tell nothing, the others do;
Lakonishok and Lee, "Are insider trades informative?", Review of Financial Studies 14 (2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from magents.model.bars import Floats, Instants
from magents.model.facts import INSIDERS, FactTable
from magents.model.time import DAY
from pods.agents.asof import (
    Columns,
    Mask,
    Recent,
    columns_of,
    counts,
    distinct,
    instants,
    numbers,
    texts,
    totals,
)
from pods.agents.portfolio import PortfolioAgent
from pods.agents.schedule import Every, periods
from pods.agents.selection import Selection

SELECTION = Selection(entry=0.3, exit=0.0, slots=8)


@dataclass(frozen=True, slots=True)
class InsiderRule:
    """How much insiders have been buying on their own account.

    ``net = sum(shares * price)`` of purchases (code P) less ``sell_weight`` times that of sales
    (code S), in dollars, over the trades that became known in the last ``window_days`` days.  A
    trade is routine, and left out, if the same insider is known to have traded the same share in
    the same calendar month of each of the ``routine_years - 1`` years before.  The score is
    ``net / (|net| + half_score_usd)``, in (-1, 1), times ``lone_factor`` where it is positive but
    fewer than ``cluster_insiders`` different insiders bought; without a trade in the window there
    is none.  Trades dated after their filing are left out.
    """

    window_days: int = 90
    sell_weight: float = 1.0
    half_score_usd: float = 1_000_000.0
    cluster_insiders: int = 2
    lone_factor: float = 0.5
    routine_years: int = 3

    kind: ClassVar[str] = INSIDERS
    evidence: ClassVar[tuple[str, ...]] = ("insider_score", "net_usd", "insiders", "trades")

    def start(self, instruments: Sequence[str]) -> "InsiderScorer":
        """Return a scorer that knows no trade yet."""
        return InsiderScorer(self, instruments)


class InsiderScorer:
    """Keeps the trades of the window, and who traded in which month; see :class:`InsiderRule`."""

    def __init__(self, rule: InsiderRule, instruments: Sequence[str]) -> None:
        """Start without trades."""
        self._rule = rule
        self._index = {name: column for column, name in enumerate(instruments)}
        self._insiders: dict[str, int] = {}
        self._months: set[tuple[int, int, int]] = set()
        # Signed dollars, and the number of the insider who bought or -1.
        self._recent = Recent(rule.window_days * DAY, 2)

    def learn(self, facts: FactTable) -> None:
        """Keep the trades about the panel that can be true and are not routine."""
        column = columns_of(facts.instrument, self._index)
        worth = {"P": 1.0, "S": -self._rule.sell_weight}
        side = np.array([worth.get(code, 0.0) for code in texts(facts, "code")])
        usd = side * np.nan_to_num(numbers(facts, "shares") * numbers(facts, "price"))
        traded = instants(facts, "transaction_ts", missing=0)
        good = (column >= 0) & (usd != 0) & (traded > 0) & (traded <= facts.known_at)
        names = texts(facts, "insider")
        ids = np.array([self._insiders.setdefault(name, len(self._insiders)) for name in names])
        good &= ~self._routine(column, ids, traded, good)
        buyer = np.where(usd > 0, ids, -1)
        self._recent.add(facts.known_at[good], column[good], usd[good], buyer[good])

    def _routine(self, column: Columns, ids: Columns, traded: Instants, good: Mask) -> Mask:
        """Return which of the good trades are routine; all of them join the memory."""
        routine = np.zeros(len(ids), np.bool_)
        month = periods(traded, "monthly")
        years = range(1, self._rule.routine_years)
        for row in np.flatnonzero(good):
            who, when = (int(column[row]), int(ids[row])), int(month[row])
            self._months.add((*who, when))
            routine[row] = all((*who, when - 12 * back) in self._months for back in years)
        return routine

    def score(self, now: int, close: Floats) -> Floats:
        """Return score, net dollars, insiders who bought, trades, each [I]."""
        rule, recent, width = self._rule, self._recent, len(close)
        recent.forget(now)
        number = counts(recent.column, width)
        net = totals(recent.column, recent.values[0], width)
        buyers = distinct(recent.column, recent.values[1], width)
        score = net / (np.abs(net) + rule.half_score_usd)
        lone = (net > 0) & (buyers < rule.cluster_insiders)
        score = np.where(lone, score * rule.lone_factor, score)
        return np.where(number > 0, np.stack((score, net, buyers, number)), np.nan)


class InsiderAgent(PortfolioAgent):
    """Holds the companies whose insiders buy most, decided weekly."""

    def __init__(
        self,
        *,
        selection: Selection = SELECTION,
        rebalance: Every = "weekly",
        rule: InsiderRule = InsiderRule(),
    ) -> None:
        """Make the agent."""
        super().__init__("insider", [(rule, 1.0)], selection, rebalance)
