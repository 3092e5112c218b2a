"""Lets virtual time go on or stand still: play, pause, speed, steps, jumps, breakpoints.

It decides between two instants only and sets no timer but empty ones, so whatever it does, the run
and its digest stay the same (``tests/control/test_gate_properties.py``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from magents.control.kinds import kinds_of
from magents.control.mailbox import Mailbox
from magents.model.records import Entry
from magents.model.snapshots import Breakpoint
from magents.model.time import SECOND, iso
from magents.runtime import wall

PATIENCE = 0.1
"""Real seconds of standing still after which it is looked whether somebody pressed Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to stand still next, reached as fast as it goes.

    Attributes:
        ts: an instant, 0 for none. kind: the first record of a kind, see ``kinds_of``.
    """

    ts: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the gate sees of the fund.

    Attributes:
        news: returns the records since it was asked last. value: the fund's worth now.
        next_close: when the next bar closes, 0 where none is known.
    """

    news: Callable[[], Iterable[Entry]]
    value: Callable[[], float]
    next_close: Callable[[], int]


class Gate:
    """Where the loop asks whether time may move.

    Args:
        mailbox: jobs done here. sight: what is seen of the fund.
        speed: simulated seconds a real second, 0 for as fast as it goes.
        real: says what the real time is, in seconds.

    Attributes:
        attention: whether the loop must ask at all. reason: why time stands still.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        sight: Sight,
        *,
        speed: float = 0.0,
        real: Callable[[], float] = wall.monotonic,
    ) -> None:
        """Let time go on."""
        self._mailbox = mailbox
        self._sight = sight
        self.next_close = sight.next_close
        self._real = real
        self.speed = speed
        self.paused = False
        self.reason = ""
        self.breakpoints: tuple[Breakpoint, ...] = ()
        self._target: Target | None = None
        self._grace = 0
        self._anchor: tuple[int, float] | None = None
        self._below: dict[Breakpoint, bool] = {}
        self.attention = True
        self.stood_still: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """Ask to be asked: something has come in. Any thread."""
        self.attention = True

    # -- what it is told, in the fund's thread -----------------------------------------------

    def play(self) -> None:
        """Let time go on, to no target."""
        self.paused, self.reason, self._target, self._anchor = False, "", None, None

    def pause(self, reason: str = "") -> None:
        """Let time stand still."""
        self.paused, self.reason, self._target = True, reason, None

    def pace(self, speed: float) -> None:
        """Go at another speed from now on."""
        self.speed, self._anchor = speed, None

    def go_to(self, target: Target) -> None:
        """Let time go on, and stand still at the target."""
        self.play()
        self._sight.news()
        self._target = target

    def let_pass(self, instant: int) -> None:
        """Let time reach an instant even while it stands still: a command is carried out there."""
        self._grace = instant

    def break_at(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Stand still at these from now on; a value that is there already does not count."""
        self.breakpoints = breakpoints
        self._sight.news()
        value = self._sight.value() if any(b.kind == "value" for b in breakpoints) else 0.0
        self._below = {b: b.reached(value) for b in breakpoints if b.kind == "value"}

    def go_on_from(self, before: "Gate") -> None:
        """Be as another gate was left: the same speed, breakpoints, and place to stand still at."""
        self.speed, self._target = before.speed, before.target
        self.break_at(before.breakpoints)
        self._below = dict(before.below)

    @property
    def target(self) -> Target | None:
        """Return where it goes on to."""
        return self._target

    @property
    def below(self) -> dict[Breakpoint, bool]:
        """Return which value breakpoints the fund is below already."""
        return self._below

    # -- what the loop asks ------------------------------------------------------------------

    @property
    def watching(self) -> bool:
        """Return whether records must be looked at as they come."""
        return bool(self.breakpoints) or self._target is not None

    @property
    def seeking(self) -> bool:
        """Return whether time goes on to a target."""
        return self._target is not None

    @property
    def by_bars(self) -> bool:
        """Return whether time must not pass over a close at which nobody does anything."""
        paced = bool(self.speed) and self._target is None
        return paced or any(b.kind == "value" for b in self.breakpoints)

    def attend(self, now: int, upcoming: Callable[[], int], idle: Callable[[], bool]) -> None:
        """Do jobs, and come back when time may move on from ``now``.

        Args:
            upcoming: returns where to; a job may bring it nearer.
            idle: returns whether nothing else became ready meanwhile (such as Ctrl-C).
        """
        self._stop_where_told(now, upcoming())
        while True:
            self._mailbox.work()
            if not idle():
                break
            wait = self._wait(now, upcoming())
            if wait <= 0:
                break
            self._mailbox.wait(min(wait, PATIENCE))
        self.attention = self.paused or self.watching or self.by_bars
        if len(self._mailbox):
            self.attention = True

    def _stop_where_told(self, now: int, upcoming: int) -> None:
        """Stand still where the target or a breakpoint says so."""
        if self.paused or not self.watching:
            return
        reason = self._met(now, upcoming)
        if reason:
            self.pause(reason)
            self.stood_still()

    def _met(self, now: int, upcoming: int) -> str:
        """Return why to stand still before ``upcoming``, empty where nothing says so."""
        target = self._target
        for record in self._sight.news():
            kinds = kinds_of(record)
            if target is not None and target.kind in kinds:
                return f"{target.kind} at {iso(record.ts)}"
            for each in self.breakpoints:
                if (each.kind in kinds or (each.kind == "any" and kinds)) and _about(each, record):
                    kind = kinds[0] if each.kind == "any" else each.kind
                    return f"breakpoint: {kind} at {iso(record.ts)}"
        if target is not None and target.ts and upcoming > target.ts and now >= target.ts:
            return f"at {iso(target.ts)}"
        return self._crossed()

    def _crossed(self) -> str:
        """Return which value breakpoint the fund has just gone through."""
        for each in self.breakpoints:
            if each.kind != "value":
                continue
            there = each.reached(self._sight.value())
            before, self._below[each] = self._below.get(each, False), there
            if there and not before:
                told = f"above {each.above:,.2f}" if each.above else f"below {each.below:,.2f}"
                return f"breakpoint: value {told}"
        return ""

    def _wait(self, now: int, upcoming: int) -> float:
        """Return the real seconds until time may move; jobs may change them."""
        if upcoming <= self._grace:
            return 0.0
        if self.paused:
            return PATIENCE
        if not now or not self.speed or self._target is not None:
            return 0.0  # at 0 the run has not begun: it begins wherever its data do
        if self._anchor is None:
            self._anchor = (now, self._real())
        since, real = self._anchor
        return real + (upcoming - since) / SECOND / self.speed - self._real()


def _about(point: Breakpoint, record: Entry) -> bool:
    """Return whether a record is of the pod and the instrument that a breakpoint names."""
    pod = not point.pod or getattr(record, "pod", "") == point.pod
    return pod and (not point.instrument or getattr(record, "instrument", "") == point.instrument)
