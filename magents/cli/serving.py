"""A run that can be watched and commanded: the fund in this thread, its viewers in another."""

import asyncio
import dataclasses
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from magents.cli.console import note
from magents.cli.job import run_folder
from magents.cli.keeping import keep
from magents.cli.running import JOURNAL, LOG, hire, open_feed
from magents.config import Loaded, pace
from magents.control.loops import GatedLoop
from magents.control.mailbox import Mailbox
from magents.control.places import Card, leave_card, places, socket_path, take_card
from magents.control.room import Room
from magents.control.safety import host_and_port, read_token, server_tls
from magents.control.server import Access
from magents.control.thread import ControlThread
from magents.fund import Fund
from magents.journal.reading import read
from magents.journal.writing import SqliteJournal
from magents.model.errors import UserError
from magents.model.ports import Feed
from magents.model.records import Command
from magents.model.results import RunResult
from magents.model.time import MINUTE
from magents.runtime.clock import VirtualClock

WAITING = "waiting for the first screen"


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """How a run is shown.

    Attributes:
        stem: what its folder is called. wait: whether it begins when the first screen comes.
        minutes: how long it takes by itself; 0 leaves the speed to the settings.
        listen, token_file, tls_cert, tls_key: over TCP, where ``listen`` is not empty.
        commands: of an earlier run, given again.
        feed: where data come from, by default from what the settings name.
    """

    stem: str = "backtest"
    wait: bool = False
    minutes: float = 0.0
    listen: str = ""
    token_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    commands: Sequence[Command] = ()
    feed: Callable[[VirtualClock], Feed] | None = None


def serve(loaded: Loaded, stage: Stage) -> tuple[RunResult, dict[str, Any], Path]:
    """Run a fund that viewers may attach to; return its result, summary and folder.

    After the run it stays for as long as somebody looks. A restart is a run of its own.

    Raises:
        UserError: a setting or data file is wrong, or it cannot listen where it should.
    """
    mailbox, stack = Mailbox(), ExitStack()
    with stack:
        stack.enter_context(_ended_by_sigterm())
        thread: ControlThread | None = None
        while True:
            with run_folder(loaded, stage.stem) as folder, ExitStack() as parts:
                loop = GatedLoop()
                fund = _fund(loaded, folder, loop, stage, parts)
                run = _Run(fund)
                room = _room(loaded, fund, run, loop, mailbox, stage, folder.name)
                if thread is None:
                    thread = stack.enter_context(shown(mailbox, room, folder, stage, stage.stem))
                else:
                    thread.show(room, folder)
                result = dataclasses.replace(_drive(loop, run), stopped=run.why(room))
                parts.close()
                summary = keep(result, folder, report=loaded.settings.report.generate)
            room.finished(result.stopped)
            room.linger(thread.deserted)
            if not room.restart:
                return result, summary, folder


def commands_of(journal: Path) -> list[Command]:
    """Return the commands that a finished run was given."""
    return [entry for _, entry in read(journal, kind="command") if isinstance(entry, Command)]


def access_of(stage: Stage, socket: Path) -> Access:
    """Return how a run is reached.

    Raises:
        UserError: an address, a token or a certificate is wrong or missing.
    """
    if not stage.listen:
        return Access(socket)
    if stage.token_file is None or stage.tls_cert is None or stage.tls_key is None:
        raise UserError("--listen needs --token-file, --tls-cert and --tls-key")
    host, port = host_and_port(stage.listen)
    tls = server_tls(stage.tls_cert, stage.tls_key)
    return Access(socket, host, port, read_token(stage.token_file), tls)


@contextmanager
def shown(
    mailbox: Mailbox, room: Room, folder: Path, stage: Stage, mode: str
) -> Iterator[ControlThread]:
    """Let viewers come for as long as the context lasts."""
    home = places()
    access = access_of(stage, socket_path(home, os.getpid()))
    first = _begin(mailbox, room) if stage.wait else _nothing
    thread = ControlThread(mailbox, room, folder, access, folder.name, mode, first)
    thread.start()
    try:
        resolved = str(folder.resolve())
        card = Card(folder.name, resolved, mode, os.getpid(), str(access.socket), thread.address)
        leave_card(home, card)
        if thread.address:
            note(f"listening on {thread.address}")
        yield thread
    finally:
        take_card(home, os.getpid())
        thread.close()


class _Run:
    """A fund's run that can be ended from inside its loop."""

    def __init__(self, fund: Fund) -> None:
        self._fund = fund
        self._task: asyncio.Task[Any] | None = None
        self._stopped = ""

    async def run(self) -> RunResult:
        self._task = asyncio.current_task()
        result = await self._fund.run()
        self._stopped = result.stopped
        return result

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def why(self, room: Room) -> str:
        """Return why the run ended early, empty where it did not."""
        return (room.stopped or self._stopped) if self._stopped else ""


def _fund(loaded: Loaded, folder: Path, loop: GatedLoop, stage: Stage, parts: ExitStack) -> Fund:
    from magents.cli.logs import open_log

    hires, clock = hire(loaded), VirtualClock(loop)
    feed = open_feed(loaded) if stage.feed is None else stage.feed(clock)
    log = parts.enter_context(open_log(folder / LOG, loaded.settings.run.log_level, loop.now))
    journal = SqliteJournal(folder / JOURNAL)
    parts.callback(journal.close)
    return Fund(
        loaded.settings,
        feed,
        hires,
        clock,
        journal,
        log=log,
        run_id=folder.name,
        mode=stage.stem,
        commands=stage.commands,
    )


def _room(  # noqa: PLR0913 - who meets in it
    loaded: Loaded,
    fund: Fund,
    run: _Run,
    loop: GatedLoop,
    mailbox: Mailbox,
    stage: Stage,
    name: str,
) -> Room:
    speed = pace(loaded.settings.run.speed) or _leisurely(fund, stage.minutes)
    room = Room(fund, mailbox, name, stage.stem, speed=speed, visit=loop.visit, stop=run.end)
    gate = room.gate
    if gate is not None:
        loop.gate = gate
        mailbox.alert = gate.wake
        if stage.wait:
            gate.pause(WAITING)
    return room


def _leisurely(fund: Fund, minutes: float) -> float:
    """Return the speed at which the run takes so many minutes, 0 for as fast as it goes."""
    span = getattr(fund.parts.feed, "span", None)
    if not minutes or span is None:
        return 0.0
    start, end = span()
    return float(end - start) / (minutes * MINUTE) if start and end and end > start else 0.0


def _begin(mailbox: Mailbox, room: Room) -> Callable[[], None]:
    """Return what lets time go on when the first screen has come."""

    def begin() -> None:
        gate = room.gate
        if gate is not None and gate.reason == WAITING:
            gate.play()

    return lambda: _post(mailbox, begin)


def _post(mailbox: Mailbox, job: Callable[[], None]) -> None:
    mailbox.post(job)


def _nothing() -> None:
    """Do nothing."""


def _drive(loop: GatedLoop, run: _Run) -> RunResult:
    """Run a fund on a loop to its end, and close the loop; see ``running.drive``."""
    gc.freeze()
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(run.run())
    finally:
        gc.unfreeze()


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: what was done until then is kept."""
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
