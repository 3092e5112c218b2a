"""``magents dashboard``: a run with its screen."""

from pathlib import Path
from typing import Any

import click

from magents.cli.looks import how_it_looks
from magents.cli.options import FILE, what_to_run


@click.command("dashboard", epilog="q leaves the screen; `magents attach` comes back.")
@what_to_run
@click.option("--generate-report", is_flag=True, help="Write report.html into the run's folder.")
@click.option("--report-dir", metavar="DIR", help="Where the run's folder goes.  [results]")
@click.option("--speed", metavar="PACE", help="max, or a multiple of real time.  [two minutes]")
@click.option("--web", is_flag=True, help="In a browser instead of this terminal.")
@click.option("--host", default="127.0.0.1", help="With --web: where it is served.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="With --web.  [8000]")
@click.option("--token-file", type=FILE, help="With --web beyond this machine: who may see it.")
@how_it_looks
@click.pass_context
def command(ctx: click.Context, /, config: Path | None, **flags: Any) -> None:
    """Run strategies over past data and watch them: pause, step, jump, look into everything.

    Where no strategy is named four pods trade two years of the sample that comes with magents.

    The fund has a process of its own; leaving the screen leaves it running.
    """
    from magents.cli.dashboarding import dashboard

    ctx.exit(dashboard(config, flags))
