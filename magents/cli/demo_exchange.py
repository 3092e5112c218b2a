"""``magents demo-exchange``: exchanges on this machine, to try things without an account."""

from pathlib import Path
from typing import Any

import click

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("demo-exchange", epilog="Ctrl-C ends it. What it can do: docs/demo-exchange.md")
@click.option(
    "--venue",
    type=click.Choice(
        ["binance", "bybit", "okx", "krakenfutures", "alpaca", "binanceusdm", "both", "all"]
    ),
    default="both",
    help="Which protocols to speak; both: Binance and Bybit.  [both]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_534),
    default=18_443,
    help="Port on loopback, 0 for any; each further venue has the next.  [18443]",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    help="How many times as fast as it was recorded the market moves.  [1]",
)
@click.option(
    "--data", type=_FILE, help="Parquet file of minute bars instead of the embedded ones."
)
@click.option("--faults", type=_FILE, help="What goes wrong, and when: YAML or JSON.")
@click.option("--seed", type=click.IntRange(min=0), default=7, help="Of all that is drawn.  [7]")
@click.option(
    "--funding-every", metavar="TIME", help="How often perpetuals pay funding: 1m, 1h.  [8h]"
)
@click.option(
    "--slip-bps",
    type=click.FloatRange(min=0),
    default=0.0,
    help="How much worse than the book your orders fill where they take.  [0]",
)
@click.option("--no-streams", is_flag=True, help="No websockets: the venue can be polled only.")
@click.option("--no-limits", is_flag=True, help="No rate limits.")
@click.option("--duration", metavar="TIME", help="End by itself: 90s, 30m, 8h.")
@click.pass_context
def command(ctx: click.Context, /, **flags: Any) -> None:
    """Run Binance, Bybit, OKX, Alpaca on this machine: real matching, recorded markets."""
    from magents.model.errors import UserError

    try:
        from magents.cli.demo_serving import serve_demo
    except ModuleNotFoundError as error:
        msg = f"the demo exchange needs {error.name}: pip install 'magents[live]'"
        raise UserError(msg) from error
    ctx.exit(serve_demo(flags))
