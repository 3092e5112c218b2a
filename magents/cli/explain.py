"""``magents explain``: why an order filled, or did not."""

from pathlib import Path

import click

from magents.cli.options import json_option, report_dir_option


@click.command("explain", epilog="RUN is a run's folder, its id in --report-dir, or last.")
@click.argument("run")
@click.argument("order")
@json_option
@report_dir_option
def command(run: str, order: str, report_dir: Path, as_json: bool) -> None:  # noqa: FBT001
    """Say in plain words why an order (such as ma:12) filled, or did not.

    The rule by which it happened, the bar it met, the numbers compared, the checks of the risk
    team, what it cost and the signal behind it. A number is that of a fill.
    """
    from magents.cli.console import print_json
    from magents.cli.explaining import explained
    from magents.cli.folders import find

    story = explained(find(run, report_dir), order)
    if as_json:
        print_json(story._asdict())
    else:
        click.echo("\n".join(story.sentences))
