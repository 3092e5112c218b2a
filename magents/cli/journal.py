"""``magents journal``: read what happened in a run."""

import click

from magents.cli.lazy import LazyGroup

COMMANDS = {
    "show": ("magents.cli.journal_show", "List what happened, in order."),
    "trace": ("magents.cli.journal_trace", "Follow a fill back to the data it came from."),
}


@click.group("journal", cls=LazyGroup, entries=COMMANDS)
def command() -> None:
    """Read what happened in a run."""
