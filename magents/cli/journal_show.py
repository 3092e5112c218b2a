"""``magents journal show``: list what happened in a run, in order."""

from pathlib import Path
from typing import Any

import click

from magents.cli.options import json_option, report_dir_option


@click.command("show", epilog="RUN is a run's folder, its id in --report-dir, or last.")
@click.argument("run")
@click.option("--pod", help="Only of this pod.")
@click.option("--order", help="Only of this order, such as ma:12.")
@click.option("--instrument", help="Only of this instrument.")
@click.option("--kind", help="Only this kind: signal, intent, verdict, order, fill, notice, ...")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N only.")
@json_option
@report_dir_option
def command(run: str, report_dir: Path, as_json: bool, **filters: Any) -> None:  # noqa: FBT001
    """List what happened in a run, in order; with --json one object a line."""
    from magents.cli.folders import journal_of
    from magents.cli.lines import print_entries, print_json_lines
    from magents.journal.reading import read

    found = read(journal_of(run, report_dir), **filters)
    (print_json_lines if as_json else print_entries)(found)
