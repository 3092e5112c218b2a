"""After a restart: telling the fund what the journal of orders knows and the fund's does not."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from brokers.ccxt_sandbox.truth import payments
from brokers.ccxt_sandbox.truth.fates import ENDS
from brokers.ccxt_sandbox.truth.messages import (
    News,
    Told,
    ToldAdopted,
    ToldFill,
    ToldForeign,
)
from brokers.ccxt_sandbox.truth.rows import Adopted, State
from brokers.ccxt_sandbox.truth.state import Tracked, Truth
from magents.model.orders import CLOSED, OrderState


@dataclass(frozen=True, slots=True)
class Heard:
    """What the fund had journalled when it stopped.

    Attributes:
        fills: numbers of the fills booked. adoptions: how many adoptions were booked.
        states: by the fund's order id. payments: numbers of the payments booked.
    """

    fills: AbstractSet[int] = frozenset()
    adoptions: int = 0
    states: Mapping[str, OrderState] = field(default_factory=dict)
    payments: AbstractSet[int] = frozenset()


def retell(truth: Truth, adopted: list[Adopted], heard: Heard) -> Iterator[News]:
    """Yield what the fund has not heard, fills first.

    Args:
        truth: what the journal of orders knows. adopted: its adoptions but the capital, in order.
        heard: what the fund knows.
    """
    for row in adopted[heard.adoptions :]:
        yield ToldAdopted(row.asset, row.amount, row.note)
    for fill in truth.fills.values():
        if fill.number in heard.fills:
            continue
        order = truth.orders.get(fill.client)
        yield ToldForeign(fill) if order is None else ToldFill(order.intent, fill)
    for paid in truth.paid.values():
        if paid.number not in heard.payments:
            yield payments.told(truth, paid)
    for order in truth.orders.values():
        yield from _state(order, heard)


def _state(order: Tracked, heard: Heard) -> Iterator[News]:
    known = heard.states.get(order.intent.order)
    if known is None or known in CLOSED or order.state is State.FILLED:
        return
    if order.state is State.REJECTED:
        late = order.cancel or order.filled or known is OrderState.PENDING_CANCEL
        yield Told(order.intent, OrderState.CANCELLED if late else OrderState.REJECTED)
    elif order.state in ENDS:
        yield Told(order.intent, ENDS[order.state])
    elif order.state is State.WORKING and not order.filled:
        yield Told(order.intent, OrderState.ACCEPTED)
    elif order.state is State.UNKNOWN and known is not OrderState.UNKNOWN:
        yield Told(order.intent, OrderState.UNKNOWN)
