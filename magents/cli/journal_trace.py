"""``magents journal trace``: follow a fill back to the data it came from."""

from pathlib import Path

import click

from magents.cli.options import json_option, report_dir_option


@click.command("trace", epilog="RUN is a run's folder, its id in --report-dir, or last.")
@click.argument("run")
@click.argument("fill_or_order")
@json_option
@report_dir_option
def command(run: str, fill_or_order: str, report_dir: Path, as_json: bool) -> None:  # noqa: FBT001
    """Follow a fill (by its number) or an order (such as ma:12) back to the data.

    From the last to the first: fill, what became of the order, the risk team's verdict, the
    order as the pod wanted it, the signal that caused it, the bar that changed the signal.
    """
    from magents.cli.folders import journal_of
    from magents.cli.lines import print_json_lines
    from magents.cli.way_back import print_way_back
    from magents.journal.reading import trace

    chain = trace(journal_of(run, report_dir), fill_or_order)
    (print_json_lines if as_json else print_way_back)(chain)
