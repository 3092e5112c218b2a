"""What a sweep found, for people and as JSON."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from magents.analytics.deflated import (
    deflated_sharpe,
    expected_best,
    moments,
    probabilistic_sharpe,
)
from magents.cli.console import out, print_json
from magents.cli.tables import percent, signed
from magents.sweep.choosing import Candidate, Walked, efficiency, ranked, walked
from magents.sweep.outcome import FAILED, HALTED, OK, TEST, TRAIN
from magents.sweep.plan import Plan
from magents.sweep.store import Store
from magents.sweep.table import TABLE, UNFINISHED, Row, independent, shape_of

SHOWN = 10
WALK = "walk_forward.parquet"


@dataclass(frozen=True, slots=True)
class Report:
    """A sweep summed up.

    Attributes:
        best: combinations, best first; of a walk, by their tests in all folds.
        luck: annual Sharpe ratio that the best of as many trials without skill shows.
        counts: trials by state; errors: what the first of a state says.
        independent: how many independent trials they are worth.
        deflated, deflated_independent: of the best trial, counting all or the independent ones.
    """

    folder: Path
    by: str
    names: tuple[str, ...]
    best: tuple[Candidate, ...]
    counts: Mapping[str, int]
    errors: Mapping[str, str]
    luck: float
    independent: float
    deflated: float
    deflated_independent: float
    walk: Walked | None

    def summary(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "folder": str(self.folder),
            "table": str(self.folder / TABLE),
            "by": self.by,
            "trials": dict(self.counts),
            "best_by_luck_sharpe": _number(self.luck),
            "independent_trials": _number(self.independent),
            "deflated_sharpe": _number(self.deflated),
            "deflated_sharpe_independent": _number(self.deflated_independent),
            "best": [_candidate(each, self.prefix) for each in self.best[:SHOWN]],
            "walk_forward": None if self.walk is None else _walk(self.walk),
        }

    @property
    def prefix(self) -> str:
        """Return which figures the combinations are shown with."""
        return "" if self.walk is None else TEST


def report_of(plan: Plan, store: Store, rows: Sequence[Row], by: str) -> Report:
    """Sum up a sweep that has been written down."""
    walk = walked(plan, rows, store, by) if plan.folds else None
    names = tuple(axis.name for axis in plan.axes)
    fine = [row for row in rows if row["state"] == OK]
    prefix, score = (TRAIN, TEST + by) if plan.folds else ("", by)
    ratios = [row[f"{prefix}period_sharpe"] or math.nan for row in fine]
    worth = independent(plan, store)
    best = tuple(ranked(rows, names, score))
    top = _top(fine, prefix)
    a_year = fine[0]["periods_per_year"] if fine else math.nan
    return Report(
        folder=store.folder,
        by=by,
        names=names,
        best=best,
        counts=_counts(rows),
        errors={row["state"]: row["error"] for row in reversed(rows) if row.get("error")},
        luck=expected_best(ratios) * math.sqrt(a_year),
        independent=worth,
        deflated=math.nan if top is None else deflated_sharpe(shape_of(top, prefix), ratios),
        deflated_independent=math.nan
        if top is None
        else deflated_sharpe(shape_of(top, prefix), ratios, worth),
        walk=walk,
    )


def show(report: Report, *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        print_json(report.summary())
        return
    console = out()
    if report.walk is not None:
        console.print(_walk_table(report.walk, report))
    console.print(_table(report))
    for line in _remarks(report):
        console.print(Text(line), soft_wrap=True)


def write_walk(walk: Walked, folder: Path) -> None:
    """Write the chained tests: instants and returns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = pa.array(walk.ts, pa.timestamp("ns", "UTC"))
    pq.write_table(pa.table({"time": times, "return": walk.returns}), folder / WALK)


def _top(fine: Sequence[Row], prefix: str) -> Row | None:
    known = [row for row in fine if row[f"{prefix}period_sharpe"] is not None]
    return max(known, key=lambda row: float(row[f"{prefix}period_sharpe"]), default=None)


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    states = [row["state"] for row in rows]
    return {state: states.count(state) for state in dict.fromkeys([OK, *sorted(set(states))])}


def _table(report: Report) -> Table:
    walk, prefix = report.walk, report.prefix
    title = "combinations by their tests in all folds" if walk is not None else None
    table = Table(header_style="bold", box=box.ROUNDED, title=title, title_justify="left")
    for name in report.names:
        if name not in {"seed", "global.seed"}:
            table.add_column(name, justify="right", overflow="fold")
    for heading in ("Sharpe", "return", "max DD", "trials"):
        table.add_column(heading, justify="right")
    if walk is None:
        table.add_column("deflated", justify="right")
    for each in report.best[:SHOWN]:
        cells = [Text(str(value)) for value in each.values.values()]
        cells += _figures(each, prefix)
        if walk is None:
            cells.append(Text(_ratio(each.mean("deflated_sharpe"))))
        table.add_row(*cells)
    return table


