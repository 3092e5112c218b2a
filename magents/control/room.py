"""The fund's end of the control room: frames, commands and answers, all in the fund's thread."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from magents.control.gate import Gate, Sight, Target
from magents.control.mailbox import Mailbox
from magents.control.market_view import next_close
from magents.control.painting import Moving, Painter
from magents.control.reel import Reel
from magents.control.stories import why_pod
from magents.control.tally import Numbered
from magents.fund import Fund
from magents.model.controls import (
    Answer,
    Back,
    FlattenPod,
    HaltPod,
    Jump,
    JumpTo,
    Kill,
    Newest,
    Pause,
    Play,
    Restart,
    ResumePod,
    ScreenCommand,
    SetBreakpoints,
    SetLimit,
    Speed,
    Step,
    Stop,
    WhyPod,
)
from magents.model.records import Command
from magents.model.snapshots import Frame, State, Wish
from magents.model.time import Phase, iso

OVER = "the run is over; restart it to trade again"
LIVE = "a live fund goes with real time: it cannot be paused, stepped or jumped"
BETWEEN = "the run is just being taken up; try again"
PAUSED = "paused"
FUND = {HaltPod: "halt", ResumePod: "resume", FlattenPod: "flatten", Kill: "kill"}


class Room:
    """What viewers see and may do. Its methods are for the fund's thread only.

    Args:
        fund: built, and not run yet. mailbox: how other threads get here.
        run, mode: what the run is called. speed: 0 for as fast as it goes.
        end: of the run, where its data do not say when that is.
        visit: lets time stop over at an instant; ``None`` for a live fund, which has no gate.
        stop: ends the run.
    """

    def __init__(  # noqa: PLR0913 - who meets in it
        self,
        fund: Fund,
        mailbox: Mailbox,
        run: str,
        mode: str,
        *,
        speed: float = 0.0,
        end: int = 0,
        visit: Callable[[int], None] | None = None,
        stop: Callable[[], None] = lambda: None,
    ) -> None:
        """Show the fund as it is before it begins."""
        self._fund = fund
        self._mailbox = mailbox
        self._painter = Painter(fund, run, mode, end)
        self._visit = visit
        self._stop = stop
        self._reel = Reel()
        self._before: Room | None = None
        self._viewing: int | None = None
        self._stood = PAUSED
        self._ended: State | None = None
        self.stopped = ""
        self.restart = self.leave = False
        parts = fund.parts
        sight = Sight(self._painter.watch.news, self._painter.value, lambda: next_close(parts))
        self.gate = None if visit is None else Gate(mailbox, sight, speed=speed)
        if self.gate is not None:
            self.gate.stood_still = self.record
        self._do: dict[type, Callable[..., Answer]] = {
            Play: self._play,
            Pause: self._pause,
            Speed: self._speed,
            Step: self._step,
            Jump: self._jump,
            JumpTo: self._jump_to,
            Back: self._back,
            Newest: self._newest,
            SetBreakpoints: self._break_at,
        }

    def go_on_from(self, before: "Room | None", past: Iterable[Numbered]) -> None:
        """Show what was before too: this fund takes up the run of another.

        Args:
            before: showed it, where it was shown. past: what the journal has of it.
        """
        if before is None:
            self._painter.recall(past)
            return
        self._before, self._reel = before, before.reel
        self._painter.go_on_from(before.painter, past)
        if self.gate is not None and before.gate is not None:
            self.gate.go_on_from(before.gate)
            target = self.gate.target
            if self._visit is not None and target is not None and target.ts:
                self._visit(target.ts)

    @property
    def reel(self) -> Reel:
        """Return the recorded frames."""
        return self._reel

    @property
    def painter(self) -> Painter:
        """Return what draws the frames."""
        return self._painter

    # -- what is shown -----------------------------------------------------------------------

    def frame(self, wish: Wish) -> Frame:
        """Return the frame a wish asks for: of now, or the recorded one that is viewed."""
        before = self._taking_up()
        if before is not None:
            return before.frame(wish)
        if self._viewing is not None:
            recorded = self._reel.at(min(self._viewing, len(self._reel) - 1))
            return self._painter.review(recorded, wish, self._moving())
        return self._painter.frame(wish, self._moving())

    def record(self) -> None:
        """Keep a frame of now for going back."""
        if self._taking_up() is not None:
            return
        self._reel.add(self._painter.recorded(self._moving()))

    @property
    def recorded(self) -> int:
        """Return how many frames are kept for going back."""
        return len(self._reel)

    def flush(self) -> None:
        """Write all records out, for who reads the journal's file."""
        self._fund.parts.journal.flush()

    def _taking_up(self) -> "Room | None":
        """Return the room to be looked at while the fund has not taken up what was before."""
        if self._before is not None and self._painter.begun:
            self._before = None
        return self._before

    def _moving(self) -> Moving:
        gate = self.gate
        if self._ended is not None:
            return Moving(self._ended, self.stopped)
        if gate is None:
            return Moving("playing", "", 1.0)
        state: State = "paused" if gate.paused else "playing"
        return Moving(state, gate.reason, gate.speed, gate.breakpoints)

    # -- what may be done --------------------------------------------------------------------

    def do(self, command: ScreenCommand, by: str) -> Answer:  # noqa: PLR0911 - one a sort
        """Carry out what a viewer asks for."""
        if isinstance(command, WhyPod):
            return self._why_pod(command)
        if isinstance(command, Stop):
            return self.end(f"stopped by {by}")
        if isinstance(command, Restart):
            return self._restart(by)
        if isinstance(command, HaltPod | ResumePod | FlattenPod | SetLimit | Kill):
            if self._taking_up() is not None:
                return Answer(ok=False, text=BETWEEN)
            return self._tell_fund(_record(command, by))
        act = self._do.get(type(command))
        if act is None:
            return Answer(ok=False, text="the fund does not know this command")
        if isinstance(command, Back | Newest) or (
            isinstance(command, Jump) and self._past(command)
        ):
            return act(command)
        if self._ended is not None:
            return Answer(ok=False, text=OVER)
        return Answer(ok=False, text=LIVE) if self.gate is None else act(command)

    def end(self, why: str) -> Answer:
        """End the run."""
        self.leave = True
        if self._ended is None:
            self.stopped = self.stopped or why
            self._stop()
        return Answer(ok=True, text=why)

    def finished(self, stopped: str) -> None:
        """Take note that the run is over."""
        self._ended = "stopped" if stopped else "finished"
        self.stopped = stopped
        self.record()

    def _restart(self, by: str) -> Answer:
        if self._visit is None:
            return Answer(ok=False, text="a live fund cannot be restarted")
        self.restart = True
        self.end(f"restarted by {by}")
        return Answer(ok=True, text="running again from the start")

    def _tell_fund(self, record: Command) -> Answer:
        """Let the fund obey at an instant of its own, just after everything that is now."""
        if self._ended is not None:
            return Answer(ok=False, text=OVER)
        problem = self._fund.commander.problem(record)
        if problem:
            return Answer(ok=False, text=problem)
        self._review_over()
        clock = self._fund.parts.clock
        at = clock.now() + 1
        clock.call_at(at, Phase.COMMAND, self._fund.commander.obey, record)
        if self.gate is not None:
            self.gate.let_pass(at)
        whom = record.pod or "the fund"
        what = f"{record.rule} to {record.limit:g}" if record.rule else ""
        return Answer(ok=True, text=f"{record.command} {whom} {what}".strip() + f" at {iso(at)}")

    def _why_pod(self, command: WhyPod) -> Answer:
        if self._viewing is not None:
            recorded = self._reel.at(self._viewing)
            detail = next((d for d in recorded.details if d.row.pod == command.pod), None)
            at = recorded.frame.head.shown
        else:
            detail, at = self._painter.detail(command.pod), self._fund.parts.clock.now()
        if detail is None:
            return Answer(ok=False, text=f"there is no pod {command.pod}")
        lines = why_pod(detail, at)
        return Answer(ok=True, text=lines[0], lines=tuple(lines))

    # -- moving time; only where there is a gate -----------------------------------------------

    def _play(self, _: Play) -> Answer:
        self._viewing = None
        self._gate.play()
        return Answer(ok=True, text="playing")

    def _pause(self, _: Pause) -> Answer:
        self._gate.pause(PAUSED)
        self.record()
        return Answer(ok=True, text="paused")

    def _speed(self, command: Speed) -> Answer:
        if not 0 <= command.multiple < float("inf"):
            return Answer(ok=False, text=f"a speed is 0 (max) or more, got {command.multiple:g}")
        self._gate.pace(command.multiple)
        told = f"{command.multiple:g}x" if command.multiple else "max"
        return Answer(ok=True, text=f"speed {told}")

    def _step(self, command: Step) -> Answer:
        if command.to != "bar":
            return self._seek(Target(kind=command.to), f"to the next {command.to}")
        return self._seek_instant(self._gate.next_close(), "to the next bar")

    def _jump(self, command: Jump) -> Answer:
        if self._past(command):
            return self._view(self._reel.before(command.ts))
        return self._seek_instant(command.ts, f"to {iso(command.ts)}")

    def _jump_to(self, command: JumpTo) -> Answer:
        return self._seek(Target(kind=command.kind), f"to the next {command.kind}")

    def _seek_instant(self, ts: int, told: str) -> Answer:
        if self._visit is not None and ts:
            self._visit(ts)
        return self._seek(Target(ts=ts), told)

    def _seek(self, target: Target, told: str) -> Answer:
        self._viewing = None
        self._gate.go_to(target)
        return Answer(ok=True, text=told)

    def _break_at(self, command: SetBreakpoints) -> Answer:
        self._gate.break_at(command.breakpoints)
        return Answer(ok=True, text=f"{len(command.breakpoints)} breakpoints")

    @property
    def _gate(self) -> Gate:
        if self.gate is None:
            raise RuntimeError(LIVE)
        return self.gate

    # -- looking back --------------------------------------------------------------------------

    def _past(self, command: Jump) -> bool:
        return command.ts <= self._fund.parts.clock.now()

    def _back(self, command: Back) -> Answer:
        if self._viewing is None and command.frames < 0:
            return Answer(ok=False, text="this is the newest there is")
        if self._viewing is None:
            self.record()
        at = len(self._reel) - 1 if self._viewing is None else self._viewing
        return self._view(at - command.frames)

    def _review_over(self) -> None:
        """Show the newest, which stands still for the reason it had before the review."""
        if self._viewing is not None and self.gate is not None and self._ended is None:
            self.gate.pause(self._stood)
        self._viewing = None

    def _newest(self, _: Newest) -> Answer:
        self._review_over()
        return Answer(ok=True, text="at the newest")

    def _view(self, index: int) -> Answer:
        """Show a recorded frame; past the last one the review is over."""
        if index >= len(self._reel) - 1 and self._viewing is not None:
            return self._newest(Newest())
        if not len(self._reel):
            return Answer(ok=False, text="nothing is recorded yet")
        if self.gate is not None and self._ended is None:
            if self._viewing is None:
                self._stood = self.gate.reason if self.gate.paused else PAUSED
            self.gate.pause("review")
        self._viewing = min(max(0, index), len(self._reel) - 1)
        shown = self._reel.at(self._viewing).frame.head.shown
        first = " (the first)" if not self._viewing else ""
        return Answer(ok=True, text=f"review of {iso(shown)}{first}")

    # -- after the run -------------------------------------------------------------------------

    def linger(self, leave: Callable[[], bool], patience: float = 0.2) -> None:
        """Answer viewers after the run until there is a reason to leave."""
        while not leave() and not self.leave:
            self._mailbox.work()
            self._mailbox.wait(patience)


def _record(command: HaltPod | ResumePod | FlattenPod | SetLimit | Kill, by: str) -> Command:
    """Return a command as the journal has it; its instant is not known yet."""
    if isinstance(command, SetLimit):
        return Command(0, "limit", command.pod, by, command.rule, command.limit)
    pod = "" if isinstance(command, Kill) else command.pod
    return replace(Command(0, FUND[type(command)]), pod=pod, by=by)
