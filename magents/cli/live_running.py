"""Runs a fund on live data: the loop, the session, the heartbeat, the clean end."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from brokers.simulated.settings import OwnFee
from magents.cli.live_room import Show, unseen
from magents.cli.running import JOURNAL, LOG, hire
from magents.config import Loaded, Settings, dump
from magents.fund import Fund, OpenVenue
from magents.journal.curve import CurveFile, read_curve
from magents.journal.live import LiveJournal
from magents.journal.past import Past
from magents.model.errors import ConfigError
from magents.model.results import Progress, RunResult
from magents.runtime import wall
from magents.runtime.clock import VirtualClock
from magents.runtime.live_loop import LiveLoop
from magents.runtime.supervisor import Supervisor

if TYPE_CHECKING:
    from feeds.live.connect import Door
    from feeds.live.frames import Opening

HEARTBEAT = "heartbeat.json"
LOCK = "run.lock"
EVERY = 1.0
"""Seconds from one heartbeat to the next; so much may be lost of the story, never of an order."""
Tell = Callable[[str], None]
Watch = Callable[[Mapping[str, Any]], None]


def _quiet(_: object) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Plan:
    """How a live run runs.

    Attributes:
        mode: what it calls itself. folder: of the run. duration: seconds, ``None`` until Ctrl-C.
        doors: by venue, where its hosts really are. venue: who fills orders, by default the
            simulated exchange. at_venue: settings as the venue has them. tell: says a line.
        watch: shown the heartbeat. show: lets viewers in.
        past: what an earlier process left of the run. markets: by venue, where an account told.
    """

    mode: str
    folder: Path
    duration: float | None = None
    doors: "Mapping[str, Door]" = field(default_factory=dict)
    venue: OpenVenue | None = None
    at_venue: "Callable[[Loaded, Opening], Settings]" = lambda loaded, _: loaded.settings
    tell: Tell = _quiet
    watch: Watch = _quiet
    show: Show = unseen
    past: Past | None = None
    markets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """How a live run ended; ``failure`` is what ended it where nobody had asked for its end."""

    result: RunResult
    failure: Exception | None = None


def run_live(loaded: Loaded, plan: Plan) -> Ended:
    """Run until the time is over, somebody stops it, or a venue is gone for good.

    Raises:
        UserError: a setting is wrong. Retry: a venue cannot be reached at the start.
    """
    loop = LiveLoop()
    with only_here(plan.folder), asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(_Run(loop, loaded, plan).run())


@contextmanager
def only_here(folder: Path) -> Iterator[None]:
    """Hold a run's folder: one process runs it at a time.

    Raises:
        ConfigError: another process does.
    """
    import fcntl

    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"{folder} is being run by another process") from None
        yield


class _Run:
    """One live run, inside its loop."""

    def __init__(self, loop: LiveLoop, loaded: Loaded, plan: Plan) -> None:
        from feeds.live.recording import FOLDER
        from feeds.live.session import LiveSession

        self._loop = loop
        self._loaded = loaded
        self._plan = plan
        live = loaded.settings.live
        self._session: LiveSession = LiveSession(
            live, loop, plan.folder / FOLDER, plan.doors, markets=plan.markets
        )
        self._supervisor = Supervisor()
        self._progress: Progress | None = None
        self._stops = 0

    async def run(self) -> Ended:
        """Connect, trade, close."""
        loop = self._loop
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._interrupt)
        try:
            past = self._plan.past
            # A test account tells by itself what it has paid.
            since = past.until if past is not None and self._plan.venue is None else 0
            opening = await self._session.connect(since)
            for line in opening.lacking:
                self._plan.tell(line)
            settings = self._plan.at_venue(self._loaded, opening)
            opening.settings, opening.mode = dump(settings), self._plan.mode
            if past is not None:
                opening.after, opening.until = past.records, past.until
            with ExitStack() as stack:
                result = await self._trade(settings, stack)
        finally:
            await self._supervisor.stop()
            await self._session.close()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
        return Ended(result, self._session.failure)

    async def _trade(self, settings: Settings, stack: ExitStack) -> RunResult:
        from magents.cli.logs import open_log

        plan, clock = self._plan, VirtualClock(self._loop)
        log = stack.enter_context(
            open_log(plan.folder / LOG, settings.run.log_level, self._loop.now)
        )
        self._loop.set_exception_handler(
            lambda _, context: log.warning("outside", what=str(context.get("message")))
        )
        for line in plan.past.standing.lines() if plan.past is not None else ():
            plan.tell(f"in force from before: {line}")
        before = read_curve(plan.folder) if plan.past is not None else None
        if plan.past is not None:
            plan.past.curve = before
        self._curve = CurveFile(plan.folder, 0 if before is None else int(before[0][-1]))
        stack.callback(self._curve.close)
        self._journal = LiveJournal(plan.folder / JOURNAL)
        stack.callback(self._journal.close)
        fund = Fund(
            settings,
            self._session.open_feed(clock),
            hire(self._loaded),
            clock,
            self._journal,
            log=log.bind(mode=plan.mode),
            progress=self._keep,
            run_id=plan.folder.name,
            mode=plan.mode,
            venue=plan.venue,
            commit=self._commit,
            past=plan.past,
        )
        self._equity = fund.parts.equity
        stack.enter_context(plan.show(fund, self._loop, self._ended_by_viewer))
        self._supervisor.start("heartbeat", self._beat(), self._session.fail)
        if plan.duration is not None:
            self._supervisor.start("duration", self._end_after(plan.duration))
        result = await fund.run()
        self._curve.add(*self._equity.after(self._curve.last))
        return result

    # -- the journal and the recording ------------------------------------------------------------

    def _commit(self) -> None:
        """Make what led here durable: first what was heard, then what was made of it."""
        self._session.flush()
        self._journal.flush()
        if self._curve.due(self._loop.now(), self._equity.step):
            self._curve.add(*self._equity.after(self._curve.last), self._equity.step)

    # -- the heartbeat ----------------------------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            self._commit()
            beat = self._state()
            path = self._plan.folder / HEARTBEAT
            path.with_suffix(".new").write_text(json.dumps(beat) + "\n", "utf-8")
            path.with_suffix(".new").replace(path)
            self._plan.watch(beat)
            await asyncio.sleep(EVERY)

    def _state(self) -> dict[str, Any]:
        progress = self._progress
        return {
            "pid": os.getpid(),
            "mode": self._plan.mode,
            "ts": wall.utc_now(),
            "fund_ts": self._loop.now(),
            "lag_s": round(self._loop.lag(), 3),
            "turns": self._loop.turns,
            "records": self._journal.records,
            "equity": None if progress is None else progress.equity,
            "session": self._session.health(),
        }

    def _keep(self, progress: Progress) -> None:
        self._progress = progress

    # -- the end ----------------------------------------------------------------------------------

    async def _end_after(self, duration: float) -> None:
        await asyncio.sleep(duration)
        self._session.stop("the time is over")

    def _ended_by_viewer(self) -> None:
        self._session.stop("stopped by a viewer")

    def _interrupt(self) -> None:
        """End the session at the first Ctrl-C, the run at the second."""
        self._stops += 1
        if self._stops == 1:
            self._plan.tell(
                "stopping: open orders are ended, everything is written (Ctrl-C: at once)"
            )
            self._session.stop("interrupted")
        if self._stops > 1 or self._session.feed is None:
            for task in asyncio.all_tasks(self._loop):
                if task.get_name() in {"fund", "Task-1"}:
                    task.cancel()


def at_venue(loaded: Loaded, opening: "Opening") -> Settings:
    """Return the settings with the venues' fees, each market its own, where no others were set."""
    from feeds.live.markets import fees_of

    settings = loaded.settings
    costs, fees = settings.exchange.costs, fees_of(opening.markets)
    if not fees or costs != type(costs)():
        return settings
    own = tuple(OwnFee(**fee._asdict()) for fee in fees)
    # What is left to the rates of all is a market whose venue does not say what it charges.
    maker, taker = max(fee.maker for fee in fees), max(fee.taker for fee in fees)
    costs = replace(costs, fees="maker_taker", maker=maker, taker=taker, own_fees=own)
    exchange = replace(settings.exchange, costs=costs)
    return replace(settings, exchange=exchange)
