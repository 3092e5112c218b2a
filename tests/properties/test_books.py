"""Whatever happens, the books add up to the last digit, after every event."""

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from magents.book.ledger import HOUSE, Account, Ledger
from magents.model.money import on_grid
from tests.builders import fill, instrument

PODS = ("one", "three", "two")
NAMES = {"AAA": Decimal(1), "BBB": Decimal(1), "FUT": Decimal(50)}
CAPITAL = Decimal(1_000_000)
AMOUNTS = st.decimals(-(10**6), 10**6, places=8)
PRICES = st.decimals("0.00000001", 10**5, places=8)
UNITS = st.decimals(-(10**4), 10**4, places=8).filter(bool)
FEES = st.decimals(0, 100, places=8)


class Books(RuleBasedStateMachine):
    """A ledger, an account of its own, and sums made the slow way."""

    def __init__(self):
        super().__init__()
        instruments = [instrument(name, multiplier=each) for name, each in NAMES.items()]
        self.ledger = Ledger(PODS, instruments, CAPITAL)
        self.account = Account(CAPITAL)
        self.fills = []
        self.marks = dict.fromkeys(NAMES, Decimal(100))

    @rule(pod=st.sampled_from(PODS), amount=AMOUNTS)
    def allocate(self, pod, amount):
        self.ledger.allocate(pod, amount)

    @rule(
        pod=st.sampled_from([*PODS, "nobody"]),
        name=st.sampled_from(sorted(NAMES)),
        units=UNITS,
        price=PRICES,
        fee=FEES,
    )
    def trade(self, pod, name, units, price, fee):
        made = fill(len(self.fills) + 1, units, price, pod=pod, instrument=name, commission=fee)
        self.fills.append(made)
        self.account.apply(made, on_grid(units * price * NAMES[name]))
        self.ledger.apply(made)

    @rule(data=st.data())
    def hear_of_a_fill_again(self, data):
        if self.fills:
            assert self.ledger.apply(data.draw(st.sampled_from(self.fills))) is None

    @rule(name=st.sampled_from(sorted(NAMES)), price=PRICES)
    def move_the_market(self, name, price):
        self.marks[name] = price

    @invariant()
    def pods_and_house_together_are_the_account(self):
        self.ledger.reconcile(self.account)
        books = self.ledger.books.values()
        assert sum(book.cash for book in books) == self.account.cash
        for name in NAMES:
            held = sum((book.quantity(name) for book in books), Decimal(0))
            assert held == self.account.quantities.get(name, 0)

    @invariant()
    def every_book_holds_what_its_fills_brought(self):
        for owner, book in self.ledger.books.items():
            mine = [f for f in self.fills if owner == (f.pod if f.pod in PODS else HOUSE)]
            for name in NAMES:
                assert book.quantity(name) == sum(f.quantity for f in mine if f.instrument == name)

    @invariant()
    def profit_is_realised_and_unrealised_less_commission(self):
        for owner, book in self.ledger.books.items():
            given = book.allocated
            if owner == HOUSE:
                given = CAPITAL - sum(self.ledger.books[pod].allocated for pod in PODS)
            held = {n: p.quantity * self.marks[n] for n, p in book.positions.items()}
            gain = sum(
                (p.realised + held[n] - p.cost - p.commission for n, p in book.positions.items()),
                Decimal(0),
            )
            assert book.cash + sum(held.values()) - given == gain

    @invariant()
    def flat_positions_cost_nothing(self):
        for book in self.ledger.books.values():
            flat = [p for p in book.positions.values() if not p.quantity]
            assert all(p.cost == 0 for p in flat)


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
