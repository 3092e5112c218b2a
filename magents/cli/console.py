"""Where words go: data to stdout, everything else to stderr."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console

_WIDE = 200
"""Columns of output that no terminal cuts off."""


def out() -> Console:
    """Return the console for data."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDE)


def err() -> Console:
    """Return the console for progress and notices."""
    return Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write one JSON value to stdout; what JSON does not know is written as text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def note(text: str) -> None:
    """Say something to the person on stderr."""
    click.echo(text, err=True)
