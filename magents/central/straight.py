"""Straight-through processing: plain orders from signal to books without a stop at any inbox.

Where all that can happen next to the orders of an instant is that they fill at the next open, the
teams' work is done in one go: the same judgements, records and books, in the same order, without
the queues between them.  Whatever is out of the ordinary is left to the teams, before anything was
done.  ``tests/properties/test_straight.py`` holds the one way against the other.
"""

from asyncio import TimerHandle
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from magents.book.marks import PanelMarks
from magents.central.back_office import BackOffice
from magents.central.orders import OrderTable
from magents.central.risk_team import RiskTeam
from magents.model.orders import ACCEPTED, Order, OrderState
from magents.model.ports import Clock, Journal
from magents.model.records import Entry, Fill, OrderEvent, Signal
from magents.model.time import AT_DATA, AT_OPEN

REJECTED, REFUSED, FILLED = OrderState.REJECTED, OrderState.REFUSED, OrderState.FILLED


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

    @property
    def timer(self) -> TimerHandle | None:
        """Return the timer of what comes due between trades, which :meth:`settle` sees to."""
        ...

    @property
    def due(self) -> int:
        """Return when something comes due between trades next: cash alone, after the closes."""
        ...

    def settle(self, instant: int) -> bool:
        """Move time to what is due up to an instant, and tell it; return whether anything was."""
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


Approved = tuple[Order, Decimal, int, float, float]
"""An order, signed units, column, the units as a float, the money of exposure reserved for it."""


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

    def until(self) -> int:
        """Return the instant before which all goes its ordinary way from now; 0 for none."""
        if self._orders.any_open or self._risk.disturbed:
            return 0
        if not all(writer.idle for writer in self._writers.values()):
            return 0
        return self._clock.free_until(self._venue.timer)

    def trade(self, now: int, signals: list[Signal], until: int) -> bool:
        """Do all that follows from signals, if it is over before ``until``.

        Returns:
            Whether it was done; if not, nothing was.
        """
        venue, writers, columns = self._venue, self._writers, self._columns
        if venue.due < now:
            self._settle(now - 1)
        row = venue.row(now)
        if row < 0 or venue.opening(row) >= until:
            return False
        seq, plans = self._journal.records, []
        for signal in signals:
            seq += 1
            writer = writers[signal.pod]
            try:
                units = writer.wanted(signal)
            except ArithmeticError:
                return False
            if units:
                column = columns[signal.instrument]
                price = venue.price(row, column)
                if price != price:  # noqa: PLR0124 - NaN
                    return False
                plans.append((writer, seq, signal, units, column))
        if plans:
            self._marks.point(now, row - 1)
            self._carry_out(now, plans, row, list(signals))
        else:
            self._journal.extend(signals)
            self._clock.pass_to(now, AT_DATA)
        return True

    def _carry_out(self, now: int, plans: list[Plan], row: int, records: list[Entry]) -> None:
        """Write the orders, have them judged, and trade those that pass; journal all of it."""
        orders = []
        for writer, seq, signal, units, column in plans:
            order = writer.order(now, seq, signal, units)
            records.append(order)
            orders.append((order, units, column, float(units)))
        marks, judge, approved = self._marks, self._risk.judge_at_once, []
        for order, units, column, signed in orders:
            verdict, increase = judge(order, now, marks.worth(now, column), signed, column)
            records.append(verdict)
            if verdict.accepted:
                approved.append((order, units, column, signed, increase))
            else:
                self._orders.count(REFUSED)
        self._trade(now, self._accepted(now, approved, records), row, records)

    def _accepted(self, now: int, approved: list[Approved], records: list[Entry]) -> list[Approved]:
        """Return the orders that the venue takes, and record what it says to each."""
        refusal, accepted = self._venue.refusal, []
        for each in approved:
            order, _, column, signed, increase = each
            why = refusal(order, now)
            state = REJECTED if why else ACCEPTED
            records.append(OrderEvent(now, order.pod, order.id, order.instrument, state, why))
            if why:
                self._orders.count(REJECTED)
                self._risk.give_back(order, column, signed, increase)
            else:
                accepted.append(each)
        return accepted

    def _trade(self, now: int, accepted: list[Approved], row: int, records: list[Entry]) -> None:
        """Fill orders at the open, book the fills, and compare the books."""
        opening = self._venue.opening(row)
        if self._venue.due <= opening:
            self._journal.extend(records)
            records.clear()
            self._settle(opening)
        fill_of, book, moved = self._venue.fill, self._office.book_at_once, []
        for order, units, column, signed, increase in accepted:
            fill = fill_of(order, units, row, column)
            records.append(fill)
            moved.append(fill.instrument)
            book(fill, column, signed, increase)
        self._orders.count(FILLED, len(moved))
        self._clock.pass_to(opening, AT_OPEN)
        self._journal.extend(records)
        self._office.reconcile(moved)

    def _settle(self, instant: int) -> None:
        """Let what is due up to an instant happen, and be booked."""
        if self._venue.settle(instant):
            self._office.drain()
