"""Orders as a journal left them: the same table after the same records."""

from collections.abc import Iterable

from magents.central.exposure import Exposure
from magents.central.orders import OrderTable
from magents.model.orders import Order, OrderState
from magents.model.records import Amendment, Entry, Fill, OrderEvent, Verdict


def restore_orders(
    story: Iterable[Entry], orders: OrderTable, exposure: Exposure
) -> dict[str, OrderState]:
    """Fold what a journal has on orders, and return every order's state by id.

    An order that was approved counts as sent: whether it was, its venue knows.
    """
    states: dict[str, OrderState] = {}
    for entry in story:
        match entry:
            case Order():
                orders.add(entry)
                states[entry.id] = OrderState.CREATED
            case Verdict() if states[entry.order] is OrderState.CREATED:
                states[entry.order] = _judged(entry, orders)
            case OrderEvent():
                states[entry.order] = orders.move(entry.order, entry.state).state
            case Amendment():
                orders.amend(entry)
            case Fill():
                live = orders.fill(entry.order, entry.quantity, complete=entry.complete)
                states[entry.order] = live.state
            case _:
                pass
    for live in orders.open_of():
        order = live.order
        if live.state is OrderState.CREATED:
            # Nobody had judged it; whoever wanted it may want it again.
            states[order.id] = orders.move(order.id, OrderState.CANCELLED).state
        elif order.pod in exposure.pods:
            exposure.approve(order, exposure.pods[order.pod], float(live.left), 0.0)
    return states


def _judged(verdict: Verdict, orders: OrderTable) -> OrderState:
    if not verdict.accepted:
        return orders.move(verdict.order, OrderState.REFUSED).state
    orders.move(verdict.order, OrderState.APPROVED)
    return orders.move(verdict.order, OrderState.SUBMITTED).state
