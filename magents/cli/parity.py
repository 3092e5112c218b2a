"""``magents parity``: how well the simulator stands in for the venue."""

from pathlib import Path

import click

from magents.cli.options import json_option, report_dir_option


@click.command("parity")
@click.argument("run")
@click.option("--fitted", is_flag=True, help="Replay with the fitted latency and slippage too.")
@click.option("--all", "everything", is_flag=True, help="List orders that came out the same too.")
@report_dir_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    run: str,
    report_dir: Path,
    fitted: bool,  # noqa: FBT001 - click calls by name
    everything: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Replay the recording of RUN through the simulator and compare it order by order.

    Fill or none, price, time and fee; and what latency and slippage would have come closest.
    """
    from magents.cli.parity_job import parity

    ctx.exit(parity(run, report_dir, fitted=fitted, everything=everything, as_json=as_json))
