"""``magents data mock``: make a directory of invented data."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from magents.cli.options import FOLDER, Names

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("mock")
@click.argument("directory", metavar="DIR", type=FOLDER)
@click.option("--instruments", type=Names(), help="Names; with a slash they trade round the clock.")
@click.option("--start-date", type=_DAY, help="First day.  [2020-01-02]")
@click.option("--end-date", type=_DAY, help="Last day, included.  [2021-12-31]")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the prices.  [7]")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), help="[csv]")
@click.option("--layout", type=click.Choice(["per_instrument", "long"]), help="[per_instrument]")
@click.option("--bar", help="Length of a bar, 1d or less.  [1d]")
@click.option("--force", is_flag=True, help="Write into a directory that is not empty.")
def command(directory: Path, force: bool, **choices: Any) -> None:  # noqa: FBT001
    """Make a directory of invented prices; the same flags always make the same files."""
    from magents.cli.console import note
    from magents.cli.inventing import invent

    names = {"start_date": "start", "end_date": "end"}
    given = {
        names.get(name, name): value.date() if isinstance(value, datetime) else value
        for name, value in choices.items()
        if value is not None
    }
    for path in invent(directory, given, force=force):
        click.echo(path)
    note(f"try it with: magents backtest --data-dir {directory} --strategies ma")
