"""Options of the commands whose runs can be watched and commanded."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from magents.cli.looks import LOOKS, how_it_looks
from magents.cli.options import FILE

F = TypeVar("F", bound=Callable[..., Any])

CONTROL = (
    *("dashboard", "serve", "wait", "minutes", "listen", "token_file", "tls_cert", "tls_key"),
    *LOOKS,
)
"""The flags that say how a run is shown, and not what is run."""


_OPTIONS = (
    click.option("--dashboard", is_flag=True, help="Open the dashboard; the run is beside it."),
    click.option("--serve", is_flag=True, help="Let `magents attach` watch and command the run."),
    click.option("--wait", is_flag=True, hidden=True, help="Begin when the first screen comes."),
    click.option("--minutes", type=float, default=0.0, hidden=True, help="How long it takes."),
    click.option("--listen", metavar="HOST:PORT", help="Serve over TCP too, with TLS and a token."),
    click.option("--token-file", type=FILE, help="The token viewers over TCP must know."),
    click.option("--tls-cert", type=FILE, help="The certificate for --listen, PEM."),
    click.option("--tls-key", type=FILE, help="Its key, PEM."),
)


def how_it_is_shown(command: F) -> F:
    """Add the flags that say who may look at the run, and how its screen looks."""
    command = how_it_looks(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def split(flags: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the flags that say how a run is shown, and all others."""
    shown = {name: flags[name] for name in CONTROL if name in flags}
    return shown, {name: value for name, value in flags.items() if name not in CONTROL}


def as_arguments(flags: Mapping[str, Any]) -> list[str]:
    """Return flags as they would be typed."""
    typed: list[str] = []
    for name, value in flags.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            typed.append(option)
        elif value is not None and value is not False and value != ():
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            typed += [option, text]
    return typed
