"""Carries out what somebody tells the fund to do; everything that changes it is journalled.

A command takes effect at an instant of its own, in a phase that comes before everything else
(``Phase.COMMAND``), so the same commands at the same instants give the same run again.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from magents.central.limits import change_limit, problem_with_limit
from magents.journal.standing import Standing
from magents.model.orders import Side
from magents.model.records import Command, Notice
from magents.model.time import Phase
from magents.staff import Parts, Staff

NO_POD = "there is no pod {pod}; there is {names}"
KILLED = "the fund was killed and does not come back in this run"


class Commander:
    """The fund's end of halt, resume, flatten, limit and kill.

    Args:
        parts: of the fund.

    Attributes:
        killed: why the fund does not trade any more, empty while it does.
        held: pods halted by command, which may be resumed. closing: those told to be flat.
    """

    def __init__(self, parts: Parts) -> None:
        """Have been told nothing."""
        self._parts = parts
        self._count = 0
        self.killed = ""
        self.held: set[str] = set()
        self.closing: set[str] = set()
        self._acts: dict[str, Callable[[Command], None]] = {
            "halt": self._halt,
            "resume": self._resume,
            "flatten": self._flatten,
            "limit": self._limit,
            "kill": self._kill,
        }

    def take_up(self, standing: Standing) -> None:
        """Put in force again what holds from an earlier process, and journal what that is.

        Orders of stopped pods that are still at a venue are cancelled, and what was not flat yet
        is closed. A pod that an error has halted stays so: the error is in its books or its code.
        """
        parts, halt = self._parts, self._parts.risk.halt
        self.killed, halt.fund = standing.killed, bool(standing.killed)
        for command in standing.limits.values():
            change_limit(parts.risk.rules, command)
        for name, staff in parts.staff.items():
            error = standing.errors.get(name)
            if error is not None:
                staff.halted = error.reason
                parts.halts.append(error)
                parts.data.forget(staff.desk.market)
            if error is not None or name in standing.held:
                self._stop_trading(staff)
                closing = name in standing.closing
                self.closing |= {name} if closing else set()
                self._start("again", staff, close=closing)
        for line in standing.lines():
            notice = Notice(parts.clock.now(), "resume", f"in force from before: {line}")
            parts.journal.append(notice)
            parts.office.notices.append(notice)

    def schedule(self, commands: Sequence[Command]) -> None:
        """Give commands of an earlier run again, each at its instant."""
        for command in commands:
            self._parts.clock.call_at(command.ts, Phase.COMMAND, self.obey, command)

    def obey(self, command: Command) -> str:
        """Carry a command out now and journal it; return what is wrong with it, if anything."""
        problem = self.problem(command)
        if problem:
            return problem
        record = replace(command, ts=self._parts.clock.now())
        self._parts.journal.append(record)
        self._parts.log.warning("command", command=record.command, pod=record.pod, by=record.by)
        self._acts[record.command](record)
        return ""

    def problem(self, command: Command) -> str:
        """Return why a command cannot be carried out, empty where it can."""
        staff = self._parts.staff
        if command.command not in self._acts:
            return f"there is no command {command.command}"
        if command.pod and command.pod not in staff:
            return NO_POD.format(pod=command.pod, names=", ".join(staff))
        if command.command == "limit":
            return problem_with_limit(self._parts.risk.rules, command)
        if self.killed:
            return KILLED
        if command.command == "resume" and command.pod and staff[command.pod].halted:
            return f"{command.pod} was halted by an error and cannot resume"
        return ""

    def _named(self, command: Command) -> list[Staff]:
        """Return the pods a command is about: one, or all."""
        staff = self._parts.staff
        return [staff[command.pod]] if command.pod else list(staff.values())

    def _halt(self, command: Command) -> None:
        for each in self._named(command):
            self._stop_trading(each)
            self._start("halt", each, close=False)

    def _flatten(self, command: Command) -> None:
        for each in self._named(command):
            self._stop_trading(each)
            self.closing.add(each.pod.name)
            self._start("flatten", each, close=True)

    def _kill(self, command: Command) -> None:
        self.killed = f"killed by {command.by or 'command'}"
        self._parts.risk.halt.fund = True
        self._flatten(replace(command, pod=""))

    def _resume(self, command: Command) -> None:
        for each in self._named(command):
            name = each.pod.name
            if not each.halted:
                self.held.discard(name)
                self.closing.discard(name)
                self._parts.risk.halt.halted.discard(name)
                self._release(each)

    def _release(self, staff: Staff) -> None:
        """Let a pod's orders out again, and say how many were not sent."""
        desk = staff.desk
        desk.hold(held=False)
        kept, desk.kept_back = desk.kept_back, 0
        if kept:
            text = "resumed: the orders it decided on meanwhile were not sent"
            now = self._parts.clock.now()
            self._parts.journal.append(Notice(now, "desk", text, kept, pod=desk.pod))

    def _limit(self, command: Command) -> None:
        change_limit(self._parts.risk.rules, command)

    def _stop_trading(self, staff: Staff) -> None:
        """Let the risk team refuse everything of a pod."""
        if not staff.halted:
            self.held.add(staff.pod.name)
        self._parts.risk.halt.halted.add(staff.pod.name)

    def _start(self, verb: str, staff: Staff, *, close: bool) -> None:
        self._count += 1
        name = f"command {self._count}: {verb} {staff.pod.name}"
        self._parts.supervisor.start(name, self._wind_down(staff, close=close))

    async def _wind_down(self, staff: Staff, *, close: bool) -> None:
        """Cancel what a pod has in the market, close what it holds if asked; let no more out."""
        staff.desk.hold(held=False)
        for live in self._parts.orders.open_of(staff.pod.name):
            await staff.desk.cancel(live.order.id)
        if close:
            await self._close(staff)
        staff.desk.hold(held=staff.pod.name in self.held)

    async def _close(self, staff: Staff) -> None:
        """Sell what a pod holds and buy what it owes."""
        for instrument, units in staff.desk.positions.items():
            if instrument not in self._parts.marks.where:
                continue  # foreign money is no position that can be sold
            side = Side.SELL if units > 0 else Side.BUY
            order = await staff.desk.order(
                instrument, side, abs(units), reduce_only=True, reason="flatten"
            )
            if order is not None:
                self._parts.risk.closing.add(order.id)
