"""One recording from flags to exit code."""

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from magents.cli.console import note
from magents.cli.doors import door_file, doors_in
from magents.cli.exits import FAILED
from magents.cli.folders import reserve
from magents.cli.live_options import check_live, live_overrides, seconds
from magents.config import load
from magents.model.errors import ConfigError
from magents.runtime.clock import VirtualClock
from magents.runtime.live_loop import LiveLoop
from magents.runtime.supervisor import Supervisor

if TYPE_CHECKING:
    from feeds.live.feed import LiveFeed
    from feeds.live.session import LiveSession


def record(config: Path | None, flags: Mapping[str, Any]) -> int:
    """Record until the time is over or Ctrl-C; return the exit code.

    Raises:
        UserError: a setting is wrong. Retry: a venue cannot be reached at the start.
    """
    loaded = load(config, live_overrides(flags))
    check_live(loaded)
    duration = seconds(flags["duration"])
    stand = door_file(flags)
    doors = {} if stand is None else doors_in(stand)
    folder = _folder(flags["out"], Path(flags["report_dir"] or loaded.settings.report.dir))
    from feeds.live.session import LiveSession

    loop = LiveLoop()
    session = LiveSession(loaded.settings.live, loop, folder, doors)
    if not flags["quiet"]:
        note(f"recording to {folder}; Ctrl-C ends it")
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_listen(loop, session, duration))
    health = session.health()
    if not flags["quiet"]:
        note(f"{health['frames']:,} frames, {health.get('trades', 0):,} trades in {folder}")
    if session.failure is not None:
        click.echo(f"Error: {session.failure}", err=True)
        return FAILED
    return 0


def _folder(given: Path | None, report_dir: Path) -> Path:
    if given is None:
        return reserve(report_dir, "recording")
    if given.exists() and not given.is_dir():
        raise ConfigError(f"--out: {given} is a file; a recording is a folder")
    return given


async def _listen(loop: LiveLoop, session: "LiveSession", duration: float | None) -> None:
    supervisor = Supervisor()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, session.stop, "interrupted")
    try:
        await session.connect()
        feed = session.open_feed(VirtualClock(loop))
        await feed.opening()
        supervisor.start("flush", _flush(session))
        if duration is not None:
            supervisor.start("duration", _end_after(session, duration))
        await _drain(feed)
    finally:
        await supervisor.stop()
        await session.close()


async def _drain(feed: "LiveFeed") -> None:
    """Read what nobody trades on, to its end."""
    supervisor = Supervisor()
    readers = [
        supervisor.start(panel.name, _read(feed, number))
        for number, panel in enumerate(feed.panels)
    ]
    for reader in readers:
        await reader


async def _read(feed: "LiveFeed", number: int) -> None:
    async for _ in feed.blocks(feed.panels[number], 1):
        pass


async def _flush(session: "LiveSession") -> None:
    while True:
        await asyncio.sleep(1)
        session.flush()


async def _end_after(session: "LiveSession", duration: float) -> None:
    await asyncio.sleep(duration)
    session.stop("the time is over")
