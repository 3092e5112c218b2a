"""``magents data``: check a data directory, or make one."""

import click

from magents.cli.lazy import LazyGroup

COMMANDS = {
    "check": ("magents.cli.data_check", "Say what is in a data directory and what is wrong."),
    "mock": ("magents.cli.data_mock", "Make a directory of invented data."),
}


@click.group("data", cls=LazyGroup, entries=COMMANDS)
def command() -> None:
    """Check a data directory, or make one."""
