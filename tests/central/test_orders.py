"""The order table: what works, what is filled, and how many orders are where."""

from decimal import Decimal

import pytest

from magents.central.orders import OrderTable
from magents.model.errors import BrokenPromiseError, InvalidTransitionError
from magents.model.orders import OrderState
from magents.model.records import Amendment
from tests.builders import order

WAY_TO_MARKET = (OrderState.APPROVED, OrderState.SUBMITTED, OrderState.ACCEPTED)


def table(*orders, resting=True):
    orders_of_all = OrderTable()
    for each in orders:
        orders_of_all.add(each)
        for state in WAY_TO_MARKET if resting else ():
            orders_of_all.move(each.id, state)
    return orders_of_all


def test_working_units_are_signed_and_of_one_pod_and_instrument():
    orders = table(
        order("buy", 10, id="pod:1"),
        order("sell", 4, id="pod:2"),
        order("buy", 7, id="pod:3", instrument="BBB"),
        order("buy", 9, id="other:1", pod="other"),
    )
    assert orders.working("pod", "AAA") == 6
    assert orders.working("pod", "BBB") == 7
    assert orders.working("other", "AAA") == 9
    assert orders.working("nobody", "AAA") == 0


def test_a_part_that_filled_no_longer_works():
    orders = table(order("buy", 10))
    live = orders.fill("pod:1", Decimal(3), complete=False)
    assert (live.filled, live.left, live.state) == (3, 7, OrderState.PARTLY_FILLED)
    assert orders.working("pod", "AAA") == 7


@pytest.mark.parametrize("end", [OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED])
def test_nothing_of_an_order_that_is_over_works(end):
    orders = table(order("sell", 10))
    if end is not OrderState.REJECTED:
        orders.fill("pod:1", Decimal(-3), complete=False)
    orders.move("pod:1", end)
    assert orders.working("pod", "AAA") == 0
    assert list(orders.open_of()) == []


def test_a_refused_order_never_worked_in_the_end():
    orders = table(order(), resting=False)
    orders.move("pod:1", OrderState.REFUSED)
    assert orders.working("pod", "AAA") == 0
    assert orders.get("pod:1") is None


def test_open_orders_come_oldest_first_and_by_pod():
    orders = table(order(id="b:1", pod="b"), order(id="a:1", pod="a"), order(id="b:2", pod="b"))
    assert [live.order.id for live in orders.open_of()] == ["b:1", "a:1", "b:2"]
    assert [live.order.id for live in orders.open_of("b")] == ["b:1", "b:2"]


def test_a_fill_that_was_on_its_way_when_the_order_was_cancelled_counts():
    orders = table(order("buy", 10))
    orders.move("pod:1", OrderState.CANCELLED)
    live = orders.fill("pod:1", Decimal(10), complete=True)
    assert (live.state, live.filled) == (OrderState.FILLED, 10)
    assert orders.working("pod", "AAA") == 0


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_an_amended_order_works_for_its_new_size_less_what_is_filled(side):
    orders, sign = table(order(side, 10)), 1 if side == "buy" else -1
    orders.fill("pod:1", Decimal(3 * sign), complete=False)
    live = orders.amend(Amendment(0, "pod", "pod:1", "AAA", Decimal(8), limit=Decimal(99)))
    assert (live.order.quantity, live.order.limit, live.left) == (8, 99, 5 * sign)
    assert orders.working("pod", "AAA") == 5 * sign


@pytest.mark.parametrize("units", [11, -1, 0])
def test_a_fill_of_more_than_was_left_or_the_other_way_is_a_broken_promise(units):
    with pytest.raises(BrokenPromiseError, match="with 10 left"):
        table(order("buy", 10)).fill("pod:1", Decimal(units), complete=False)


def test_a_move_that_the_table_does_not_allow_raises_and_changes_nothing():
    orders = table(order(), resting=False)
    with pytest.raises(InvalidTransitionError):
        orders.move("pod:1", OrderState.FILLED)
    assert orders.get("pod:1").state is OrderState.CREATED
    assert orders.working("pod", "AAA") == 10


def test_counts_are_by_the_present_state_of_every_order():
    orders = table(*[order(id=f"pod:{n}") for n in range(4)])
    orders.fill("pod:0", Decimal(10), complete=True)
    orders.move("pod:1", OrderState.CANCELLED)
    orders.fill("pod:2", Decimal(1), complete=False)
    counts = {"accepted": 1, "cancelled": 1, "filled": 1, "partly_filled": 1}
    assert orders.counts() == counts


def test_an_order_that_filled_after_its_cancel_is_counted_once():
    orders = table(order("buy", 10))
    orders.move("pod:1", OrderState.CANCELLED)
    orders.move("pod:1", OrderState.CANCELLED)
    assert orders.counts() == {"cancelled": 1}
    orders.fill("pod:1", Decimal(4), complete=False)
    assert orders.counts() == {"partly_filled": 1}
    orders.fill("pod:1", Decimal(6), complete=True)
    assert orders.counts() == {"filled": 1}


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("units", [11, -1, 0])
def test_a_fill_of_more_than_is_left_or_of_the_other_side_breaks_a_promise(side, units):
    what = order(side, 10)
    orders = table(what)
    with pytest.raises(BrokenPromiseError, match="left"):
        orders.fill("pod:1", units * what.side.sign, complete=False)
    assert orders.get("pod:1").filled == 0


def test_a_late_fill_of_more_than_was_left_breaks_a_promise():
    orders = table(order("buy", 10))
    orders.fill("pod:1", Decimal(6), complete=False)
    orders.move("pod:1", OrderState.CANCELLED)
    with pytest.raises(BrokenPromiseError, match="filled for 5 with 4 left"):
        orders.fill("pod:1", Decimal(5), complete=True)


def test_an_amended_order_fills_up_to_its_new_size():
    orders = table(order("sell", 10))
    orders.fill("pod:1", Decimal(-4), complete=False)
    orders.amend(Amendment(0, "pod", "pod:1", "AAA", Decimal(6), Decimal(99)))
    assert orders.working("pod", "AAA") == -2
    assert orders.get("pod:1").order.limit == 99
    with pytest.raises(BrokenPromiseError):
        orders.fill("pod:1", Decimal(-3), complete=True)
    assert orders.fill("pod:1", Decimal(-2), complete=True).state is OrderState.FILLED
