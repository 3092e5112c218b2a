"""The risk team: a coroutine that every order passes, with a recorded verdict for each."""

from collections.abc import Sequence

from msgspec.structs import replace

from magents.central.exposure import Exposure
from magents.central.judging import Judge
from magents.central.orders import OrderTable
from magents.central.risk_rules import HaltRule, Question, Rule
from magents.journal.spool import Spool
from magents.model.money import ZERO
from magents.model.orders import APPROVED, CLOSED, SELL, Order, OrderState
from magents.model.ports import Clock, Journal
from magents.model.records import Amendment, Check, Verdict
from magents.runtime.inbox import Inbox

Request = Order | Amendment

COMMANDED = (Check("commanded", 0.0, 0.0, ok=True),)
"""What is checked of an order that closes a position by command: nothing may stand in its way."""


class RiskTeam:
    """Judges orders by all rules, in order, and passes on what every rule accepts.

    Args:
        inbox: orders to judge. approved: where accepted ones go.
        rules: all of them are asked about every order, so a verdict is complete.

    Attributes:
        closing: ids of orders that close a position by command.
    """

    def __init__(  # noqa: PLR0913 - the parts of a team
        self,
        clock: Clock,
        journal: Journal,
        orders: OrderTable,
        exposure: Exposure,
        halt: HaltRule,
        rules: Sequence[Rule],
        approved: Inbox[Request],
    ) -> None:
        """Take the rules; the halt rule comes first."""
        self._clock = clock
        self._journal = journal
        self._orders = orders
        self._exposure = exposure
        self.halt = halt
        self.rules = (halt, *rules)
        self._judge_of = Judge(self.rules)
        self._approved = approved
        self.inbox: Inbox[Request] = Inbox("risk team", approved.capacity, approved.overflow)
        self.refusals: Spool[Verdict] = Spool(Verdict)
        self.closing: set[str] = set()

    async def run(self) -> None:
        """Judge orders and amendments as they come, for ever."""
        while True:
            for request in await self.inbox.get_all():
                if isinstance(request, Order):
                    passed = self._judge(request)
                else:
                    passed = self._judge_change(request)
                if passed and not self._approved.fits(request):
                    await self._approved.put(request)

    @property
    def disturbed(self) -> bool:
        """Return whether somebody is halted, or orders go their way by command."""
        return self.halt.fund or bool(self.halt.halted) or bool(self.closing)

    def judge_at_once(
        self, order: Order, now: int, mark: float, signed: float, column: int
    ) -> tuple[Verdict, float]:
        """Judge a plain order that is in nobody's table, and reserve room for it if it may go on.

        Args:
            mark: the last close, 0 for none. signed: units. column: of the instrument.

        Returns:
            The verdict, not journalled yet, and the money of exposure that was reserved.
        """
        exposure, pod = self._exposure, order.pod
        row = exposure.pods[pod]
        increase = exposure.increase(row, column, signed, mark)
        if increase:
            exposure.refresh(now)
        units = exposure.units(column) + signed
        question = Question(order, now, mark, mark, increase, units, exposure, signed, row)
        checks, accepted = self._judge_of.checks(question)
        verdict = Verdict(now, pod, order.id, order.instrument, accepted, checks)
        if accepted:
            exposure.reserve(row, column, signed, increase)
        else:
            self.refusals.append(verdict)
        return verdict, increase

    def give_back(self, order: Order, column: int, signed: float, increase: float) -> None:
        """Give back what :meth:`judge_at_once` has reserved for an order that is over."""
        self._exposure.reserve(self._exposure.pods[order.pod], column, -signed, -increase)

    def _judge(self, order: Order) -> bool:
        """Record the verdict on one order; return whether it may go on."""
        live = self._orders.get(order.id)
        if live is None or live.state in CLOSED:
            return False
        question = self._question(order)
        if not self._record(question):
            self._orders.advance(live, OrderState.REFUSED)
            return False
        self._exposure.approve(order, question.row, question.signed, question.increase)
        self._orders.advance(live, APPROVED)
        return True

    def _judge_change(self, change: Amendment) -> bool:
        """Record the verdict on an order as it would be; one that grows nothing always passes."""
        live = self._orders.get(change.order)
        if live is None or not live.open:
            return False
        wanted = live.order.quantity if change.quantity is None else change.quantity
        grown = max(ZERO, wanted - live.order.quantity)
        price = live.order.limit if change.limit is None else change.limit
        stop = live.order.stop if change.stop is None else change.stop
        order = replace(live.order, quantity=grown, limit=price, stop=stop)
        question = self._question(order)
        accepted = self._record(question)
        if accepted and grown:
            self._exposure.grow(order, question.increase)
        return accepted

    def _question(self, order: Order) -> Question:
        """Reckon what the rules ask for; totals only where the order adds to them."""
        exposure, now = self._exposure, self._clock.now()
        mark = exposure.mark(order.instrument, now)
        limit = order.limit if order.limit is not None else order.stop
        price = mark if limit is None else float(limit)
        signed = float(order.quantity)
        if order.side is SELL:
            signed = -signed
        row, column = exposure.pods[order.pod], exposure.columns[order.instrument]
        # The venue sees to it that a reduce-only order adds nothing.
        increase = 0.0 if order.reduce_only else exposure.increase(row, column, signed, price)
        if increase:
            exposure.refresh(now)
        units = exposure.units(column) + signed
        if not exposure.plain:
            coins = exposure.coins(order.instrument, price, now)
            units, increase = units * coins, increase * coins
        return Question(order, now, price, mark, increase, units, exposure, signed, row)

    def _record(self, question: Question) -> bool:
        """Ask every rule, and journal the verdict; return whether it may go on."""
        order = question.order
        checks, accepted = self._judge_of.checks(question)
        if order.id in self.closing:
            checks, accepted = COMMANDED, True
        verdict = Verdict(question.now, order.pod, order.id, order.instrument, accepted, checks)
        self._journal.append(verdict)
        if not accepted:
            self.refusals.append(verdict)
        return accepted
