"""The back office: books everything the broker tells, in order, and keeps the books in step."""

from collections.abc import Callable

from magents.book.equity import EquityRecorder
from magents.book.ledger import Account, Ledger
from magents.central.exposure import Exposure
from magents.central.orders import OrderTable
from magents.journal.spool import Spool
from magents.model.orders import CLOSED, Order, OrderState
from magents.model.ports import BrokerEvent, Clock, Journal
from magents.model.records import Adjustment, Amendment, CashFlow, Fill, Notice, OrderEvent
from magents.model.time import AT_LOAD
from magents.runtime.inbox import Inbox

Notify = Callable[[str, BrokerEvent], None]
"""Told the pod's name and the event, once it is booked."""


class BackOffice:
    """Applies broker events to orders, ledger, exposure and equity; nobody else does.

    Args:
        account: what the broker holds for us, compared with the books after every batch.
        thorough: compare every instrument each time, not only those that moved.
        notify: told of every event after it is booked.
    """

    def __init__(  # noqa: PLR0913 - the books it keeps
        self,
        clock: Clock,
        inbox: Inbox[BrokerEvent],
        journal: Journal,
        orders: OrderTable,
        ledger: Ledger,
        exposure: Exposure,
        equity: EquityRecorder,
        account: Account,
        notify: Notify,
        *,
        thorough: bool = False,
    ) -> None:
        """Keep these books."""
        self._clock = clock
        self.inbox = inbox
        self._journal = journal
        self._orders = orders
        self._ledger = ledger
        self._exposure = exposure
        self._equity = equity
        self._account = account
        self._notify = notify
        self._thorough = thorough
        self.fills: Spool[Fill] = Spool(Fill)
        self.flows: list[CashFlow] = []
        self.adjustments: list[Adjustment] = []
        self.notices: list[Notice] = []

    async def run(self) -> None:
        """Book events as they come, for ever."""
        while True:
            self.book(await self.inbox.get_all())

    def book(self, events: list[BrokerEvent]) -> None:
        """Book a batch of events and reconcile with the broker."""
        moved: list[str] = []
        for event in events:
            if isinstance(event, OrderEvent):
                self._event(event)
            elif isinstance(event, Fill):
                names = self._fill(event)
                if not names:
                    continue
                moved += names
            elif isinstance(event, Amendment):
                self._amend(event)
            elif isinstance(event, Order):
                self._forced(event)
            elif isinstance(event, Notice):
                self._journal.append(event)
                self.notices.append(event)
            else:
                moved += self._carry(event)
            self._notify(event.pod, event)
        self.reconcile(moved)

    def book_at_once(self, fill: Fill, column: int, signed: float, increase: float) -> None:
        """Book the one fill of an order that is in nobody's table; the journal has it already.

        Args:
            column: of the instrument, which is booked plainly. signed: the units.
            increase: the money of exposure that was reserved for the order.
        """
        book = self._ledger.apply_plain(fill)
        if book is None:
            return
        self.fills.append(fill)
        owner, name = book.name, fill.instrument
        # Nothing is unpaid in a book of plain instruments.
        liquid, units = float(book.cash), float(book.positions[name].quantity)
        self._exposure.on_whole_fill(owner, column, signed, increase, liquid, units)
        self._equity.note_held(fill.ts, owner, name, liquid, units, late=True)

    def reconcile(self, moved: list[str]) -> None:
        """Compare what has moved with the broker."""
        if moved:
            # One or none needs no sorting, and mostly it is one.
            which = moved if len(moved) < 2 else sorted(set(moved))  # noqa: PLR2004
            self._ledger.reconcile(self._account, None if self._thorough else which)

    def drain(self) -> None:
        """Book what has arrived but was not read yet."""
        self.book(self.inbox.take_all())

    def _event(self, event: OrderEvent) -> None:
        self._journal.append(event)
        live = self._orders.move(event.order, event.state)
        if live.state in CLOSED:
            self._exposure.close(live.order)
        elif event.note:
            # Such as a refused amendment, whose room was reserved already.
            self._exposure.resize(live.order, float(live.left))

    def _forced(self, order: Order) -> None:
        """Take in an order that the venue has placed: nobody is asked, it is there already."""
        self._journal.append(order)
        self._orders.add(order)
        self._orders.move(order.id, OrderState.APPROVED)
        self._orders.move(order.id, OrderState.SUBMITTED)
        pods = self._exposure.pods
        if order.pod in pods:
            self._exposure.approve(order, pods[order.pod], float(order.signed), 0.0)

    def _amend(self, change: Amendment) -> None:
        self._journal.append(change)
        live = self._orders.amend(change)
        self._exposure.resize(live.order, float(live.left))

    def _carry(self, event: CashFlow | Adjustment) -> tuple[str, ...]:
        """Book money or units that moved without a trade; return the instruments they touch."""
        self._journal.append(event)
        if isinstance(event, CashFlow):
            self._ledger.pay(event)
            self.flows.append(event)
        else:
            self._ledger.adjust(event)
            self.adjustments.append(event)
        self._exposure.reread(event.pod)
        rules = self._ledger.rules
        pocket = rules.pocket(event.currency) if isinstance(event, CashFlow) else ""
        becomes = event.becomes if isinstance(event, Adjustment) else ""
        touched = (event.instrument, becomes, pocket)
        for name in touched:
            self._note(event.ts, event.pod, name)
        return tuple(name for name in touched if name)

    def _note(self, ts: int, pod: str, instrument: str) -> None:
        """Let the value over time know what changed."""
        self._equity.note(ts, pod, instrument, late=self._clock.phase() >= AT_LOAD)

    def _fill(self, fill: Fill) -> tuple[str, ...]:
        """Book a fill; return the positions it moved, none where it had been booked already."""
        book = self._ledger.apply(fill)
        if book is None:
            return ()
        self._journal.append(fill)
        self.fills.append(fill)
        name, done = fill.instrument, fill.complete
        live = self._orders.fill(fill.order, fill.quantity, complete=done)
        liquid, units = float(book.liquid), float(book.units(name))
        self._exposure.on_fill(fill, live.order, liquid, units, done=done)
        late = self._clock.phase() >= AT_LOAD
        self._equity.note_held(fill.ts, book.name, name, liquid, units, late=late)
        pocket = self._ledger.rules.pocket_of(name)
        if not pocket:
            return (name,)
        self._equity.note(fill.ts, fill.pod, pocket, late=late)
        return (name, pocket)
