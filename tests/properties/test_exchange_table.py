"""The order table under any sequence of moves, fills and amendments, allowed and not."""

from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from magents.central.orders import OrderTable
from magents.model.errors import BrokenPromiseError, InvalidTransitionError
from magents.model.orders import CLOSED, TRANSITIONS, OrderState, Side
from magents.model.records import Amendment
from tests.builders import order

LATE = {OrderState.CANCELLED, OrderState.EXPIRED}
NAMES = st.integers(1, 4).map(lambda n: f"pod:{n}")
UNITS = st.integers(-3, 12).map(Decimal)


class Table(RuleBasedStateMachine):
    """A table, and beside it what each order should be."""

    def __init__(self):
        super().__init__()
        self.table = OrderTable()
        self.states, self.sizes, self.filled, self.signs = {}, {}, {}, {}

    @rule(name=NAMES, side=st.sampled_from(Side), size=st.integers(1, 9))
    def add(self, name, side, size):
        if name not in self.states:
            self.table.add(order(side, size, id=name))
            self.states[name], self.sizes[name] = OrderState.CREATED, Decimal(size)
            self.filled[name], self.signs[name] = Decimal(0), side.sign

    def known(self, name):
        """Return whether the table still has to know an order: open, or a late fill may come."""
        state = self.states.get(name)
        return state is not None and (state not in CLOSED or state in LATE)

    @rule(name=NAMES, state=st.sampled_from(OrderState))
    def move(self, name, state):
        filled = {OrderState.FILLED, OrderState.PARTLY_FILLED}
        if not self.known(name) or state in filled:
            return
        if state in TRANSITIONS[self.states[name]]:
            self.table.move(name, state)
            self.states[name] = state
        else:
            with pytest.raises(InvalidTransitionError):
                self.table.move(name, state)

    @rule(name=NAMES, units=UNITS)
    def fill(self, name, units):
        if not self.known(name):
            return
        left = self.sizes[name] - self.filled[name]
        complete = units == left
        target = OrderState.FILLED if complete else OrderState.PARTLY_FILLED
        fill = (name, units * self.signs[name])
        if not 0 < units <= left:
            with pytest.raises(BrokenPromiseError):
                self.table.fill(*fill, complete=complete)
        elif target in TRANSITIONS[self.states[name]]:
            self.table.fill(*fill, complete=complete)
            self.states[name] = target
            self.filled[name] += units

    @rule(name=NAMES, size=st.integers(1, 12))
    def amend(self, name, size):
        resting = {OrderState.ACCEPTED, OrderState.PARTLY_FILLED, OrderState.HELD}
        if self.states.get(name) in resting and size > self.filled[name]:
            self.table.amend(Amendment(0, "pod", name, "AAA", Decimal(size)))
            self.sizes[name] = Decimal(size)

    @invariant()
    def orders_are_where_the_moves_brought_them(self):
        for name, state in self.states.items():
            live = self.table.get(name)
            assert live is None or live.state is state
            assert live is not None or state in CLOSED - LATE
            if live is not None:
                assert live.filled == self.filled[name] * self.signs[name]
                assert abs(live.filled) <= live.order.quantity

    @invariant()
    def what_works_is_what_is_left_of_open_orders(self):
        left = [
            (self.sizes[name] - self.filled[name]) * self.signs[name]
            for name, state in self.states.items()
            if state not in CLOSED and name in [o.order.id for o in self.table.open_of()]
        ]
        assert self.table.working("pod", "AAA") == sum(left, Decimal(0))

    @invariant()
    def every_order_is_counted_once(self):
        assert sum(self.table.counts().values()) == len(self.states)


TestTable = Table.TestCase
TestTable.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
