"""``magents backtest``: run strategies over past data."""

from pathlib import Path
from typing import Any

import click

from magents.cli.control_options import how_it_is_shown, split
from magents.cli.options import json_option, overrides, what_to_run


@click.command("backtest", epilog="Without --data-dir the sample that comes with magents is used.")
@what_to_run
@click.option("--generate-report", is_flag=True, help="Write report.html into the run's folder.")
@click.option("--report-dir", metavar="DIR", help="Where the run's folder goes.  [results]")
@click.option("--speed", metavar="PACE", help="max, or a multiple of real time: 1x, 60x.  [max]")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="Least severe line of log.jsonl.  [info]",
)
@click.option("--commands", metavar="RUN", help="Give the commands of that run again.")
@how_it_is_shown
@json_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    config: Path | None,
    as_json: bool,  # noqa: FBT001 - click calls by name
    quiet: bool,  # noqa: FBT001
    **flags: Any,
) -> None:
    """Run strategies over past data, print a summary and keep the run in a folder."""
    from magents.cli.job import View, backtest

    view = View(as_json=as_json, quiet=quiet)
    shown, given = split(flags)
    if shown["dashboard"]:
        from magents.cli.dashboarding import open_beside, started_as
        from magents.cli.looks import look_of

        ctx.exit(open_beside(started_as(["backtest"], config, given), look_of(shown)))
    if shown["serve"] or shown["listen"] or given["commands"]:
        from magents.cli.served import served_backtest

        ctx.exit(served_backtest(config, given, shown, view))
    ctx.exit(backtest(config, overrides(given), view))
