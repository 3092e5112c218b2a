"""``magents paper``: live market data, simulated fills, no keys."""

from pathlib import Path
from typing import Any

import click

from magents.cli.control_options import how_it_is_shown
from magents.cli.live_options import where_to_listen
from magents.cli.options import json_option, what_to_trade


@click.command("paper", epilog="Ctrl-C ends the session; what it was and did stays in its folder.")
@where_to_listen
@what_to_trade
@click.option("--resume", metavar="RUN", help="Go on with a paper run that ended or died.")
@click.option("--generate-report", is_flag=True, help="Write report.html into the run's folder.")
@click.option("--report-dir", metavar="DIR", help="Where the run's folder goes.  [results]")
@how_it_is_shown
@json_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def command(ctx: click.Context, /, config: Path | None, **flags: Any) -> None:
    """Run strategies on live public data; orders go to the simulated exchange."""
    from magents.cli.live_room import beside

    code = beside("paper", config, flags)
    if code is not None:
        ctx.exit(code)
    from magents.cli.papering import paper

    ctx.exit(paper(config, flags))
