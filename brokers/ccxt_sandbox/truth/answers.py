"""What the answer to a request says, and what it does not."""

from brokers.ccxt_sandbox.truth import fates
from brokers.ccxt_sandbox.truth.auditing import Auditor
from brokers.ccxt_sandbox.truth.killing import KillSwitch
from brokers.ccxt_sandbox.truth.messages import (
    Ask,
    Barred,
    Busy,
    Found,
    Nowhere,
    Outcome,
    Refused,
    Request,
    Snapshot,
    Taken,
    Told,
    Unclear,
)
from brokers.ccxt_sandbox.truth.rows import Amended, State
from brokers.ccxt_sandbox.truth.state import Tracked
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.orders import OrderState

AMEND_LOOKS = 3


class Answers:
    """Takes the outcomes of requests."""

    def __init__(self, auditor: Auditor, kill: KillSwitch) -> None:
        """Pass snapshots on to these."""
        self._auditor = auditor
        self._kill = kill

    def take(self, turn: Turn, request: Request, outcome: Outcome) -> None:
        """Take in one outcome."""
        if request.ask is Ask.AUDIT:
            if isinstance(outcome, Snapshot):
                self._auditor.take(turn, request, outcome)
                self._kill.take(turn)
            else:
                self._auditor.failed(turn)
                if self._kill.working:
                    self._kill.due = turn.now + turn.patience.kill_audit
            return
        order = turn.truth.orders[request.client]
        match request.ask:
            case Ask.CREATE:
                _created(turn, order, request, outcome)
            case Ask.CANCEL:
                _cancelled(turn, order, outcome)
            case Ask.AMEND:
                _amended(turn, order, outcome)
            case _:
                _looked(turn, order, outcome)


def _created(turn: Turn, order: Tracked, request: Request, outcome: Outcome) -> None:
    if not order.unsure:
        # The stream was quicker; what an answer says then is checked, not believed.
        if not order.final and not isinstance(outcome, Taken):
            turn.look(order)
        return
    match outcome:
        case Taken(venue_id):
            fates.working(turn, order, venue_id)
        case Refused(text) | Barred(text):
            fates.refused(turn, order, text)
        case Busy(text):
            _again(turn, order, request, text)
        case Unclear(text):
            fates.unknown(turn, order, text)
        case _:
            fates.unknown(turn, order, "the answer makes no sense")


def _again(turn: Turn, order: Tracked, request: Request, text: str) -> None:
    """Send once more what the venue did not look at, unless it is too late for that."""
    late = turn.now - order.intent.ts > turn.patience.retry
    if late or request.attempt >= turn.patience.tries or order.state is not State.INTENT:
        fates.refused(turn, order, text)
    else:
        turn.create(order, request.attempt + 1)


def _cancelled(turn: Turn, order: Tracked, outcome: Outcome) -> None:
    """Believe no answer to a cancel: the order itself says what became of it."""
    order.cancelling = False
    if order.final:
        return
    if isinstance(outcome, Taken | Refused):
        turn.look_in(order, turn.patience.wait(min(order.looks, 2)))
    else:
        turn.look_in(order, turn.patience.wait(order.looks))


def _amended(turn: Turn, order: Tracked, outcome: Outcome) -> None:
    if order.final or order.amend is None:
        return
    if isinstance(outcome, Refused | Barred | Busy):
        _not_amended(turn, order, outcome.text)
    else:
        order.looks = 0
        turn.look_in(order, turn.patience.wait(0))


def _not_amended(turn: Turn, order: Tracked, why: str) -> None:
    turn.write(Amended(turn.now, order.client, done=False))
    state = OrderState.PARTLY_FILLED if order.filled else OrderState.ACCEPTED
    turn.tell(Told(order.intent, state, why))


def _looked(turn: Turn, order: Tracked, outcome: Outcome) -> None:
    order.looking = False
    order.looks += 1
    match outcome:
        case Found(report, trades):
            order.missed = order.misses = 0
            if not order.final:
                fates.working(turn, order, report.venue_id)
            for trade in sorted(trades, key=lambda each: each.at):
                fates.traded(turn, trade)
            fates.seen(turn, order, report)
            _after(turn, order)
        case Nowhere():
            _missed(turn, order)
        case _:
            if not order.final:
                turn.look_in(order, turn.patience.wait(order.looks))


def _after(turn: Turn, order: Tracked) -> None:
    """Go on with what is wanted of an order that was found."""
    if order.final:
        return
    if order.cancel or turn.truth.killed:
        turn.cancel(order)
    elif order.amend is not None:
        if order.looks >= AMEND_LOOKS:
            _not_amended(turn, order, "the venue did not take the amendment")
        else:
            turn.look_in(order, turn.patience.wait(order.looks))


def _missed(turn: Turn, order: Tracked) -> None:
    """Count a look in which every source answered and none knew the order."""
    if order.final:
        return
    patience = turn.patience
    order.misses += 1
    order.missed = order.missed or turn.now
    long_enough = turn.now - order.missed >= patience.absent_after
    if order.misses >= patience.absent_looks and long_enough:
        fates.end(turn, order, State.ABSENT, "the venue does not know this order")
    else:
        turn.look_in(order, patience.wait(order.looks))
