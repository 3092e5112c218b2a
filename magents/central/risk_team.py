"""The risk team: a coroutine that every order passes, with a recorded verdict for each."""

from collections.abc import Sequence

from magents.central.exposure import Exposure
from magents.central.orders import OrderTable
from magents.central.risk_rules import HaltRule, Question, Rule
from magents.model.orders import Order, OrderState
from magents.model.ports import Clock, Journal
from magents.model.records import Check, Verdict
from magents.runtime.inbox import Inbox


class RiskTeam:
    """Judges orders by all rules, in order, and passes on what every rule accepts.

    Args:
        inbox: orders to judge. approved: where accepted ones go.
        rules: all of them are asked about every order, so a verdict is complete.
        refused: called with every refused order and its verdict.
    """

    def __init__(  # noqa: PLR0913 - the parts of a team
        self,
        clock: Clock,
        journal: Journal,
        orders: OrderTable,
        exposure: Exposure,
        halt: HaltRule,
        rules: Sequence[Rule],
        approved: Inbox[Order],
    ) -> None:
        """Take the rules; the halt rule comes first."""
        self._clock = clock
        self._journal = journal
        self._orders = orders
        self._exposure = exposure
        self.halt = halt
        self._rules = (halt, *rules)
        self._approved = approved
        self.inbox: Inbox[Order] = Inbox("risk team", approved.capacity, approved.overflow)
        self.refusals: list[Verdict] = []

    async def run(self) -> None:
        """Judge orders as they come, for ever."""
        while True:
            for order in await self.inbox.get_all():
                if self._judge(order):
                    await self._approved.put(order)

    def _judge(self, order: Order) -> bool:
        """Record the verdict on one order; return whether it may go on."""
        live = self._orders.get(order.id)
        if live is None or not live.open:
            return False
        question = self._question(order)
        checks = tuple([rule.check(question) for rule in self._rules])
        accepted = all(check.ok for check in checks)
        verdict = self._record(order, checks, accepted=accepted)
        if accepted:
            self._exposure.approve(order, question.increase)
            self._orders.move(order.id, OrderState.APPROVED)
        else:
            self.refusals.append(verdict)
            self._orders.move(order.id, OrderState.REFUSED)
        return accepted

    def _question(self, order: Order) -> Question:
        exposure, now = self._exposure, self._clock.now()
        exposure.refresh(now)
        mark = exposure.price(order.instrument)
        limit = order.limit if order.limit is not None else order.stop
        price = mark if limit is None else float(limit)
        units = exposure.units(order.instrument) + float(order.signed)
        return Question(order, now, price, mark, exposure.increase(order, price), units, exposure)

    def _record(self, order: Order, checks: tuple[Check, ...], *, accepted: bool) -> Verdict:
        verdict = Verdict(
            self._clock.now(), order.pod, order.id, order.instrument, accepted, checks
        )
        self._journal.append(verdict)
        return verdict
