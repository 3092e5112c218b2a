"""``magents record``: live market data to a recording, without a fund."""

from pathlib import Path
from typing import Any

import click

from magents.cli.live_options import where_to_listen
from magents.cli.options import FILE


@click.command("record", epilog="Ctrl-C ends the recording; `magents replay` trades on it.")
@where_to_listen
@click.option("--config", type=FILE, help="YAML or JSON file; flags go before it.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the recording.")
@click.option("--report-dir", metavar="DIR", help="Where --out is made otherwise.  [results]")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def command(ctx: click.Context, /, config: Path | None, **flags: Any) -> None:
    """Record all that exchanges say of some markets: each message and each REST answer."""
    from magents.cli.recording import record

    ctx.exit(record(config, flags))
