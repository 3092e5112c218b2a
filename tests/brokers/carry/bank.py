"""A broker's account, the fund's books and a carry schedule, kept in step to the last digit.

Everything is the real thing; only the market is missing: prices are what a test says.
"""

from decimal import Decimal

from brokers.simulated.carry.holdings import Holdings
from brokers.simulated.carry.schedule import Carry
from magents.book.ledger import HOUSE, Account, Ledger
from magents.model.events import Events
from magents.model.instruments import Instrument
from magents.model.records import Adjustment, CashFlow, Fill


def dec(value):
    """Write a number exactly."""
    return Decimal(str(value))


class Bank:
    """Books fills and whatever carry brings, and compares everything after every event."""

    def __init__(self, instruments, events=None, sessions=None, terms=None, **pods):
        pods = pods or {"pod": 1_000_000}
        self.known = {i.id: i for i in instruments}
        capital = dec(sum(pods.values()))
        self.ledger = Ledger(pods, instruments, capital, "USD")
        self.account = Account(capital, self.ledger.rules)
        self.holdings = Holdings(self.ledger.rules, capital)
        for pod, amount in pods.items():
            self.ledger.allocate(pod, dec(amount))
            self.holdings.allocate(pod, dec(amount))
        self.capital = capital
        self.carry = Carry(
            instruments, self.ledger.rules, events or Events(), sessions or {}, terms
        )
        self.prices = {}
        self.now = -1
        self.moves = []
        self.fills = 0

    def trade(self, name, units, price, pod="pod", fee=0, ts=None):
        """Fill an order."""
        self.fills += 1
        ts = self.now if ts is None else ts
        order = f"{pod}:{self.fills}"
        fill = Fill(
            ts, pod, order, name, self.fills, dec(units), dec(price), dec(fee), 0, "B1", True
        )
        notional = self.ledger.notional(fill)
        self.ledger.apply(fill)
        self.account.apply(fill, notional)
        self.holdings.apply(fill, notional)
        self.check()

    def price(self, name):
        """Return the price a test has set."""
        return self.prices.get(name)

    def mark(self, **prices):
        """Set prices by name; ``_`` stands for ``/``."""
        self.prices.update({name.replace("_", "/"): dec(each) for name, each in prices.items()})

    def due(self, ts):
        """Let everything due at an instant happen."""
        self.now = ts
        moves = self.carry.due(ts, self.holdings, self.price)
        for move in moves:
            self.book(move)
        self.check()
        return moves

    def play(self, until):
        """Let everything due up to an instant happen, at the prices as they are."""
        while (head := self.carry.next_after(self.now)) is not None and head[0] <= until:
            self.due(head[0])

    def book(self, move):
        """Book a move with the fund and in the account."""
        self.moves.append(move)
        if isinstance(move, CashFlow):
            self.ledger.pay(move)
            self.account.pay(move)
        else:
            assert isinstance(move, Adjustment)
            self.ledger.adjust(move)
            self.account.adjust(move)

    def check(self):
        """Compare the books, the account and the broker's holdings."""
        self.ledger.reconcile(self.account)
        for name, book in self.ledger.books.items():
            assert self.holdings.money[""].get(name, 0) == book.cash
            for held in book.positions:
                if held in self.known:
                    assert self.holdings.of(held).get(name, 0) == book.quantity(held)
                else:
                    assert self.holdings.money.get(held, {}).get(name, 0) == book.quantity(held)

    def cash(self, pod="pod"):
        """Return a pod's cash."""
        return self.ledger.books[pod].cash

    def units(self, name, pod="pod"):
        """Return a pod's units."""
        return self.ledger.books[pod].quantity(name)

    def position(self, name, pod="pod"):
        """Return a pod's position."""
        return self.ledger.books[pod].position(name)

    def value(self, pod="pod"):
        """Return what a pod is worth."""
        return self.ledger.books[pod].value(self.prices, self.now)

    def gain(self):
        """Return what the fund has made in all."""
        return sum(self.value(pod) for pod in self.ledger.books) - self.capital

    def amounts(self, cause, pod="pod"):
        """Return the cash flows of a cause, in order."""
        flows = [m for m in self.moves if isinstance(m, CashFlow)]
        return [m.amount for m in flows if m.cause == cause and m.pod == pod]


def share(name="AAA", **how):
    """Return a share."""
    return Instrument(id=name, **how)


__all__ = ["HOUSE", "Bank", "dec", "share"]
