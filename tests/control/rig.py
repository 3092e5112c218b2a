"""A fund in a control room, without threads: somebody does what a script says between instants."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from magents.control.loops import GatedLoop
from magents.control.mailbox import Mailbox
from magents.control.room import Room
from magents.fund import Fund, Hire
from magents.model.controls import Answer, Play, Speed
from magents.model.results import RunResult
from magents.model.snapshots import Frame, Wish
from magents.runtime.clock import VirtualClock
from tests.builders import Notebook, settings

STILL = "until time stands still"


class Hand(Mailbox):
    """A mailbox that is somebody: does the next thing of a script every few instants.

    Args:
        script: commands, wishes (a frame is asked for) and numbers (instants to let pass).
        patient: whether to wait for the end of a step or jump before the next thing.
    """

    def __init__(self, script: Sequence[Any], *, patient: bool = True) -> None:
        super().__init__()
        self.script = list(script)
        self.patient = patient
        self.room: Room | None = None
        self.answers: list[Answer] = []
        self.frames: list[Frame] = []

    def __len__(self) -> int:
        return super().__len__() + len(self.script)

    def work(self) -> None:
        if not self.script:
            self._let_go()
            return
        if self.patient and self.room.gate.seeking:
            return
        thing = self.script[0]
        if isinstance(thing, int) and thing > 0 and not self.room.gate.paused:
            self.script[0] = thing - 1
            return
        if thing == STILL and not self.room.gate.paused:
            return
        self.script.pop(0)
        if isinstance(thing, Wish):
            self.frames.append(self.room.frame(thing))
        elif not isinstance(thing, int | str):
            self.answers.append(self.room.do(thing, "tester"))

    def wait(self, seconds: float) -> None:
        """Wait for nobody."""

    def _let_go(self) -> None:
        if self.room.gate.paused or self.room.gate.speed:
            self.room.do(Speed(0.0), "tester")
            self.room.do(Play(), "tester")


@dataclass
class Controlled:
    """What a run under control left behind."""

    result: RunResult
    journal: Notebook
    room: Room
    hand: Hand


def end(tasks: list["asyncio.Task[RunResult]"]) -> None:
    tasks[0].cancel()


def controlled(pods: Any, feed: Any, script: Sequence[Any] = (), **how: Any) -> Controlled:
    """Run a fund while somebody plays with the controls."""
    commands, patient = how.pop("commands", ()), how.pop("patient", True)
    loop, journal = GatedLoop(), Notebook()
    hand = how.pop("hand", None) or Hand(script, patient=patient)
    hires = [Hire(pod) for pod in pods]
    fund = Fund(settings(**how), feed, hires, VirtualClock(loop), journal, commands=commands)
    task: list[asyncio.Task[RunResult]] = []
    room = Room(fund, hand, "run-1", "replay", visit=loop.visit, stop=lambda: end(task))
    hand.room, loop.gate = room, room.gate

    async def main() -> RunResult:
        task.append(asyncio.current_task())
        return await fund.run()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        result = runner.run(main())
    room.finished(room.stopped)
    return Controlled(result, journal, room, hand)
