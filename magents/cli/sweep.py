"""``magents sweep``: many runs of one fund, on all cores or on a cluster."""

from pathlib import Path
from typing import Any

import click

from magents.cli.options import FILE, json_option, overrides, report_dir_option, what_to_run

_MEASURES = ("sharpe", "sortino", "calmar", "total_return", "cagr", "max_drawdown")


@click.command(
    "sweep",
    epilog="Ctrl-C keeps what is done, and the same command goes on from there. Everything is in "
    "DIR/sweep-0001/trials.parquet; docs/sweep.md explains the columns.",
)
@what_to_run
@click.option(
    "--vary",
    multiple=True,
    metavar="KEY=VALUES",
    help="ma.fast_window=5,10,20 or =5..50:5; again for another setting. A pod's setting, or a "
    "dotted key of the config file.",
)
@click.option("--grid", type=FILE, help="YAML or JSON file: a list of values for each key.")
@click.option("--seeds", metavar="VALUES", help="Seeds: 1..5 or 7,11.")
@click.option(
    "--walk-forward", metavar="TRAIN/TEST", help="Choose on TRAIN, test on what follows: 3y/1y."
)
@click.option("--anchored", is_flag=True, help="Train from the first day on, always.")
@click.option(
    "--by", type=click.Choice(_MEASURES), default="sharpe", help="What to choose by.  [sharpe]"
)
@click.option("--workers", type=click.IntRange(1), help="Processes.  [one a core]")
@click.option("--scheduler", metavar="URL", help="Dask scheduler to use, tcp://host:8786.")
@click.option("--fresh", is_flag=True, help="Start anew, even where results are there.")
@report_dir_option
@json_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def command(ctx: click.Context, /, config: Path | None, **flags: Any) -> None:
    """Run a fund with every combination of some settings, and say how much of the best is luck."""
    from magents.cli.sweeping import Wanted, sweep

    names = Wanted.__struct_fields__
    wanted = Wanted(**{name: flags.pop(name) for name in names})
    ctx.exit(sweep(config, overrides(flags), wanted))
