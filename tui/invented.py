"""A fund that is invented: a link without an engine, for looking at the screens.

``python -m tui`` shows it; tests drive it and ask it what it was told; the measurement of frames
makes it large.  Everything follows from a counter: the same commands give the same frames.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import sin

from magents.model.controls import (
    Answer,
    Back,
    FlattenPod,
    GiveControls,
    HaltPod,
    Jump,
    JumpTo,
    Kill,
    LinkLostError,
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
    TakeControls,
    WhyOrder,
    WhyPod,
)
from magents.model.snapshots import Breakpoint, Frame, PodState, State, Wish
from tui.invented_frames import DAY, START, Shape, frame_of

MARK_AT = {"fill": 3, "refusal": 5, "breach": 17, "halt": 40, "notice": 2, "kill": 60}
"""Days to the next event of a kind."""


@dataclass
class Fiction:
    """Where the invented run stands; times in days since its start."""

    shape: Shape = field(default_factory=Shape)
    day: int = 120
    shown: int | None = None
    state: State = "paused"
    reason: str = ""
    speed: float = 60.0
    killed: str = ""
    controls: bool = True
    states: dict[str, PodState] = field(default_factory=dict)
    limits: dict[tuple[str, str], float] = field(default_factory=dict)
    breakpoints: tuple[Breakpoint, ...] = ()
    seq: int = 0

    @property
    def cursor(self) -> int:
        """Return the day that is shown."""
        return self.day if self.shown is None else self.shown


class InventedLink:
    """A viewer's way to a fund that is not there.

    Args:
        shape: how many pods and instruments there are, and in which mode.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        self.fiction = Fiction(shape or Shape())
        self.heard: list[ScreenCommand] = []
        self.wishes: list[Wish] = []
        self.cut = False
        self.closed = False

    async def frame(self, wish: Wish) -> Frame:
        """Return a frame; while playing, each one is a day later."""
        if self.cut:
            raise LinkLostError("the way to the invented fund is cut")
        self.wishes.append(wish)
        del self.wishes[:-100]
        now = self.fiction
        now.seq += 1
        if now.state == "playing":
            _go(now, 1)
        return frame_of(now, wish)

    async def send(self, command: ScreenCommand) -> Answer:
        """Carry a command out, as a fund would; only who has the controls may change anything."""
        if self.cut:
            raise LinkLostError("the way to the invented fund is cut")
        self.heard.append(command)
        free = isinstance(command, TakeControls | WhyOrder | WhyPod)
        if not self.fiction.controls and not free:
            return Answer(ok=False, text="another screen has the controls; c asks for them")
        return _DOES[type(command)](self.fiction, command)

    async def close(self) -> None:
        """End the viewing."""
        self.closed = True


def _go(now: Fiction, days: int) -> None:
    now.shown = None
    now.day = min(now.shape.days, now.day + days)
    if now.day == now.shape.days:
        now.state = "finished"


def _play(now: Fiction, _: Play) -> Answer:
    now.shown, now.reason = None, ""
    if now.state in ("finished", "stopped"):
        return Answer(ok=False, text=f"the run is {now.state}; R runs it again")
    now.state = "playing"
    return Answer(ok=True)


def _pause(now: Fiction, _: Pause) -> Answer:
    now.state = "paused"
    return Answer(ok=True)


def _speed(now: Fiction, command: Speed) -> Answer:
    now.speed = command.multiple
    return Answer(ok=True)


def _step(now: Fiction, command: Step) -> Answer:
    now.state = "paused"
    _go(now, {"bar": 1, "decision": 2, "fill": 3}[command.to])
    return Answer(ok=True)


def _jump(now: Fiction, command: Jump) -> Answer:
    day = (command.ts - START) // DAY
    now.state = "paused"
    if day < now.day:
        now.shown = max(0, int(day))
    else:
        _go(now, int(day) - now.day)
    return Answer(ok=True)


