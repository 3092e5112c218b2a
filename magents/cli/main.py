"""The program ``magents``; what a command needs is imported by the command."""

import click

from magents import __version__
from magents.cli.lazy import RootGroup

COMMANDS = {
    "backtest": ("magents.cli.backtest", "Run strategies over past data."),
    "sweep": ("magents.cli.sweep", "Try many settings, on all cores or a cluster."),
    "dashboard": ("magents.cli.dashboard", "Run strategies and watch them on a screen."),
    "attach": ("magents.cli.attach", "Open the screen of a fund that is running."),
    "paper": ("magents.cli.paper", "Run strategies on live data, with simulated fills."),
    "sandbox": ("magents.cli.sandbox", "Trade live at the exchange's test account."),
    "kill": ("magents.cli.kill", "Stop all orders of a run, from another process."),
    "record": ("magents.cli.record", "Record live data of exchanges."),
    "demo-exchange": ("magents.cli.demo_exchange", "Run an exchange on this machine, to try."),
    "parity": ("magents.cli.parity", "Compare a live session with the simulator."),
    "replay": ("magents.cli.replay", "Run a recorded session again, to the same digest."),
    "report": ("magents.cli.report", "Write the report of a finished run again."),
    "runs": ("magents.cli.runs", "List the runs there are."),
    "journal": ("magents.cli.journal", "Read what happened in a run."),
    "explain": ("magents.cli.explain", "Say why an order filled, or did not."),
    "strategies": ("magents.cli.strategies", "List the strategies and their settings."),
    "data": ("magents.cli.data", "Check a data directory, or make one."),
    "audit": ("magents.cli.audit", "Prove that strategies do not see the future."),
    "init": ("magents.cli.init", "Write a config file with everything explained."),
}


@click.group(
    cls=RootGroup,
    entries=COMMANDS,
    default="backtest",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Options without a command are those of backtest: magents --strategies ma,value. "
    "Exit codes: 0 fine, 1 a run failed, 2 bad usage, config or data, 4 no such run, "
    "130 interrupted.",
)
@click.version_option(__version__, prog_name="magents")
def main() -> None:
    """Run a multi-strategy hedge fund on one event loop."""
