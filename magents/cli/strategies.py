"""``magents strategies``: list the strategies and their settings."""

import click

from magents.cli.options import json_option


@click.command("strategies")
@json_option
def command(as_json: bool) -> None:  # noqa: FBT001 - click calls by name
    """List the strategies: ids, aliases, what they do, where they come from, their settings."""
    from magents.cli.catalogue import catalogue, print_catalogue
    from magents.cli.console import print_json

    found = catalogue()
    if as_json:
        print_json(found)
    else:
        print_catalogue(found)
