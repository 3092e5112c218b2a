"""``magents runs``: list the runs there are."""

from pathlib import Path

import click

from magents.cli.options import json_option, report_dir_option


@click.command("runs")
@report_dir_option
@json_option
def command(report_dir: Path, as_json: bool) -> None:  # noqa: FBT001 - click calls by name
    """List the runs in a directory with what came of them, oldest first."""
    from magents.cli.console import note, print_json
    from magents.cli.folders import runs
    from magents.cli.run_list import print_runs, rows

    found = rows(runs(report_dir))
    if as_json:
        print_json(found)
    elif found:
        print_runs(found)
    else:
        note(f"there are no runs in {report_dir}")
