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
from magents.cli.stretches import NO_SPAN, Span, Stretch, play_all, recall
from magents.config import Loaded, pace
from magents.control.loops import GatedLoop
from magents.control.mailbox import Mailbox
from magents.control.places import Card, leave_card, places, socket_path, take_card
from magents.control.room import Room
from magents.control.safety import host_and_port, read_token, server_tls
from magents.control.server import Access
from magents.control.thread import ControlThread
from magents.fund import Fund
from magents.journal.past import Past
from magents.journal.reading import read
from magents.journal.writing import SqliteJournal
from magents.model.errors import UserError
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
        stretches: of the run, where they are not one: the settings' own data, without commands.
        span: when it begins and ends, where its data do not say so.
    """

    stem: str = "backtest"
    wait: bool = False
    minutes: float = 0.0
    listen: str = ""
    token_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    stretches: Sequence[Stretch] = ()
    span: Span = NO_SPAN


def serve(loaded: Loaded, stage: Stage) -> tuple[RunResult, dict[str, Any], Path]:
    """Run a fund that viewers may attach to; return its result, summary and folder.

    After the run it stays for as long as somebody looks. A restart is a run of its own.

    Raises:
        UserError: a setting or data file is wrong, or it cannot listen where it should.
    """
    mailbox, stretches = Mailbox(), stage.stretches or [Stretch(loaded)]
    with ExitStack() as stack:
        stack.enter_context(_ended_by_sigterm())
        doors = _Doors(mailbox, stage, stack)
        while True:
            with run_folder(loaded, stage.stem) as folder:
                player = _Player(folder, mailbox, stage, doors)
                result, room = play_all(stretches, folder, player.play)
                summary = keep(result, folder, report=loaded.settings.report.generate)
            room.finished(result.stopped)
            room.linger(doors.deserted)
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


class _Doors:
    """Shows viewers one room after the other; opened with the first."""

    def __init__(self, mailbox: Mailbox, stage: Stage, stack: ExitStack) -> None:
        self._mailbox, self._stage, self._stack = mailbox, stage, stack
        self._thread: ControlThread | None = None

    @property
    def opened(self) -> bool:
        return self._thread is not None

    def show(self, room: Room, folder: Path) -> None:
        if self._thread is None:
            opened = shown(self._mailbox, room, folder, self._stage, self._stage.stem)
            self._thread = self._stack.enter_context(opened)
        else:
            self._thread.show(room, folder)

    def deserted(self) -> bool:
        return self._thread is None or self._thread.deserted()


class _Player:
    """Plays the stretches of one run."""

    def __init__(self, folder: Path, mailbox: Mailbox, stage: Stage, doors: _Doors) -> None:
        self._folder, self._mailbox, self._stage, self._doors = folder, mailbox, stage, doors

    def play(
        self, stretch: Stretch, past: Past | None, before: Room | None, parts: ExitStack
    ) -> tuple[RunResult, Room]:
        loop, folder = GatedLoop(), self._folder
        fund = _fund(stretch, folder, loop, self._stage.stem, past, parts)
        run = _Run(fund)
        speed = pace(stretch.loaded.settings.run.speed) or _leisurely(fund, self._stage)
        room = self._room(fund, run, loop, speed)
        if before is not None:
            recall(room, before, folder / JOURNAL)
        elif self._stage.wait and room.gate is not None and not self._doors.opened:
            room.gate.pause(WAITING)
        self._doors.show(room, folder)
        return dataclasses.replace(_drive(loop, run), stopped=run.why(room)), room

    def _room(self, fund: Fund, run: "_Run", loop: GatedLoop, speed: float) -> Room:
        room = Room(
            fund,
            self._mailbox,
            self._folder.name,
            self._stage.stem,
            speed=speed,
            end=self._stage.span.end,
            visit=loop.visit,
            stop=run.end,
        )
        if room.gate is not None:
            loop.gate = room.gate
            self._mailbox.alert = room.gate.wake
        return room


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


def _fund(
    stretch: Stretch, folder: Path, loop: GatedLoop, mode: str, past: Past | None, parts: ExitStack
) -> Fund:
    from magents.cli.logs import open_log
    from magents.journal.live import LiveJournal

    loaded, clock = stretch.loaded, VirtualClock(loop)
    hires = hire(loaded)
    feed = open_feed(loaded) if stretch.feed is None else stretch.feed(clock)
    log = parts.enter_context(open_log(folder / LOG, loaded.settings.run.log_level, loop.now))
    journal = (SqliteJournal if past is None else LiveJournal)(folder / JOURNAL)
    parts.callback(journal.close)
    return Fund(
        loaded.settings,
        feed,
        hires,
        clock,
        journal,
        log=log,
        run_id=folder.name,
        mode=mode,
        commands=stretch.commands,
        past=past,
    )


def _leisurely(fund: Fund, stage: Stage) -> float:
    """Return the speed at which the run takes so many minutes, 0 for as fast as it goes."""
    span, lasts = getattr(fund.parts.feed, "span", None), stage.span.lasts
    if span is not None and not lasts:
        start, end = span()
        lasts = end - start if start and end else 0
    return lasts / (stage.minutes * MINUTE) if stage.minutes and lasts > 0 else 0.0


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
