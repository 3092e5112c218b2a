"""``magents kill``: stop all orders of a run, from another process."""

from typing import Any

import click


@click.command(
    "kill",
    epilog="Exit code 0: the venue itself says that no order of the run is open. 1: something may "
    "be left, and it is said what. Positions stay: to be flat is another decision, --flatten.",
)
@click.argument("run")
@click.option("--clear", is_flag=True, help="Arm the switch again; the run may trade after it.")
@click.option(
    "--flatten",
    is_flag=True,
    help="Then close its positions in perpetuals at the market, reduce-only.",
)
@click.option("--within", metavar="SECONDS", type=float, default=20.0, show_default=True)
@click.option("--report-dir", metavar="DIR", default="results", help="Where runs are.  [results]")
@click.pass_context
def command(ctx: click.Context, /, run: str, **flags: Any) -> None:
    """Stop all orders of a run; nothing new leaves from this moment on, even after a restart."""
    from magents.cli.killing import kill

    ctx.exit(kill(run, flags))
