"""``magents backtest``: run strategies over past data."""

from pathlib import Path
from typing import Any

import click

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

    ctx.exit(backtest(config, overrides(flags), View(as_json=as_json, quiet=quiet)))
