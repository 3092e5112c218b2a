"""A fund in memory that keeps what it was told, by the real table of orders."""

from collections import Counter

from brokers.ccxt_sandbox.truth.messages import (
    Told,
    ToldChange,
    ToldFill,
    ToldNote,
    ToldPaid,
)
from brokers.ccxt_sandbox.truth.retelling import Heard
from magents.central.orders import OrderTable
from magents.model.orders import Order, OrderState
from tests.brokers.sandbox.memory_venue import SYMBOL


class Fund:
    """Keeps what the fund would: order states by the real table, fills, adoptions, notes."""

    def __init__(self):
        self.table = OrderTable()
        self.numbers = set()
        self.adoptions = 0
        self.states = {}
        self.filled = Counter()
        self.notes = []
        self.paid = {}

    def order(self, intent):
        order = Order(
            intent.ts, intent.order, intent.pod, SYMBOL, intent.side, intent.quantity, intent.type
        )
        self.table.add(order)
        for state in (OrderState.APPROVED, OrderState.SUBMITTED):
            self.table.move(intent.order, state)
        self.states[intent.order] = OrderState.SUBMITTED

    def hear(self, news):
        if isinstance(news, Told):
            self.states[news.intent.order] = self.table.move(news.intent.order, news.state).state
        elif isinstance(news, ToldFill):
            fill = news.fill
            assert fill.number not in self.numbers
            self.numbers.add(fill.number)
            live = self.table.fill(news.intent.order, fill.quantity, complete=fill.complete)
            self.states[news.intent.order] = live.state
            self.filled[news.intent.order] += abs(fill.quantity)
        elif isinstance(news, ToldNote):
            self.notes.append(news)
        elif isinstance(news, ToldPaid):
            assert news.paid.number not in self.paid
            self.paid[news.paid.number] = news
        elif not isinstance(news, ToldChange):
            number = getattr(getattr(news, "fill", None), "number", None)
            if number is None:
                self.adoptions += 1
            else:
                self.numbers.add(number)

    def heard(self):
        return Heard(frozenset(self.numbers), self.adoptions, dict(self.states), self.paid.keys())
