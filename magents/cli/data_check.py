"""``magents data check``: say what is in a data directory and what is wrong with it."""

from pathlib import Path

import click

from magents.cli.exits import USAGE
from magents.cli.options import json_option


@click.command("check")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--calendar", default="auto", help="An exchange_calendars code, or 24/7.  [auto]")
@click.option("--bar", default="auto", help="Length of a bar, such as 1d or 5m.  [auto]")
@click.option(
    "--timestamp",
    type=click.Choice(["open", "close"]),
    default="open",
    help="What the stamps of intraday bars are.  [open]",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    directory: Path,
    calendar: str,
    bar: str,
    timestamp: str,
    as_json: bool,  # noqa: FBT001 - click calls by name
) -> None:
    """Read a whole data directory and say what is in it and what is wrong with it.

    Exit code 2 where a run would stop at a bad row.
    """
    from feeds.check import check_directory
    from feeds.settings import BarSettings
    from magents.cli.check_report import as_plain, print_check
    from magents.cli.console import print_json

    settings = BarSettings(calendar=calendar, bar=bar, timestamp=timestamp)
    report = check_directory(directory, settings)
    if as_json:
        print_json(as_plain(report))
    else:
        print_check(report)
    ctx.exit(0 if report.clean else USAGE)
