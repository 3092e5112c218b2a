"""Starts a fund in a process of its own and opens the screen on it."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import click

from magents.cli.attaching import attach, need_terminal
from magents.cli.control_options import as_arguments
from magents.cli.looks import LOOKS, Look, look_of
from magents.control.client import Reach
from magents.control.places import Card, card_of, places
from magents.control.wire import Hello

MINUTES = 2.0
"""How long a run takes by itself where no speed is asked for: long enough to be watched."""
LOOK_EVERY = 0.05
WEB = ("web", "host", "port", "token_file")


DEMO = ("ma", "value", "congress", "sentiment")
DEMO_DATES = {"start_date": "2014-01-01", "end_date": "2015-12-31"}
"""What is run where nothing is asked for: nearly the fund of ``config/demo.yaml``."""


def dashboard(config: Path | None, flags: Mapping[str, Any]) -> int:
    """Run a backtest with its screen, in this terminal or in a browser."""
    look, arguments = look_of(flags), child_of(config, with_demo(config, flags))
    if flags["web"]:
        from magents.cli.web import serve_web

        return serve_web(arguments, flags, look)
    return open_beside(arguments, look)


def with_demo(config: Path | None, flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flags; where no strategy and no data are named, with those of the demo."""
    if config is not None or flags.get("strategies") or flags.get("data_dir"):
        return dict(flags)
    dated = any(flags.get(name) for name in DEMO_DATES)
    return {**flags, "strategies": DEMO, **({} if dated else DEMO_DATES)}


def started_as(command: Sequence[str], config: Path | None, given: Mapping[str, Any]) -> list[str]:
    """Return what a run is started with that takes its time, where no speed is asked for."""
    pace = {} if given.get("speed") else {"minutes": MINUTES}
    return [*command, *as_arguments({"config": config, **given, **pace})]


def child_of(config: Path | None, flags: Mapping[str, Any]) -> list[str]:
    """Return what the fund's own process is started with: nothing of how it is looked at."""
    given = {name: value for name, value in flags.items() if name not in (*WEB, *LOOKS)}
    return started_as(["backtest"], config, given)


def open_beside(arguments: Sequence[str], look: Look) -> int:
    """Start a run that waits for its screen, and open the screen; return the exit code."""
    need_terminal()
    with tempfile.TemporaryFile("w+") as said:
        started = start(arguments, said)
        if isinstance(started, int):
            return started
        card, process = started
        code = attach(Reach(Hello("owner"), socket=Path(card.socket)), look)
        return _ending(card, process, code)


def start(arguments: Sequence[str], said: IO[str]) -> "tuple[Card, subprocess.Popen[str]] | int":
    """Start a fund in a process of its own.

    Args:
        arguments: of ``magents``. said: takes what it says.

    Returns:
        Its card and process once it can be attached to; its exit code where it ended before.
    """
    home = places()
    command = [sys.executable, "-m", "magents", *arguments, "--serve", "--wait"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        text=True,
        start_new_session=True,
    )
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(LOOK_EVERY)
                said.seek(0)
                click.echo(said.read().rstrip(), err=True)
                return code or 1
            card = card_of(home, process.pid)
            if card is not None:
                return card, process
    except KeyboardInterrupt:
        process.terminate()
        raise


def _ending(card: Card, process: "subprocess.Popen[str]", code: int) -> int:
    """Say where the run is kept, where it has ended with its screen."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
        click.echo(f"the run is in {card.folder}; magents report {card.folder}", err=True)
    return code
