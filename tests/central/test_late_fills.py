"""A fill that was on its way when its order was cancelled: table, books and exposure take it."""

from decimal import Decimal

import pytest

from magents.book.equity import EquityRecorder
from magents.book.ledger import Account, Ledger
from magents.book.marks import Marks
from magents.central.back_office import BackOffice
from magents.central.exposure import Exposure
from magents.central.orders import OrderTable
from magents.model.errors import BrokenPromiseError
from magents.model.orders import OrderState
from magents.model.records import OrderEvent
from magents.runtime.inbox import Inbox, Overflow
from tests.builders import Notebook, block, fill, instrument, order, simulated, virtual_clock

CAPITAL = Decimal(10_000)


class Office:
    """A back office with the books of one pod, and an order of ten that rests."""

    def __init__(self):
        clock, bars = virtual_clock(), block([100.0] * 3)
        self.ledger = Ledger(["pod"], [instrument()], CAPITAL)
        self.ledger.allocate("pod", CAPITAL)
        marks = Marks([bars.panel], clock.now)
        marks.on_block(bars)
        self.orders, self.account = OrderTable(), Account(CAPITAL)
        self.exposure = Exposure(["pod"], [bars.panel], marks, self.ledger)
        self.office = BackOffice(
            clock,
            Inbox("office", 10, Overflow.BLOCK),
            Notebook(),
            self.orders,
            self.ledger,
            self.exposure,
            EquityRecorder(self.ledger, marks, ["pod"]),
            self.account,
            lambda *_: None,
        )
        what = order("buy", 10)
        self.orders.add(what)
        self.exposure.approve(what, 0, 10.0, 1000.0)
        for state in (OrderState.APPROVED, OrderState.SUBMITTED):
            self.orders.move("pod:1", state)
        self.told(OrderState.ACCEPTED)

    def told(self, state):
        self.office.book([OrderEvent(0, "pod", "pod:1", "AAA", state)])

    def filled(self, units, number=1, *, complete=False):
        late = fill(number, units, order="pod:1", complete=complete)
        self.account.apply(late, late.quantity * late.price)
        self.office.book([late])


@simulated
async def test_a_fill_after_the_cancel_is_booked_and_closes_the_order_again():
    books = Office()
    books.told(OrderState.CANCELLED)
    books.filled(4)
    assert books.orders.get("pod:1").state is OrderState.PARTLY_FILLED
    books.filled(6, 2, complete=True)
    assert books.ledger.books["pod"].quantity("AAA") == 10
    assert books.orders.counts() == {"filled": 1}
    assert books.exposure.units(books.exposure.columns["AAA"]) == 10
    assert books.exposure.pending == [0.0]


@simulated
async def test_a_fill_and_then_the_news_of_the_cancel_it_raced_leave_what_was_filled():
    books = Office()
    books.told(OrderState.PENDING_CANCEL)
    books.filled(4)
    books.told(OrderState.CANCELLED)
    assert books.ledger.books["pod"].quantity("AAA") == 4
    assert books.orders.get("pod:1").state is OrderState.CANCELLED
    assert books.exposure.units(books.exposure.columns["AAA"]) == 4


@simulated
async def test_a_late_fill_of_more_than_was_left_stops_everything():
    books = Office()
    books.filled(7)
    books.told(OrderState.CANCELLED)
    with pytest.raises(BrokenPromiseError, match="filled for 4 with 3 left"):
        books.filled(4, 2, complete=True)
