"""``magents audit``: prove what backtests only claim."""

import click

from magents.cli.lazy import LazyGroup

COMMANDS = {
    "lookahead": ("magents.cli.audit_lookahead", "Prove that strategies do not see the future."),
}


@click.group("audit", cls=LazyGroup, entries=COMMANDS)
def command() -> None:
    """Prove that strategies do not see the future."""