def _jump_to(now: Fiction, command: JumpTo) -> Answer:
    now.state = "paused"
    _go(now, MARK_AT[command.kind])
    return Answer(ok=True, text=f"next {command.kind}")


def _back(now: Fiction, command: Back) -> Answer:
    day = now.cursor - command.frames
    now.state = "paused"
    now.shown = None if day >= now.day else max(0, day)
    return Answer(ok=True)


def _newest(now: Fiction, _: Newest) -> Answer:
    now.shown = None
    return Answer(ok=True)


def _restart(now: Fiction, _: Restart) -> Answer:
    now.day, now.shown, now.state, now.killed = 1, None, "paused", ""
    now.states.clear()
    return Answer(ok=True, text="from the start")


def _stop(now: Fiction, _: Stop) -> Answer:
    now.state, now.reason = "stopped", "stopped from a screen"
    return Answer(ok=True)


def _breakpoints(now: Fiction, command: SetBreakpoints) -> Answer:
    now.breakpoints = command.breakpoints
    return Answer(ok=True, text=f"{len(command.breakpoints)} breakpoints")


def _into(state: PodState) -> Callable[[Fiction, HaltPod | ResumePod | FlattenPod], Answer]:
    def move(now: Fiction, command: HaltPod | ResumePod | FlattenPod) -> Answer:
        names = [command.pod] if command.pod else now.shape.names
        if unknown := set(names) - set(now.shape.names):
            return Answer(ok=False, text=f"there is no pod {min(unknown)}")
        now.states.update(dict.fromkeys(names, state))
        return Answer(ok=True, text=f"{command.pod or 'every pod'}: {state}")

    return move


def _limit(now: Fiction, command: SetLimit) -> Answer:
    now.limits[command.pod, command.rule] = command.limit
    return Answer(ok=True, text=f"{command.pod or 'fund'} {command.rule}: {command.limit:g}")


def _kill(now: Fiction, _: Kill) -> Answer:
    now.killed = "killed from a screen"
    now.states.update(dict.fromkeys(now.shape.names, "flat"))
    return Answer(ok=True, text="killed: everything is cancelled and closed")


def _controls(*, ours: bool) -> Callable[[Fiction, ScreenCommand], Answer]:
    def move(now: Fiction, _: ScreenCommand) -> Answer:
        now.controls = ours
        return Answer(ok=True, text="you have the controls" if ours else "you are watching")

    return move


def _why_order(now: Fiction, command: WhyOrder) -> Answer:
    lines = (
        f"{command.order} was refused by the risk team.",
        f"gross   {1.2 + 0.1 * sin(now.cursor):.2f}x of 1.00x    over the limit",
        "halt    trading               fine",
        "net     0.31x of 0.50x        fine",
        "It never reached the broker; the pod asks again at its next signal.",
    )
    return Answer(ok=True, lines=lines)


def _why_pod(now: Fiction, command: WhyPod) -> Answer:
    lines = (
        f"{command.pod} did nothing at this instant: no agent changed its mind.",
        "trend    ACME   conviction +1.00 since 4 days   (fast 12.3, slow 11.9)",
        "It acts only when a signal changes; the last one gave an order that filled.",
    )
    return Answer(ok=True, lines=lines if command.pod in now.shape.names else ())


_DOES: dict[type[ScreenCommand], Callable[..., Answer]] = {
    Play: _play,
    Pause: _pause,
    Speed: _speed,
    Step: _step,
    Jump: _jump,
    JumpTo: _jump_to,
    Back: _back,
    Newest: _newest,
    Restart: _restart,
    Stop: _stop,
    SetBreakpoints: _breakpoints,
    HaltPod: _into("halted"),
    ResumePod: _into("trading"),
    FlattenPod: _into("flat"),
    SetLimit: _limit,
    Kill: _kill,
    TakeControls: _controls(ours=True),
    GiveControls: _controls(ours=False),
    WhyOrder: _why_order,
    WhyPod: _why_pod,
}
