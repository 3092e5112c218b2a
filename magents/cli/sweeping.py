"""A sweep from flags to exit code: plan, folder, workers, table, what to say."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from magents.cli.console import note
from magents.cli.exits import FAILED, INTERRUPTED
from magents.cli.folders import reserve
from magents.cli.keeping import write_json
from magents.cli.resolving import resolved
from magents.cli.running import open_feed
from magents.cli.sweep_progress import progress
from magents.cli.sweep_report import Report, report_of, show, write_walk
from magents.cli.sweep_trial import directory_of, run_trial
from magents.config import Loaded, load, pods
from magents.model.errors import ConfigError
from magents.model.time import DAY
from magents.sweep.cluster import Cluster
from magents.sweep.crew import Crew
from magents.sweep.driving import Standing, pursue
from magents.sweep.grid import Axis, axis_of, combined, parse_axis, parse_values, read_axes
from magents.sweep.plan import Plan, make_plan, stamp_of
from magents.sweep.processes import Processes
from magents.sweep.store import Store, plan_key
from magents.sweep.table import TABLE, rows_of, write_table
from magents.sweep.windows import Fold, folds, parse_walk

_STEM = "sweep"


class Wanted(msgspec.Struct, frozen=True):
    """The flags of a sweep; see the command."""

    vary: tuple[str, ...]
    grid: Path | None
    seeds: str | None
    walk_forward: str | None
    anchored: bool
    by: str
    workers: int | None
    scheduler: str | None
    fresh: bool
    report_dir: Path
    as_json: bool
    quiet: bool


def sweep(config: Path | None, given: Mapping[str, Any], wanted: Wanted) -> int:
    """Do a sweep, or what is left of it; return the exit code.

    Raises:
        UserError: a setting, a value or a data file is wrong; nothing is written then.
    """
    plan = plan_of(_portable(load(config, given)), wanted)
    crew = _crew(wanted)
    folder = _folder(plan, wanted)
    with closing(Store(folder)) as store:
        _describe(plan, wanted, store)
        try:
            standing, interrupted = _pursue(plan, store, crew, wanted)
        finally:
            report = _write(plan, store, wanted)
    if not wanted.quiet:
        show(report, as_json=wanted.as_json)
    if interrupted:
        done = standing.trials - standing.left
        note(f"interrupted: {done} of {standing.trials} trials are kept; run it again to go on")
        return INTERRUPTED
    return FAILED if standing.failed else 0


def plan_of(loaded: Loaded, wanted: Wanted) -> Plan:
    """Return the plan of a sweep.

    Raises:
        UserError: a setting, a value or a data file is wrong.
    """
    axes = _axes(loaded, wanted)
    if not axes and wanted.walk_forward is None:
        msg = "nothing is varied: give --vary ma.fast_window=5,10,20, --grid FILE or --seeds 1..5"
        raise ConfigError(msg)
    span = open_feed(loaded).span()
    stamp = stamp_of(directory_of(loaded))
    return make_plan(loaded.settings, axes, _folds(span, wanted), stamp, resolved)


def _axes(loaded: Loaded, wanted: Wanted) -> list[Axis]:
    names = [each.where.removeprefix("strategies.") for each in pods(loaded)]
    axes = [] if wanted.grid is None else read_axes(wanted.grid, names)
    axes += [parse_axis(text, names) for text in wanted.vary]
    if wanted.seeds is not None:
        axes.append(axis_of("seed", parse_values(wanted.seeds, "--seeds"), names, "--seeds"))
    return combined(axes)


def _folds(span: tuple[int, int], wanted: Wanted) -> list[Fold]:
    if wanted.walk_forward is None:
        return []
    from datetime import date, timedelta

    walk = parse_walk(wanted.walk_forward, anchored=wanted.anchored)
    epoch = date(1970, 1, 1)
    first, last = (epoch + timedelta(days=at // DAY) for at in (span[0], span[1] - 1))
    return folds(walk, first, last)


def _portable(loaded: Loaded) -> Loaded:
    """Return settings whose paths mean the same wherever a worker stands."""
    settings = loaded.settings
    data = msgspec.structs.replace(settings.data, dir=str(directory_of(loaded).absolute()))
    strategies = {
        name: {**own, "strategy": str(Path(own.get("strategy") or name).absolute())}
        if ".py:" in (own.get("strategy") or name)
        else own
        for name, own in settings.strategies.items()
    }
    changed = msgspec.structs.replace(settings, data=data, strategies=strategies)
    return Loaded(changed, loaded.lines)


def _crew(wanted: Wanted) -> Crew:
    if wanted.scheduler is not None:
        return Cluster(run_trial, wanted.scheduler)
    return Processes(run_trial, wanted.workers or os.cpu_count() or 1)


def _folder(plan: Plan, wanted: Wanted) -> Path:
    """Return the folder of this very sweep, if it was begun before, or a new one."""
    if not wanted.fresh:
        for folder in sorted(wanted.report_dir.glob(f"{_STEM}-*"), reverse=True):
            if plan_key(folder) == plan.key:
                return folder
    return reserve(wanted.report_dir, _STEM)


def _describe(plan: Plan, wanted: Wanted, store: Store) -> None:
    """Write down what is swept."""
    body = {
        "axes": {axis.name: axis.values for axis in plan.axes},
        "folds": [dict(zip(Fold._fields, fold, strict=True)) for fold in plan.folds],
        "trials": len(plan.trials),
        "refused": [{"values": each.values, "reason": each.reason} for each in plan.refused],
        "by": wanted.by,
        "settings": plan.trials[0].settings,
    }
    store.describe(plan.key, body)
    write_json(store.folder / "sweep.json", body)


def _pursue(plan: Plan, store: Store, crew: Crew, wanted: Wanted) -> tuple[Standing, bool]:
    with progress(plan, store, crew.about, quiet=wanted.quiet) as told:
        return pursue(plan, store, crew, told)


def _write(plan: Plan, store: Store, wanted: Wanted) -> Report:
    rows = rows_of(plan, store)
    write_table(rows, store.folder / TABLE)
    report = report_of(plan, store, rows, wanted.by)
    if report.walk is not None:
        write_walk(report.walk, store.folder)
    write_json(store.folder / "sweep-summary.json", report.summary())
    return report
