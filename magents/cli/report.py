"""``magents report``: write the report of a finished run again."""

from pathlib import Path

import click

from magents.cli.options import report_dir_option


@click.command("report", epilog="RUN is a run's folder, its id in --report-dir, or last.")
@click.argument("run")
@report_dir_option
def command(run: str, report_dir: Path) -> None:
    """Write report.html of a finished run into its folder, and print its path."""
    from magents.analytics.summary import load_result
    from magents.cli.folders import find
    from magents.cli.keeping import write_page

    folder = find(run, report_dir)
    click.echo(write_page(load_result(folder), folder))
