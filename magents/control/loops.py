"""The virtual-time loop with a gate: it asks before every move of time, and only then."""

import asyncio

from magents.control.gate import Gate
from magents.model.time import Phase
from magents.runtime.loop import VirtualLoop


class GatedLoop(VirtualLoop):
    """A virtual-time loop that somebody may hold still.

    Attributes:
        gate: asked before each move of time; without one the loop is as any other.
    """

    def __init__(self, start: int = 0) -> None:
        """Start without a gate, as fast as possible: the gate keeps the pace."""
        super().__init__(start)
        self.gate: Gate | None = None
        self._empty_until = 0

    def visit(self, instant: int) -> None:
        """Let time stop over at an instant, at its very end, whether anything happens or not."""
        if instant > self._now:
            self.call_at_instant(instant, Phase.END, _nothing)

    def free_until(self, besides: asyncio.TimerHandle | None = None) -> int:
        """Return the same; nobody runs ahead while the gate wants to be asked."""
        if self.gate is not None and self.gate.attention:
            return 0
        return super().free_until(besides)

    def _move_time(self) -> float | None:
        """Ask the gate, then move time."""
        gate = self.gate
        if gate is None or not gate.attention or self._freezes:
            return super()._move_time()
        self._forget_cancelled()
        if not self._timers:
            return super()._move_time()
        gate.attend(self._now, self._upcoming, self._idle)
        if not self._idle():
            return 0
        if gate.by_bars:
            self._visit_next_close(gate)
        return super()._move_time()

    def _visit_next_close(self, gate: Gate) -> None:
        """Let time stop over at the next close, once a close."""
        if self._empty_until <= self._now:
            self._empty_until = gate.next_close()
            self.visit(self._empty_until)

    def _upcoming(self) -> int:
        """Return the instant of the next timer; there is one."""
        self._forget_cancelled()
        return self._timers[0][0]

    def _idle(self) -> bool:
        return not self._ready  # type: ignore[attr-defined]


def _nothing() -> None:
    """Do nothing, at an instant."""
