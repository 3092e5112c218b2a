"""What a screen may ask of a fund, and its way there: commands, answers, the link.

Commands that change the fund are journalled with their virtual time; those that only move or stop
time leave no trace in the journal.
"""

from typing import Literal, Protocol

import msgspec

from magents.model.errors import Retry
from magents.model.snapshots import Breakpoint, Frame, MarkKind, Wish


class Command(msgspec.Struct, frozen=True, tag_field="do"):
    """Base of what a screen may ask for."""


class Play(Command, frozen=True, tag="play"):
    """Go on; from a review: return to the newest point first."""


class Pause(Command, frozen=True, tag="pause"):
    """Stand still at the present instant."""


class Speed(Command, frozen=True, tag="speed"):
    """Go at a multiple of real time; 0 is as fast as it goes."""

    multiple: float


class Step(Command, frozen=True, tag="step"):
    """Go on to the next bar, decision or fill, and stand still there."""

    to: Literal["bar", "decision", "fill"] = "bar"


class Jump(Command, frozen=True, tag="jump"):
    """Go to an instant, at full speed forward, by recorded frames backward."""

    ts: int


class JumpTo(Command, frozen=True, tag="jump_to"):
    """Go on to the next event of a kind, and stand still there."""

    kind: MarkKind


class Back(Command, frozen=True, tag="back"):
    """Show recorded frames: so many before (or after, where negative) the one shown now."""

    frames: int = 1


class Newest(Command, frozen=True, tag="newest"):
    """End a review."""


class Restart(Command, frozen=True, tag="restart"):
    """Run again from the start."""


class Stop(Command, frozen=True, tag="stop"):
    """End the run: it is kept as far as it came."""


class SetBreakpoints(Command, frozen=True, tag="breakpoints"):
    """Stand still at these from now on, and at no others."""

    breakpoints: tuple[Breakpoint, ...]


class HaltPod(Command, frozen=True, tag="halt"):
    """No new orders of a pod, and its working ones are cancelled; without a name all pods."""

    pod: str = ""


class ResumePod(Command, frozen=True, tag="resume"):
    """Let a halted pod trade again; without a name all pods."""

    pod: str = ""


class FlattenPod(Command, frozen=True, tag="flatten"):
    """Halt a pod and close what it holds; without a name all pods."""

    pod: str = ""


class SetLimit(Command, frozen=True, tag="limit"):
    """Change a limit of a pod, or of the fund where no pod is named."""

    pod: str
    rule: str
    limit: float


class Kill(Command, frozen=True, tag="kill"):
    """Halt everything, cancel all orders, close everything; it does not come back."""


class TakeControls(Command, frozen=True, tag="take"):
    """Ask for the controls."""


class GiveControls(Command, frozen=True, tag="give"):
    """Give the controls back."""


class WhyOrder(Command, frozen=True, tag="why_order"):
    """Ask why an order filled, did not fill, or was refused; answered in lines."""

    order: str


class WhyPod(Command, frozen=True, tag="why_pod"):
    """Ask why a pod did or did not act by the instant shown; answered in lines."""

    pod: str


ScreenCommand = (
    Play
    | Pause
    | Speed
    | Step
    | Jump
    | JumpTo
    | Back
    | Newest
    | Restart
    | Stop
    | SetBreakpoints
    | HaltPod
    | ResumePod
    | FlattenPod
    | SetLimit
    | Kill
    | TakeControls
    | GiveControls
    | WhyOrder
    | WhyPod
)


class Answer(msgspec.Struct, frozen=True):
    """What became of a command: done or not, a sentence, and lines where it was a question."""

    ok: bool
    text: str = ""
    lines: tuple[str, ...] = ()


class LinkLostError(Retry):
    """The fund cannot be reached: it ended, or the way to it is cut."""


class Link(Protocol):
    """A viewer's way to a fund, in this process or another; the screen knows nothing else."""

    async def frame(self, wish: Wish) -> Frame:
        """Return the newest frame, never an older one than before.

        Raises:
            LinkLostError: there is no way to the fund at the moment; asking again is fine.
        """
        ...

    async def send(self, command: ScreenCommand) -> Answer:
        """Send a command and return what became of it.

        Raises:
            LinkLostError: there is no way to the fund; the command may have been carried out.
        """
        ...

    async def close(self) -> None:
        """End the viewing; the fund goes on."""
        ...
