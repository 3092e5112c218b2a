"""The kill switch inside the machine: cancels first, asks until the venue says nothing is left."""

from brokers.ccxt_sandbox.truth.messages import Lane
from brokers.ccxt_sandbox.truth.rows import Killed, Step
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.time import SECOND


class KillSwitch:
    """Pulled once, it works until nothing of ours is open; only a human clears the latch.

    Attributes:
        working: whether something may still be open. due: when to ask again.
    """

    def __init__(self) -> None:
        """Be idle."""
        self.working = False
        self.due = 0
        self._since = 0
        self._warned = False

    def pull(self, turn: Turn, by: str) -> None:
        """Latch, and begin; pulling again changes nothing."""
        if not turn.truth.killed:
            turn.write(Killed(turn.now, by))
            turn.note(f"kill switch pulled by {by}", loud=True)
        if not self.working:
            self.working, self._since, self._warned = True, turn.now, False
            self._sweep(turn)
        self.due = turn.now

    def take(self, turn: Turn) -> None:
        """Judge a snapshot: done, or cancel again what is left."""
        if not self.working:
            return
        left = list(turn.truth.open.values())
        took = (turn.now - self._since) / SECOND
        if not left:
            self.working, self.due = False, 0
            text = f"kill switch: the venue has no open order of ours, after {took:.1f} s"
            turn.write(Step(turn.now, text))
            turn.note(text, loud=True)
            return
        self._sweep(turn)
        self.due = turn.now + turn.patience.kill_audit
        self.warn(turn)

    def warn(self, turn: Turn) -> None:
        """Say loudly what is left once it takes too long, whether or not the venue answers."""
        left = list(turn.truth.open.values())
        if self._warned or not left or turn.now < self.bound(turn):
            return
        self._warned = True
        took = (turn.now - self._since) / SECOND
        names = ", ".join(f"{order.intent.order} ({order.state})" for order in left)
        text = f"kill switch: after {took:.1f} s still there: {names}; going on"
        turn.write(Step(turn.now, text))
        turn.note(text, loud=True)

    def bound(self, turn: Turn) -> int:
        """Return when it has taken too long."""
        return self._since + turn.patience.kill_bound

    def _sweep(self, turn: Turn) -> None:
        """Cancel what is open, whatever is known of it, and look at what is unsure."""
        for order in list(turn.truth.open.values()):
            turn.cancel(order)
            if order.unsure:
                turn.look(order, Lane.KILL)
