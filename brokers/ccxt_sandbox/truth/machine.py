"""The machine of order truth: messages in, journal rows and commands out. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from brokers.ccxt_sandbox.truth import fates
from brokers.ccxt_sandbox.truth.answers import Answers
from brokers.ccxt_sandbox.truth.auditing import Auditor
from brokers.ccxt_sandbox.truth.holdings import Holdings, Market
from brokers.ccxt_sandbox.truth.killing import KillSwitch
from brokers.ccxt_sandbox.truth.messages import (
    Answer,
    Ask,
    Back,
    Change,
    Clear,
    Drop,
    Lane,
    Lost,
    Message,
    Place,
    Pull,
    Report,
    Request,
    Seen,
    Tick,
    Told,
    Trade,
    Traded,
)
from brokers.ccxt_sandbox.truth.rows import (
    CAPITAL,
    Adopted,
    AmendWanted,
    CancelWanted,
    Cleared,
    Intent,
    State,
    Step,
)
from brokers.ccxt_sandbox.truth.settings import Patience
from brokers.ccxt_sandbox.truth.state import Tracked, Truth
from brokers.ccxt_sandbox.truth.turn import Turn
from magents.model.orders import OrderState, OrderType, TimeInForce


class Machine:
    """Keeps the truth about the orders of one account.

    Args:
        truth: what the journal says so far. markets: by symbol, what is traded here.
        patience: how long things may take.
    """

    def __init__(
        self, truth: Truth, markets: Mapping[str, Market], patience: Patience | None = None
    ) -> None:
        """Know what the journal knows."""
        self.truth = truth
        self.patience = patience or Patience()
        self.auditor = Auditor(Holdings(markets))
        self.kill = KillSwitch()
        self._answers = Answers(self.auditor, self.kill)
        self._waiting: dict[str, Intent] = {}
        self._handlers: Mapping[type, Callable[[Turn, Any], None]] = {
            Place: lambda turn, m: self._place(turn, m.intent),
            Drop: lambda turn, m: self._drop(turn, m.order),
            Change: self._change,
            Answer: lambda turn, m: self._answers.take(turn, m.request, m.outcome),
            Seen: lambda turn, m: self._seen(turn, m.report),
            Traded: lambda turn, m: self._traded(turn, m.trade),
            Lost: lambda turn, m: self._lost(turn, m.why),
            Back: lambda turn, _: self._back(turn),
            Pull: lambda turn, m: self._pull(turn, m.by),
            Clear: lambda turn, m: self._clear(turn, m.by),
            Tick: lambda turn, _: self._tick(turn),
        }

    # -- in ----------------------------------------------------------------------------------

    def start(self, now: int, opening: Mapping[str, Decimal]) -> Turn:
        """Begin, or go on after a stop of any kind: nothing sent is taken to have failed.

        Args:
            now: the instant. opening: by asset, what of the account is the fund's capital; told
                once in the life of a journal.
        """
        turn = Turn(self.truth, now, self.patience)
        if not self.truth.rows:
            for asset, amount in opening.items():
                turn.write(Adopted(now, asset, amount, CAPITAL))
        for order in list(self.truth.open.values()):
            if order.state is State.INTENT:
                fates.unknown(turn, order, "this process ended before the answer came")
            turn.look(order)
        if self.truth.open:
            turn.write(Step(now, f"recovery: {len(self.truth.open)} orders to be looked up"))
        if self.truth.killed:
            self.kill.pull(turn, self.truth.killed)
        self.auditor.ask(turn)
        return turn

    def handle(self, now: int, message: Message) -> Turn:
        """Take in one message; whoever calls makes the rows durable before all else."""
        turn = Turn(self.truth, now, self.patience)
        self._handlers[type(message)](turn, message)
        self._release(turn)
        return turn

    def barred(self, now: int, request: Request) -> str:
        """Return why a request may not leave, empty if it may; asked last, before the socket."""
        if request.ask not in {Ask.CREATE, Ask.AMEND}:
            return ""
        order = self.truth.orders[request.client]
        if self.truth.killed:
            return f"the kill switch was pulled by {self.truth.killed}"
        if self.truth.frozen:
            return self.truth.frozen
        if request.ask is Ask.CREATE and order.cancel:
            return "cancelled before it was sent"
        if request.ask is Ask.CREATE and now - order.intent.ts > self.patience.hold:
            return "it waited too long to be sent"
        return ""

    def due(self) -> int:
        """Return when the next :class:`Tick` is wanted, 0 for never."""
        dues = [order.due for order in self.truth.open.values() if not order.looking]
        dues += [self._stale_at(order) for order in self.truth.open.values()]
        dues += [intent.ts + self.patience.hold for intent in self._waiting.values()]
        dues += [self.kill.due, self.auditor.due]
        return min((due for due in dues if due), default=0)

    # -- what the fund wants -------------------------------------------------------------------

    def _place(self, turn: Turn, intent: Intent) -> None:
        if intent.client in self.truth.orders or intent.client in self._waiting:
            return
        why = self._unwelcome(intent)
        if why:
            turn.tell(Told(intent, OrderState.REJECTED, why))
        elif self.auditor.orderly:
            turn.write(intent)
            turn.create(self.truth.orders[intent.client])
        else:
            self._waiting[intent.client] = intent

    def _unwelcome(self, intent: Intent) -> str:
        """Return why an order is not sent at all."""
        if self.truth.killed:
            return f"the kill switch was pulled by {self.truth.killed}"
        if self.truth.frozen:
            return self.truth.frozen
        unknown = [o for o in self.truth.open.values() if o.state is State.UNKNOWN]
        if len(unknown) >= self.patience.blind:
            return f"the fate of {len(unknown)} orders is unknown"
        for order in unknown:
            if (order.intent.pod, order.intent.instrument) == (intent.pod, intent.instrument):
                return f"the fate of {order.intent.order} is unknown"
        return ""

    def _release(self, turn: Turn) -> None:
        """Send what waited for the account to be in order, oldest first."""
        if self._waiting and self.auditor.orderly:
            waiting, self._waiting = self._waiting, {}
            for intent in waiting.values():
                self._place(turn, intent)

    def _drop(self, turn: Turn, order_id: str) -> None:
        for client, intent in list(self._waiting.items()):
            if intent.order == order_id:
                del self._waiting[client]
                turn.tell(Told(intent, OrderState.CANCELLED, "cancelled before it was sent"))
        order = self.truth.orders.get(self.truth.by_order.get(order_id, ""))
        if order is None or order.final:
            return
        if not order.cancel:
            turn.write(CancelWanted(turn.now, order.client))
        if not order.unsure:
            turn.cancel(order)

    def _change(self, turn: Turn, change: Change) -> None:
        order = self.truth.orders.get(self.truth.by_order.get(change.order, ""))
        if order is None or order.final:
            return
        state = OrderState.PARTLY_FILLED if order.filled else OrderState.ACCEPTED
        if order.state is not State.WORKING or order.amend is not None or self.truth.killed:
            turn.tell(Told(order.intent, state, "cannot be amended now"))
            return
        turn.write(AmendWanted(turn.now, order.client, change.quantity, change.limit))
        turn.amend(order)

    # -- what the venue shows ------------------------------------------------------------------

    def _seen(self, turn: Turn, report: Report) -> None:
        order = self.truth.find(report.client, report.symbol, report.venue_id)
        if order is not None:
            fates.seen(turn, order, report)

    def _traded(self, turn: Turn, trade: Trade) -> None:
        if trade.at and trade.at < self.truth.began:
            return  # A stream begins with old ones; the account was taken as it was.
        if not fates.traded(turn, trade):
            self.auditor.soon(turn, self.patience.surprise)

    def _back(self, turn: Turn) -> None:
        """Ask for what the stream did not show; an audit begun before it came back is too old."""
        self.auditor.asking = False
        self.auditor.ask(turn)

    def _lost(self, turn: Turn, why: str) -> None:
        """Send nothing new until an audit has shown what was missed."""
        if self.auditor.orderly:
            turn.note(f"the view of the account is broken: {why}")
        self.auditor.orderly = False
        self.auditor.due = 0
        self.auditor.soon(turn, self.patience.surprise)

    # -- the kill switch -----------------------------------------------------------------------

    def _pull(self, turn: Turn, by: str) -> None:
        for intent in self._waiting.values():
            turn.tell(Told(intent, OrderState.CANCELLED, f"the kill switch was pulled by {by}"))
        self._waiting.clear()
        self.kill.pull(turn, by)
        self.auditor.ask(turn, Lane.KILL)

    def _clear(self, turn: Turn, by: str) -> None:
        if self.truth.killed:
            turn.write(Cleared(turn.now, by))
            turn.note(f"kill switch cleared by {by}", loud=True)

    # -- time ----------------------------------------------------------------------------------

    def _tick(self, turn: Turn) -> None:
        now = turn.now
        for client, intent in list(self._waiting.items()):
            if now - intent.ts >= self.patience.hold:
                del self._waiting[client]
                turn.tell(Told(intent, OrderState.REJECTED, "the account was not in order in time"))
        for order in list(self.truth.open.values()):
            stale = self._stale_at(order)
            if 0 < order.due <= now or 0 < stale <= now:
                turn.look(order, Lane.KILL if self.truth.killed else Lane.QUERY)
        if 0 < self.kill.due <= now:
            self.kill.due = now + self.patience.kill_audit
            self.kill.warn(turn)
            self.auditor.ask(turn, Lane.KILL)
        if 0 < self.auditor.due <= now:
            self.auditor.due = now + self.patience.audit
            self.auditor.ask(turn)

    def _stale_at(self, order: Tracked) -> int:
        """Return when an order that should end by itself has been silent for too long."""
        quick = order.intent.type is OrderType.MARKET or order.intent.tif in {
            TimeInForce.IOC,
            TimeInForce.FOK,
        }
        if order.state is not State.WORKING or not quick or order.looking or order.due:
            return 0
        return order.touched + self.patience.stale
