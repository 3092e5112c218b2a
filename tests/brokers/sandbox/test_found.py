"""What is in the account and nobody here has bought: the house's, at cost, shown, and no profit."""

import math
from decimal import Decimal

import pytest

from brokers.ccxt_sandbox.books import FOUND, Books
from brokers.ccxt_sandbox.truth.messages import ToldAdopted
from magents.book.ledger import HOUSE
from magents.book.worth import Rules
from magents.model.instruments import Instrument, Kind
from magents.model.records import Adjustment, CashFlow, Notice

COIN = Instrument(
    id="BTC/USDT@binance",
    kind=Kind.SPOT_CRYPTO,
    currency="USDT",
    lot=Decimal("0.001"),
    base="BTC",
    calendar="24/7",
)


class Desk:
    """Books at a venue whose price is set by hand."""

    def __init__(self):
        self.price, self.events = math.nan, []
        self.books = Books(
            {"BTC/USDT": COIN},
            Rules([COIN], "USDT"),
            Decimal(50_000),
            lambda: 1,
            self.events.append,
            lambda _: self.price,
        )

    def find(self, asset, amount):
        self.books.hear([ToldAdopted(asset, Decimal(amount), "there at the start")])

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def said(self):
        return [notice.text for notice in self.of(Notice) if notice.source == FOUND]


@pytest.fixture
def desk():
    return Desk()


def test_units_are_the_houses_at_what_they_cost_now_and_money_from_outside_pays(desk):
    desk.price = 20_000.0
    desk.find("BTC", "2")
    (units,), (paid,) = desk.of(Adjustment), desk.of(CashFlow)
    assert (units.pod, units.units, units.cost) == (HOUSE, 2, 40_000)
    assert (paid.pod, paid.amount) == (HOUSE, -40_000)
    assert desk.said() == [
        "2 BTC go to the house book at 40000 USDT: there at the start",
    ]


def test_units_found_before_there_is_a_price_wait_for_it_so_that_it_makes_no_profit(desk):
    desk.find("BTC", "2")
    assert desk.events == []
    desk.price = 20_000.0
    desk.books.book_found()
    (units,), (paid,) = desk.of(Adjustment), desk.of(CashFlow)
    assert units.cost + paid.amount == 0 != units.cost


def test_what_was_found_is_told_in_the_order_in_which_the_journal_has_it(desk):
    desk.find("BTC", "2")
    desk.find("USDT", "7")
    assert desk.said() == []
    desk.price = 20_000.0
    desk.books.book_found()
    assert [text.split()[1] for text in desk.said()] == ["BTC", "USDT"]


def test_money_stays_outside_of_the_fund_and_is_said_to(desk):
    desk.find("USDT", "5000")
    assert desk.said() == ["5000 USDT stay outside of the fund: there at the start"]
    assert not desk.of(CashFlow)
