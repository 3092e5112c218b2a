"""Keys that move and stop time."""

from magents.model.controls import (
    Back,
    Jump,
    JumpTo,
    Newest,
    Pause,
    Play,
    Restart,
    SetBreakpoints,
    Speed,
    Step,
)
from magents.model.snapshots import Breakpoint, MarkKind
from tui.asking import PLACES, Here, destination
from tui.console import Console
from tui.dialogs.asking import AskDialog
from tui.dialogs.breakpoints import BreakpointsDialog
from tui.keys import beside, pace
from tui.widgets.charts import TimeLine

STEPS = {"bar": Step("bar"), "decision": Step("decision"), "fill": Step("fill")}
LIVE_NOTE = "time cannot be moved in a live fund"


class ReplayActs(Console):
    """What the keys of replay do."""

    def action_space(self) -> None:
        """Play or pause; in a live fund hold the picture, and let it go again."""
        if self.newest is None:
            return
        if self.live:
            self.frozen = not self.frozen
            self.notify(
                "picture held; the fund goes on" if self.frozen else "picture follows again"
            )
            self.show_frame(self.newest)
            return
        head = self.newest.head
        self.tell(Pause() if head.state == "playing" and not head.review else Play())

    def action_faster(self) -> None:
        """Take the next speed."""
        self._pace(1)

    def action_slower(self) -> None:
        """Take the speed before."""
        self._pace(-1)

    def action_max(self) -> None:
        """Go as fast as it goes."""
        if self._may():
            self.tell(Speed(0.0))

    def action_step(self, to: str) -> None:
        """Go on to the next bar, decision or fill."""
        if self._may():
            self.tell(STEPS[to])

    def action_review(self, frames: int) -> None:
        """Show the recorded frame so many before the one shown."""
        if self._may():
            self.tell(Back(frames))

    def action_start(self) -> None:
        """Review from the first frame."""
        if self._may() and self.newest is not None:
            self.tell(Jump(self.newest.head.start))

    def action_newest(self) -> None:
        """End the review."""
        if self._may():
            self.tell(Newest())

    def action_next(self, kind: str) -> None:
        """Go on to the next event of a kind."""
        found: MarkKind = "refusal" if kind == "refusal" else "breach"
        if self._may():
            self.tell(JumpTo(found))

    def action_go_to(self) -> None:
        """Ask where to go."""
        if not self._may() or self.newest is None:
            return
        here = self._here()
        dialog = AskDialog("Go to", PLACES, lambda text: destination(text, here))
        self.push_screen(dialog, lambda text: self.tell(destination(text, here)) if text else None)

    def go_to_event(self, number: str) -> None:
        """Go to the instant of an event of the log."""
        events = self.newest.events if self.newest else ()
        when = next((event.ts for event in events if str(event.number) == number), None)
        if when is not None:
            self.tell(Jump(when))

    def action_breakpoints(self) -> None:
        """Ask where to pause."""
        if not self._may() or self.newest is None:
            return
        held = self.newest.breakpoints

        def change(found: tuple[Breakpoint, ...] | None) -> None:
            if found is not None and found != held:
                self.tell(SetBreakpoints(found))

        self.push_screen(BreakpointsDialog(held), change)

    def action_restart(self) -> None:
        """Run again from the start."""
        if self._may():
            self.tell(Restart())

    def on_time_line_sought(self, event: TimeLine.Sought) -> None:
        """Go where the time line was clicked."""
        if self._may():
            self.tell(Jump(event.instant))

    def _pace(self, by: int) -> None:
        if self._may() and self.newest is not None:
            speed = beside(self.newest.head.speed, by)
            self.notify(f"speed {pace(speed)}", timeout=1)
            self.tell(Speed(speed))

    def _here(self) -> Here:
        assert self.newest is not None  # noqa: S101 - asked only where there is a frame
        head = self.newest.head
        return Here(head.start, head.end, head.shown, self.zone.name)

    def _may(self) -> bool:
        """Return whether time can be moved, and say so where it cannot."""
        if self.live:
            self.warn(LIVE_NOTE)
        return not self.live
