"""Straight-through processing: plain orders from signal to books without a stop at any inbox.

Where all that can happen next to the orders of an instant is that they fill at the next open, the
teams' work is done in one go: the same judgements, records and books, in the same order, without
the queues between them (``tests/properties/test_straight.py`` holds it against the teams).  Whatever
is out of the ordinary is left to the teams, before anything was done.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from magents.central.back_office import BackOffice
from magents.central.orders import OrderTable
from magents.central.risk_team import RiskTeam
from magents.model.money import ZERO
from magents.model.orders import ACCEPTED, Order, OrderState
from magents.model.ports import Clock, Journal
from magents.model.records import Fill, OrderEvent, Signal
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


Written = tuple[Order, Decimal, int]
"""An order, its signed units, the column of its instrument."""


class StraightThrough:
    """Takes the signals of one instant as far as the fills of their orders.

    Args:
        writers: by pod, all of them. columns: of the instruments, in the one panel.
        venue: fills the orders.
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
        venue = self._venue
        row = venue.row(now)
        if row < 0 or (venue.opening(row), AT_OPEN) >= until:
            return False
        units = self._wanted(signals, row)
        if units is None:
            return False
        approved = self._judge(self._write(now, signals, units))
        accepted = self._accept(now, approved)
        if accepted:
            self._fill(accepted, row)
        return True

    def _wanted(self, signals: Sequence[Signal], row: int) -> list[Decimal] | None:
        """Return the units to order on each signal; ``None`` where one has no next open."""
        venue, found = self._venue, []
        for signal in signals:
            try:
                units = self._writers[signal.pod].wanted(signal)
            except ArithmeticError:
                return None
            if units:
                price = venue.price(row, self._columns[signal.instrument])
                if price != price:  # noqa: PLR0124 - NaN
                    return None
            found.append(units)
        return found

    def _write(
        self, now: int, signals: Sequence[Signal], units: Sequence[Decimal]
    ) -> list[Written]:
        """Journal the signals, then the orders that pods make of them."""
        append, columns = self._journal.append, self._columns
        numbers = [append(signal) for signal in signals]
        written = []
        for seq, signal, signed in zip(numbers, signals, units, strict=True):
            if signed:
                order = self._writers[signal.pod].order(now, seq, signal, signed)
                append(order)
                written.append((order, signed, columns[signal.instrument]))
        return written

    def _judge(self, written: list[Written]) -> list[Written]:
        """Return the orders that the risk team lets through."""
        judge, approved = self._risk.judge_at_once, []
        for each in written:
            if judge(each[0]):
                approved.append(each)
            else:
                self._orders.count(REFUSED)
        return approved

    def _accept(self, now: int, approved: list[Written]) -> list[Written]:
        """Return the orders that the venue takes; journal what it says to each."""
        refusal, append, accepted = self._venue.refusal, self._journal.append, []
        for each in approved:
            order = each[0]
            why = refusal(order, now)
            state = REJECTED if why else ACCEPTED
            append(OrderEvent(now, order.pod, order.id, order.instrument, state, why))
            if why:
                self._orders.count(REJECTED)
                self._risk.give_back(order)
            else:
                accepted.append(each)
        return accepted

    def _fill(self, accepted: list[Written], row: int) -> None:
        """Move time to the open, fill the orders there, and book the fills."""
        venue = self._venue
        self._clock.pass_to(venue.opening(row), AT_OPEN)
        fills = [(venue.fill(order, signed, row, column), order) for order, signed, column in accepted]
        self._office.book_at_once(fills)
        self._orders.count(FILLED, len(fills))
