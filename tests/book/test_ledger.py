"""The books of the pods and of the house together are the broker's account."""

from decimal import Decimal

import pytest

from magents.book.ledger import HOUSE, Account, Ledger
from magents.model.errors import BrokenPromiseError
from tests.builders import fill, instrument


def ledger(capital=1000, **allocated):
    books = Ledger(sorted(allocated) or ["pod"], [instrument()], Decimal(capital))
    for name, amount in allocated.items():
        books.allocate(name, Decimal(amount))
    return books


def test_allocating_moves_cash_from_the_house_to_a_pod_and_back():
    books = ledger(pod=600)
    books.allocate("pod", Decimal(-100))
    assert books.books["pod"].cash == books.books["pod"].allocated == 500
    assert books.books[HOUSE].cash == 500


def test_a_fill_moves_cash_units_and_commission_of_its_pod_only():
    books = ledger(pod=500, other=500)
    books.apply(fill(quantity=3, price="50.5", commission=Decimal("0.5")))
    assert books.books["pod"].cash == Decimal("348.0")
    assert books.books["pod"].quantity("AAA") == 3
    assert books.books["other"].cash == 500
    assert books.books["other"].quantity("AAA") == 0


def test_the_same_fill_counts_once():
    books = ledger(pod=1000)
    first = books.apply(fill(7))
    assert first is books.books["pod"]
    assert books.apply(fill(7)) is None
    assert books.books["pod"].quantity("AAA") == 10


def test_a_fill_that_no_pod_owns_goes_to_the_house():
    books = ledger(pod=400)
    assert books.apply(fill(pod="nobody", quantity=1)) is books.books[HOUSE]
    assert books.books[HOUSE].cash == 500


def test_a_multiplier_scales_the_money_of_a_fill():
    books = Ledger(["pod"], [instrument(multiplier=Decimal(50))], Decimal(0))
    assert books.notional(fill(quantity=-2, price="10.25")) == -1025


def test_a_book_is_worth_its_cash_and_what_it_holds_at_the_marks():
    books = ledger(pod=1000)
    books.apply(fill(quantity=4, price=100))
    assert books.books["pod"].value({"AAA": Decimal("110.5")}) == 600 + 442
    assert books.books["pod"].value({}) == 600


@pytest.mark.parametrize(
    ("account", "what"),
    [
        (Account(Decimal(999)), "cash is 1000"),
        (Account(Decimal("1000.00000001")), "cash is 1000"),
    ],
)
def test_a_difference_in_cash_is_a_broken_promise(account, what):
    with pytest.raises(BrokenPromiseError, match=what):
        ledger(pod=500).reconcile(account)


def test_a_difference_in_units_is_a_broken_promise_that_names_the_instrument():
    books = ledger(pod=1000)
    books.apply(fill(quantity=1, price=10))
    account = Account(Decimal(990))
    account.quantities["AAA"] = Decimal(2)
    with pytest.raises(BrokenPromiseError, match="AAA is 1 in the books, 2 at the broker"):
        books.reconcile(account)


def test_units_only_the_broker_knows_of_are_found():
    account = Account(Decimal(1000))
    account.quantities["ZZZ"] = Decimal(1)
    with pytest.raises(BrokenPromiseError, match="ZZZ is 0 in the books, 1 at the broker"):
        ledger(pod=500).reconcile(account)
