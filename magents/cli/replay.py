"""``magents replay``: a recorded session through the same code, to the same digest."""

from pathlib import Path
from typing import Any

import click

from magents.cli.control_options import how_it_is_shown, split
from magents.cli.options import json_option, what_to_trade


@click.command("replay")
@click.argument("recording")
@what_to_trade
@click.option("--speed", metavar="PACE", help="max, or a multiple of real time: 1x, 60x.  [max]")
@click.option("--times", type=click.IntRange(1), default=1, help="Run it so often.  [1]")
@click.option("--generate-report", is_flag=True, help="Write report.html into the run's folder.")
@click.option("--report-dir", metavar="DIR", help="Where runs are, and go.  [results]")
@how_it_is_shown
@json_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def command(ctx: click.Context, /, recording: str, config: Path | None, **flags: Any) -> None:
    """Run a fund on RECORDING: a run with one, its name, or a folder that `record` has written.

    Of a backtest, RECORDING is the run itself: the same settings and commands over the same data.

    Without --strategies or --config it is the fund of the session, and its journal must come out
    the same; with them, others trade on the same market.
    """
    from magents.cli.replay_job import replay

    shown, given = split(flags)
    if shown["dashboard"]:
        from magents.cli.dashboarding import open_beside, started_as
        from magents.cli.looks import look_of

        given.pop("times")
        typed = started_as(["replay", recording], config, given)
        ctx.exit(open_beside(typed, look_of(shown)))
    ctx.exit(replay(recording, config, flags))