def _walk_table(walk: Walked, report: Report) -> Table:
    title = f"chosen by {report.by} in training, and what became of it"
    table = Table(header_style="bold", box=box.ROUNDED, title=title, title_justify="left")
    for heading in ("test from", "to"):
        table.add_column(heading)
    for heading in ("chosen", "train Sharpe", "deflated", "test Sharpe", "return", "max DD"):
        table.add_column(heading, justify="right")
    for each in walk.chosen:
        values = ", ".join(f"{name} {value}" for name, value in each.best.values.items())
        train = (each.best.mean(f"{TRAIN}{name}") for name in ("sharpe", "deflated_sharpe"))
        table.add_row(
            each.cut,
            each.end,
            values or "-",
            *map(_ratio, train),
            *_figures(each.best, TEST)[:3],
        )
    return table


def _figures(each: Candidate, prefix: str) -> list[Text]:
    ratio = each.mean(f"{prefix}sharpe")
    made, fell = each.mean(f"{prefix}total_return"), each.mean(f"{prefix}max_drawdown")
    return [
        Text(_ratio(ratio)),
        signed(percent(_number(made))),
        Text(percent(_number(fell))),
        Text(str(len(each.rows))),
    ]


def _remarks(report: Report) -> list[str]:
    counts = report.counts
    lines = []
    if counts[OK] > 1:
        span = "training of one fold" if report.walk is not None else "sweep"
        lines.append(
            f"{counts[OK]} trials, worth {report.independent:.1f} independent ones in a {span}. "
            f"Luck alone shows a best Sharpe ratio of about {_ratio(report.luck)}; that the best "
            f"trial's is above it has a probability of {_ratio(report.deflated)} "
            f"({_ratio(report.deflated_independent)} counting independent ones)."
        )
    if report.walk is not None and report.walk.chosen:
        walk = report.walk
        lines.append(
            f"All tests in a row: Sharpe {_ratio(walk.sharpe)}, return "
            f"{percent(_number(walk.total_return))}, max DD {percent(_number(walk.max_drawdown))}; "
            f"above zero with a probability of {_ratio(probabilistic_sharpe(walk.shape))}. "
            f"Tests kept {_share(efficiency(walk))} of the training Sharpe."
        )
    lines += [
        f"{said}: {counts[state]}{_first_error(report, state)}"
        for state, said in (
            (FAILED, "failed, tried again when this is run again"),
            (HALTED, "a pod was halted, not ranked"),
            (UNFINISHED, "not done yet"),
        )
        if counts.get(state)
    ]
    return [*lines, f"all trials: {report.folder / TABLE}"]


def _first_error(report: Report, state: str) -> str:
    error = report.errors.get(state)
    return f" ({error})" if error else ""


def _candidate(each: Candidate, prefix: str) -> dict[str, Any]:
    names = ("sharpe", "total_return", "max_drawdown")
    figures = {name: _number(each.mean(prefix + name)) for name in names}
    if not prefix:
        figures["deflated_sharpe"] = _number(each.mean("deflated_sharpe"))
    return {"values": dict(each.values), "trials": len(each.rows), **figures}


def _walk(walk: Walked) -> dict[str, Any]:
    return {
        "folds": [
            {
                "fold": each.fold,
                "test_from": each.cut,
                "test_to": each.end,
                "chosen": dict(each.best.values),
                "train_sharpe": _number(each.best.mean(f"{TRAIN}sharpe")),
                "train_deflated_sharpe": _number(each.best.mean(f"{TRAIN}deflated_sharpe")),
                "test_sharpe": _number(each.best.mean(f"{TEST}sharpe")),
                "test_total_return": _number(each.best.mean(f"{TEST}total_return")),
            }
            for each in walk.chosen
        ],
        "sharpe": _number(walk.sharpe),
        "total_return": _number(walk.total_return),
        "max_drawdown": _number(walk.max_drawdown),
        "probabilistic_sharpe": _number(probabilistic_sharpe(moments(walk.returns))),
        "efficiency": _number(efficiency(walk)),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ratio(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "n/a"


def _share(value: float) -> str:
    return f"{value:.0%}" if math.isfinite(value) else "n/a"
