"""``magents sandbox``: live market data, orders to the exchange's test account."""

from pathlib import Path
from typing import Any

import click

from magents.cli.control_options import how_it_is_shown
from magents.cli.live_options import where_to_listen
from magents.cli.options import json_option, what_to_trade


@click.command(
    "sandbox",
    epilog="Keys: MAGENTS_BINANCE_KEY and MAGENTS_BINANCE_SECRET, or a file with mode 600, or the "
    "keyring. Only hosts of test accounts can be reached. `magents kill RUN` stops all orders.",
)
@where_to_listen
@what_to_trade
@click.option(
    "--keys", type=click.Path(path_type=Path), help="A private YAML file: venue: {key, secret}."
)
@click.option("--resume", metavar="RUN", help="Go on with a run that ended or died.")
@click.option("--keep-orders", is_flag=True, help="Leave open orders at the venue at the end.")
@click.option("--generate-report", is_flag=True, help="Write report.html into the run's folder.")
@click.option("--report-dir", metavar="DIR", help="Where the run's folder goes.  [results]")
@how_it_is_shown
@json_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def command(ctx: click.Context, /, config: Path | None, **flags: Any) -> None:
    """Run strategies on live data; orders go to the exchange's test or demo account."""
    from magents.cli.live_room import beside

    code = beside("sandbox", config, flags)
    if code is not None:
        ctx.exit(code)
    from magents.cli.sandboxing import sandbox

    ctx.exit(sandbox(config, flags))
