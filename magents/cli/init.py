"""``magents init``: write a config file with everything explained."""

from pathlib import Path

import click

from magents.cli.options import FILE, Names

_STRATEGIES = ("ma", "value")


@click.command("init")
@click.argument("path", type=FILE, default=Path("magents.yaml"))
@click.option("--strategies", type=Names(), default=_STRATEGIES, help="Pods to put in.  [ma,value]")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(path: Path, strategies: tuple[str, ...], force: bool) -> None:  # noqa: FBT001
    """Write a config file with every setting explained to PATH  [magents.yaml]."""
    from magents.cli.console import note
    from magents.cli.example_file import text, write

    write(path, text(strategies), force=force)
    click.echo(path)
    note(f"run it with: magents backtest --config {path}")
