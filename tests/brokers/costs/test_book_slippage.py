"""Slippage where the data show real prices, for venues that fill worse than they show."""

from decimal import Decimal

import pytest

from brokers.simulated.till import BookTill, Till
from tests.brokers.ticks.test_exchange import CASES, ERRANDS, cuts, exchanged


@pytest.mark.parametrize("name", ["quotes", "depth"])
def test_orders_without_a_limit_slip_at_a_book_if_it_is_set_so(name):
    tape, market = CASES[name]
    plain, same, worse = (
        {each.id: each for each in exchanged(cuts(tape, 7), market(), ERRANDS, kind, bps)}
        for kind, bps in ((Till, 0.0), (Till, 100.0), (BookTill, 100.0))
    )
    assert same == plain
    unlimited = {order.id for _, order in ERRANDS if order.limit is None}
    assert len({each.order for each in plain.values()} & unlimited) > 2
    for number, each in plain.items():
        side = 1 if each.quantity > 0 else -1
        part = Decimal("0.01") * side if each.order in unlimited else 0
        assert worse[number].price == each.price * (1 + part)
