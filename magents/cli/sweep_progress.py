"""How far a sweep is, on stderr: a bar where a person looks, a line each tenth where none does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from magents.cli.console import err, note
from magents.runtime import wall
from magents.sweep.driving import Standing, Told
from magents.sweep.outcome import Outcome
from magents.sweep.plan import Plan
from magents.sweep.store import Store

_LINES = 10


@contextmanager
def progress(plan: Plan, store: Store, about: str, *, quiet: bool) -> Iterator[Told]:
    """Tell a person how far it is while it goes on."""
    finished = store.finished()
    kept = sum(trial.key in finished for trial in plan.trials)
    if quiet:
        yield _nothing
        return
    note(_opening(plan, store, kept, about))
    console = err()
    if console.is_terminal and kept < len(plan.trials):
        with _bar(console) as bar:
            yield _on_bar(bar, kept, len(plan.trials))
    else:
        yield _in_lines(len(plan.trials) - kept)


def _opening(plan: Plan, store: Store, kept: int, about: str) -> str:
    total = len(plan.trials)
    if kept == total:
        return f"{store.folder}: all {total} trials are there; --fresh runs them again"
    there = f", {kept} of them are there" if kept else ""
    left_out = f"; refused combinations: {len(plan.refused)}" if plan.refused else ""
    return f"{store.folder}: {total} trials{there}, {about}{left_out}"


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("[bold]trials"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _on_bar(bar: Progress, kept: int, total: int) -> Told:
    task = bar.add_task("", total=total, completed=kept, rate="")
    started = wall.monotonic()

    def told(standing: Standing, outcome: Outcome) -> None:
        del outcome
        rate = standing.done / max(wall.monotonic() - started, 1e-9)
        bar.update(task, completed=kept + standing.done, rate=_speed(rate, standing.failed))

    return told


def _in_lines(todo: int) -> Told:
    step = max(todo // _LINES, 1)
    started = wall.monotonic()

    def told(standing: Standing, outcome: Outcome) -> None:
        del outcome
        if standing.done % step == 0 or standing.done == todo:
            rate = standing.done / max(wall.monotonic() - started, 1e-9)
            done = standing.kept + standing.done
            note(f"{done} of {standing.trials} trials, {_speed(rate, standing.failed)}")
            sys.stderr.flush()

    return told


def _speed(rate: float, failed: int) -> str:
    return f"{rate:,.2g} a second" + (f", {failed} failed" if failed else "")


def _nothing(standing: Standing, outcome: Outcome) -> None:
    """Say nothing."""
    del standing, outcome
