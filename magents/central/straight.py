"""Straight-through processing: plain orders from signal to books without a stop at any inbox.

Where all that can happen next to the orders of an instant is that they fill at the next open, the
teams' work is done in one go: the same judgements, records and books, in the same order, without
the queues between them (``tests/properties/test_straight.py`` holds it against the teams).  Whatever
is out of the ordinary is left to the teams, before anything was done.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from magents.book.marks import PanelMarks
from magents.central.back_office import BackOffice
from magents.central.orders import OrderTable
from magents.central.risk_team import RiskTeam
from magents.model.orders import ACCEPTED, Order, OrderState
from magents.model.ports import Clock, Journal
from magents.model.records import Entry, Fill, OrderEvent, Signal
from magents.model.time import AT_OPEN

REJECTED, REFUSED, FILLED = OrderState.REJECTED, OrderState.REFUSED, OrderState.FILLED

Until = tuple[int, int]
"""An instant and a phase."""


class Writer(Protocol):
    """Writes the orders of one pod."""

    @property
    def idle(self) -> bool:
        """Return whether the pod has read all it was told, and may send orders."""
        ...

    def wanted(self, signal: Signal) -> Decimal:
        """Return the signed units to order on a signal; 0 for none."""
        ...

    def order(self, now: int, seq: int, signal: Signal, units: Decimal) -> Order:
        """Return the order of so many signed units; ``seq`` is the signal's in the journal."""
        ...


class Counterparty(Protocol):
    """Who fills plain orders at the next open."""

    def row(self, now: int) -> int:
        """Return the row that opens first at an instant or after it, -1 where none is known."""
        ...

    def opening(self, row: int) -> int:
        """Return when a row opens."""
        ...

    def price(self, row: int, column: int) -> float:
        """Return an opening price, NaN where there is none."""
        ...

    def refusal(self, order: Order, now: int) -> str:
        """Return why an order is refused, empty where it is not."""
        ...

    def fill(self, order: Order, signed: Decimal, row: int, column: int) -> Fill:
        """Fill all of an order at a row's open, and book it with the account."""
        ...


Plan = tuple[Writer, int, Signal, Decimal, int]
"""Who writes an order, the signal's number in the journal, the signal, signed units, column."""


Approved = tuple[Order, Decimal, int, float]
"""An order, signed units, column, the money of exposure reserved for it."""


class StraightThrough:
    """Takes the signals of one instant as far as the fills of their orders.

    Args:
        writers: by pod, all of them. columns: of the instruments, in the one panel.
        venue: fills the orders. marks: of the panel.
    """

    def __init__(  # noqa: PLR0913 - the teams it stands in for
        self,
        clock: Clock,
        journal: Journal,
        orders: OrderTable,
        risk: RiskTeam,
        office: BackOffice,
        writers: Mapping[str, Writer],
        columns: Mapping[str, int],
        venue: Counterparty,
        marks: PanelMarks,
    ) -> None:
        """Stand in for these teams."""
        self._clock = clock
        self._journal = journal
        self._orders = orders
        self._risk = risk
        self._office = office
        self._writers = writers
        self._columns = columns
        self._venue = venue
        self._marks = marks

    def until(self) -> Until | None:
        """Return up to where all goes its ordinary way from now; ``None`` where it does not."""
        if self._orders.any_open or self._risk.disturbed:
            return None
        if not all(writer.idle for writer in self._writers.values()):
            return None
        return self._clock.free_until()

    def trade(self, now: int, signals: Sequence[Signal], until: Until) -> bool:
        """Do all that follows from signals, if it is over before ``until``.

        Returns:
            Whether it was done; if not, nothing was.
        """
        row = self._venue.row(now)
        if row < 0 or (self._venue.opening(row), AT_OPEN) >= until:
            return False
        plans = self._plans(signals, row)
        if plans is None:
            return False
        records: list[Entry] = [*signals]
        if plans:
            self._marks.point(now, row - 1)
            self._carry_out(now, plans, row, records)
        else:
            self._journal.extend(records)
        return True

    def _plans(self, signals: Sequence[Signal], row: int) -> list[Plan] | None:
        """Return what is to be ordered; ``None`` where something has no next open."""
        seq, plans = self._journal.records, []
        for signal in signals:
            seq += 1
            writer = self._writers[signal.pod]
            try:
                units = writer.wanted(signal)
            except ArithmeticError:
                return None
            if units:
                column = self._columns[signal.instrument]
                price = self._venue.price(row, column)
                if price != price:  # noqa: PLR0124 - NaN
                    return None
                plans.append((writer, seq, signal, units, column))
        return plans

    def _carry_out(self, now: int, plans: list[Plan], row: int, records: list[Entry]) -> None:
        """Write the orders, have them judged, and trade those that pass; journal all of it."""
        orders = [
            (writer.order(now, seq, signal, units), units, column)
            for writer, seq, signal, units, column in plans
        ]
        records += [order for order, _, _ in orders]
        marks, judge, approved = self._marks, self._risk.judge_at_once, []
        for order, units, column in orders:
            mark = marks.worth(now, column)
            verdict, increase = judge(order, now, mark, float(units), column)
            records.append(verdict)
            if verdict.accepted:
                approved.append((order, units, column, increase))
            else:
                self._orders.count(REFUSED)
        self._trade(now, approved, row, records)

    def _trade(self, now: int, approved: list[Approved], row: int, records: list[Entry]) -> None:
        """Hand approved orders to the venue, and book what fills at the open."""
        venue, accepted = self._venue, []
        for each in approved:
            order, units, column, increase = each
            why = venue.refusal(order, now)
            state = REJECTED if why else ACCEPTED
            records.append(OrderEvent(now, order.pod, order.id, order.instrument, state, why))
            if why:
                self._orders.count(REJECTED)
                self._risk.give_back(order, column, float(units), increase)
            else:
                accepted.append(each)
        self._clock.pass_to(venue.opening(row), AT_OPEN)
        office, moved = self._office, []
        for order, units, column, increase in accepted:
            fill = venue.fill(order, units, row, column)
            records.append(fill)
            moved.append(fill.instrument)
            office.book_at_once(fill, column, float(units), increase)
        self._orders.count(FILLED, len(accepted))
        self._journal.extend(records)
        office.reconcile(moved)
