"""One backtest from flags to exit code: settings, run, folder, summary."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from magents.cli.console import err, out, print_json
from magents.cli.exits import INTERRUPTED
from magents.cli.folders import reserve
from magents.cli.keeping import keep, write_json
from magents.cli.progress import progress_bar
from magents.cli.resolving import resolved
from magents.cli.running import run
from magents.cli.tables import show_summary
from magents.config import Loaded, dump, load
from magents.model.errors import Retry, UserError
from magents.model.results import RunResult

_OK = 0


@dataclass(frozen=True, slots=True)
class View:
    """What the person wants to see."""

    as_json: bool = False
    quiet: bool = False


def backtest(config: Path | None, given: Mapping[str, Any], view: View) -> int:
    """Run a backtest and show it; return the exit code.

    Raises:
        UserError: a setting or a data file is wrong; nothing is written then.
    """
    loaded = resolved(load(config, given))
    with run_folder(loaded, "backtest") as folder:
        result = _run(loaded, folder, view)
        summary = keep(result, folder, report=loaded.settings.report.generate)
    show(summary, folder, view)
    return INTERRUPTED if result.stopped == "interrupted" else _OK


@contextmanager
def run_folder(loaded: Loaded, stem: str) -> Iterator[Path]:
    """Give the run a folder, and take it back where the run cannot even begin."""
    report_dir = Path(loaded.settings.report.dir)
    fresh = not report_dir.exists()
    folder = reserve(report_dir, stem)
    write_json(folder / "config.json", dump(loaded.settings))
    try:
        yield folder
    except (UserError, Retry):
        shutil.rmtree(report_dir if fresh else folder)
        raise


def _run(loaded: Loaded, folder: Path, view: View) -> RunResult:
    with progress_bar(err(), quiet=view.quiet or view.as_json) as show:
        return run(loaded, run_dir=folder, progress=show)


def show(summary: Mapping[str, Any], folder: Path, view: View) -> None:
    """Print what the person wants to see of a run."""
    if view.as_json:
        print_json(summary)
    elif not view.quiet:
        show_summary(summary, folder, out())
        click.echo(_ending(folder), err=True)


def _ending(folder: Path) -> str:
    if (folder / "report.html").exists():
        return f"report: {folder / 'report.html'}"
    return f"magents report {folder} writes the report"
