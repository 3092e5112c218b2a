"""All trials of a sweep in one table, with how much of each is luck."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from magents.analytics.deflated import Moments, deflated_sharpe, independent_trials
from magents.model.bars import Floats
from magents.sweep.outcome import OK, TRAIN, Outcome
from magents.sweep.plan import Plan, Trial
from magents.sweep.store import Store

Row = dict[str, Any]
"""One trial: its number, combination, fold, span, values, state and figures."""

UNFINISHED, REFUSED = "unfinished", "refused"

TABLE = "trials.parquet"


def rows_of(plan: Plan, store: Store) -> list[Row]:
    """Return a row a trial in the order of the plan, then one a refused combination."""
    outcomes = store.outcomes([trial.key for trial in plan.trials])
    rows = [_row(trial, made) for trial, made in zip(plan.trials, outcomes, strict=True)]
    for each in same_span(rows):
        _deflate(each, TRAIN if plan.folds else "")
    refused = ({**each.values, "state": REFUSED, "error": each.reason} for each in plan.refused)
    return rows + [dict(row) for row in refused]


def same_span(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows fold by fold: trials among which one is chosen."""
    folds: dict[int | None, list[Row]] = {}
    for row in rows:
        folds.setdefault(row["fold"], []).append(row)
    return list(folds.values())


def independent(plan: Plan, store: Store) -> float:
    """Return how many independent trials those over the first span are worth."""
    first = plan.trials[0].fold
    keys = [trial.key for trial in plan.trials if trial.fold == first]
    return independent_trials(_comparable(store.outcomes(keys)))


def write_table(rows: Sequence[Row], path: Path) -> None:
    """Write rows as Parquet: one type a column, text where values are of several."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: _one_type([row.get(name) for row in rows]) for name in names}
    pq.write_table(pa.table(columns), path)


def _row(trial: Trial, made: Outcome | None) -> Row:
    row: Row = {
        "trial": trial.number,
        "combination": trial.combination,
        "fold": None if trial.fold < 0 else trial.fold,
        "start": trial.start,
        "cut": trial.cut,
        "end": trial.end,
        **trial.values,
        "state": UNFINISHED if made is None else made.state,
    }
    if made is not None:
        row |= {**made.figures, "seconds": made.seconds, "worker": made.worker}
        row |= {"error": made.error or None, "key": made.key}
    return row


def _deflate(rows: Sequence[Row], prefix: str) -> None:
    """Add to each row how likely its Sharpe ratio is above the best of as many by luck."""
    fine = [row for row in rows if row["state"] == OK]
    ratios = [_float(row.get(f"{prefix}period_sharpe")) for row in fine]
    for row in fine:
        value = deflated_sharpe(shape_of(row, prefix), ratios)
        row[f"{prefix}deflated_sharpe"] = value if math.isfinite(value) else None


def shape_of(row: Mapping[str, Any], prefix: str = "") -> Moments:
    """Return what a row knows of the moments of its returns."""
    names = ("period_sharpe", "skew", "kurtosis")
    sharpe, skew, kurtosis = (_float(row.get(prefix + name)) for name in names)
    return Moments(sharpe, skew, kurtosis, row.get(f"{prefix}observations") or 0)


def _comparable(outcomes: Iterable[Outcome | None]) -> Iterable[Floats]:
    """Yield the returns that lie on the instants of the first."""
    first: bytes | None = None
    for made in outcomes:
        if made is None or made.state != OK or not made.returns:
            continue
        first = made.ts if first is None else first
        if made.ts == first:
            yield np.nan_to_num(made.track()[1])


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _one_type(values: Sequence[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1 and not kinds & {list, tuple, dict}:
        return list(values)
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in values]
    return [None if value is None else _text(value) for value in values]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
