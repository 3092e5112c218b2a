"""The best combination, over all seeds; and walk-forward, where each fold has its own."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from magents.analytics import measures as m
from magents.analytics.deflated import Moments, moments
from magents.analytics.drawdowns import max_drawdown
from magents.model.bars import Floats, Instants
from magents.model.time import parse_instant
from magents.sweep.grid import SEED
from magents.sweep.outcome import OK, TEST, TRAIN
from magents.sweep.plan import Plan
from magents.sweep.store import Store
from magents.sweep.table import Row, same_span

MEASURES = ("sharpe", "sortino", "calmar", "total_return", "cagr", "max_drawdown")
"""What may be chosen by: more is better in each."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One combination of values over all its seeds.

    Attributes:
        values: by axis, without the seed. rows: its trials that have a result.
        score: mean of the measure over them, minus infinity where a trial has none.
    """

    values: Mapping[str, Any]
    rows: tuple[Row, ...]
    score: float

    def mean(self, name: str) -> float:
        """Return the mean of a column over its trials; NaN where one has none."""
        return fmean([math.nan if row.get(name) is None else row[name] for row in self.rows])


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one fold chose, and what became of it in the test that followed."""

    fold: int
    cut: str
    end: str
    best: Candidate


@dataclass(frozen=True, slots=True)
class Walked:
    """A whole walk.

    Attributes:
        chosen: by fold. ts, returns: of the tests one after the other, mean over seeds, [N].
        sharpe, total_return, max_drawdown: of that series; shape: its moments.
    """

    chosen: tuple[Chosen, ...]
    ts: Instants
    returns: Floats
    total_return: float
    sharpe: float
    max_drawdown: float
    shape: Moments


def ranked(rows: Sequence[Row], names: Sequence[str], by: str) -> list[Candidate]:
    """Return the combinations, best first; equal ones in the order of the plan.

    Args:
        rows: of one span. names: of the axes. by: the column of the score.
    """
    groups: dict[str, list[Row]] = {}
    shared = [name for name in names if not _is_seed(name)]
    for row in rows:
        if row["state"] == OK:
            groups.setdefault(repr([row[name] for name in shared]), []).append(row)
    found = [_candidate(group, shared, by) for group in groups.values()]
    return sorted(found, key=lambda each: -each.score)


def walked(plan: Plan, rows: Sequence[Row], store: Store, by: str) -> Walked:
    """Choose in each fold by its training, and chain the tests of what was chosen.

    Args:
        rows: of the plan. by: one of :data:`MEASURES`.
    """
    names = [axis.name for axis in plan.axes]
    chosen = []
    for group in same_span([row for row in rows if row.get("fold") is not None]):
        best = next(iter(ranked(group, names, TRAIN + by)), None)
        if best is not None:
            chosen.append(Chosen(group[0]["fold"], group[0]["cut"], group[0]["end"], best))
    parts = [_test(each, store) for each in chosen]
    ts = np.concatenate([part[0] for part in parts] or [np.empty(0, np.int64)])
    returns = np.concatenate([part[1] for part in parts] or [np.empty(0)])
    a_year = chosen[0].best.rows[0]["periods_per_year"] if chosen else math.nan
    wealth = np.cumprod(np.concatenate([[1.0], 1.0 + returns]))
    return Walked(
        tuple(chosen),
        ts,
        returns,
        m.total_return(wealth),
        m.sharpe(returns, a_year),
        max_drawdown(wealth),
        moments(returns),
    )


def efficiency(of: Walked) -> float:
    """Return the mean Sharpe ratio of the tests over that of the trainings they were chosen by."""
    if not of.chosen:
        return math.nan
    train = fmean([each.best.mean(f"{TRAIN}sharpe") for each in of.chosen])
    test = fmean([each.best.mean(f"{TEST}sharpe") for each in of.chosen])
    return test / train if train > 0 else math.nan


def _candidate(rows: Sequence[Row], shared: Sequence[str], by: str) -> Candidate:
    values = {name: rows[0][name] for name in shared}
    scores = [row.get(by) for row in rows]
    known = [float(score) for score in scores if score is not None]
    score = fmean(known) if len(known) == len(rows) else -math.inf
    return Candidate(values, tuple(rows), score)


def _test(chosen: Chosen, store: Store) -> tuple[Instants, Floats]:
    """Return instants and returns of a test, the mean over seeds."""
    cut = parse_instant(chosen.cut)
    keys = [row["key"] for row in chosen.best.rows]
    tracks = [made.track() for made in store.outcomes(keys) if made is not None]
    ts = tracks[0][0]
    after = ts > cut
    same = [returns for instants, returns in tracks if np.array_equal(instants, ts)]
    return ts[after], np.mean(same, axis=0)[after]


def _is_seed(name: str) -> bool:
    return name in {SEED, "global.seed"}
