"""Finding a running fund and opening the screen on it."""

import asyncio
import getpass
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from magents.cli.exits import RunNotFoundError
from magents.cli.looks import Look
from magents.control.client import Reach, SocketLink
from magents.control.places import Card, cards, places
from magents.control.safety import client_tls, host_and_port, read_token
from magents.control.wire import Hello
from magents.model.errors import UserError

NO_TEXTUAL = "the dashboard needs Textual: pip install 'magents[dashboard]'"
NO_SCREEN = "the dashboard needs a terminal on standard input and standard error"


def reach_local(run: str | None, name: str | None, *, watch: bool) -> Reach:
    """Return the way to a fund on this machine, the newest where none is named.

    Raises:
        RunNotFoundError: there is none by that name.
    """
    card = _find(run, cards(places()))
    return Reach(Hello(_name(name), watch=watch), socket=Path(card.socket))


def reach_remote(
    address: str, token_file: Path | None, authority: Path | None, name: str | None, *, watch: bool
) -> Reach:
    """Return the way to a fund on another machine.

    Raises:
        UserError: the address, the token or the certificate is wrong or missing.
    """
    if token_file is None:
        raise UserError("--connect needs --token-file")
    host, port = host_and_port(address)
    hello = Hello(_name(name), read_token(token_file), watch)
    return Reach(hello, host=host, port=port, tls=client_tls(authority))


def attach(reach: Reach, look: Look) -> int:
    """Open the screen on a fund, and return 0 when it is left.

    Raises:
        UserError: this is no terminal, or the fund does not let us in.
        Retry: nobody answers.
    """
    need_terminal()
    result = asyncio.run(_view(SocketLink(reach), look))
    if result == "lost":
        text = "left the screen; the fund did not answer any more: it has ended, or it hangs"
        click.echo(text, err=True)
    elif result == "detach":
        click.echo("left the screen; the fund goes on: `magents attach` comes back to it", err=True)
    return 0


def need_terminal() -> None:
    """Refuse to draw where nobody could see it, before anything is started to be drawn.

    Raises:
        UserError: it is no terminal, or there is nothing to draw with.
    """
    if find_spec("textual") is None:
        raise UserError(NO_TEXTUAL)
    in_browser = "TEXTUAL_DRIVER" in os.environ  # as textual-serve starts us
    if not in_browser and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UserError(f"{NO_SCREEN}; without one use --serve, and `magents attach` from one")


def list_running() -> None:
    """List the funds that are running."""
    found = cards(places())
    for card in found:
        over = f", also at {card.address}" if card.address else ""
        click.echo(f"{card.run}  {card.mode}  process {card.pid}  {card.folder}{over}")
    if not found:
        click.echo("no fund is running that can be attached to", err=True)


async def _view(link: SocketLink, look: Look) -> str:
    await link.connect()
    try:
        from tui.app import Dashboard
    except ModuleNotFoundError as error:
        raise UserError(NO_TEXTUAL) from error
    try:
        return str(await Dashboard(link, **look._asdict()).run_async())
    finally:
        await link.close()


def _find(run: str | None, running: list[Card]) -> Card:
    if run is None and running:
        return running[-1]
    for card in reversed(running):
        if run is not None and (run == card.run or Path(run).resolve() == Path(card.folder)):
            return card
    if not running:
        raise RunNotFoundError(
            "no fund is running that can be attached to; start one with `magents dashboard`, or "
            "any run with --serve"
        )
    names = ", ".join(card.run for card in running)
    raise RunNotFoundError(f"no fund {run} is running; there is {names}")


def _name(given: str | None) -> str:
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "viewer"
