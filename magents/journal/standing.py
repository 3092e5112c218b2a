"""What was in force when a run ended: halts, changed limits and a kill, read off its records."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from magents.model.records import Command, Halt


@dataclass(slots=True)
class Standing:
    """What people and errors have stopped so far.

    Attributes:
        killed: why the fund does not trade any more, empty while it does.
        held: pods halted by command. closing: of them, those told to be flat.
        limits: the last change of each limit, by rule and pod.
        errors: pods halted by an error, with the record of it.
    """

    killed: str = ""
    held: set[str] = field(default_factory=set)
    closing: set[str] = field(default_factory=set)
    limits: dict[tuple[str, str], Command] = field(default_factory=dict)
    errors: dict[str, Halt] = field(default_factory=dict)

    def halted(self, halt: Halt) -> None:
        """Take note of an error that stopped a pod."""
        self.errors.setdefault(halt.pod, halt)
        self.held.discard(halt.pod)

    def told(self, command: Command, pods: Iterable[str]) -> None:
        """Take note of a command that was carried out in a fund of these pods."""
        named = {command.pod} if command.pod else set(pods)
        named -= set(self.errors)
        if command.command == "limit":
            self.limits[command.rule, command.pod] = command
        elif command.command == "resume":
            self.held -= named
            self.closing -= named
        else:
            self.held |= named
            if command.command != "halt":
                self.closing |= set(pods) if command.command == "kill" else named
            if command.command == "kill":
                self.killed = f"killed by {command.by or 'command'}"

    def lines(self) -> list[str]:
        """Say what is in force, for people; nothing where everything is as it was set."""
        found = [f"the fund was {self.killed}"] if self.killed else []
        halted = {"halted": self.held - self.closing, "flattened": self.closing}
        for what, pods in halted.items():
            if pods and not self.killed:
                found.append(f"{', '.join(sorted(pods))} {what} by command")
        for pod, halt in sorted(self.errors.items()):
            found.append(f"{pod} halted by an error: {halt.reason}")
        for (rule, pod), command in sorted(self.limits.items()):
            of = f" of {pod}" if pod else ""
            found.append(f"limit {rule}{of} is {command.limit:g}")
        return found
