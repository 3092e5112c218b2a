"""Orders, and the table of states they may move through."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

import msgspec

from magents.model.errors import InvalidTransitionError


class Side(StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """Return +1 for buy, -1 for sell."""
        return 1 if self is Side.BUY else -1


class OrderType(StrEnum):
    """How an order meets the market."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"


class OrderState(StrEnum):
    """Where an order is in its life."""

    CREATED = "created"
    REFUSED = "refused"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PARTLY_FILLED = "partly_filled"
    PENDING_CANCEL = "pending_cancel"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_S = OrderState
_RESTING = frozenset({_S.PARTLY_FILLED, _S.FILLED, _S.PENDING_CANCEL, _S.CANCELLED, _S.EXPIRED})

TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = {
    _S.CREATED: frozenset({_S.REFUSED, _S.APPROVED, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.SUBMITTED, _S.CANCELLED}),
    # A venue may fill before it acknowledges, or not answer at all.
    _S.SUBMITTED: _RESTING | {_S.ACCEPTED, _S.REJECTED, _S.UNKNOWN},
    # Only the venue resolves an unknown order; nothing is assumed.
    _S.UNKNOWN: _RESTING | {_S.ACCEPTED, _S.REJECTED},
    _S.ACCEPTED: _RESTING | {_S.REJECTED, _S.UNKNOWN},
    _S.PARTLY_FILLED: _RESTING | {_S.UNKNOWN},
    # A refused cancel puts the order back to where it was.
    _S.PENDING_CANCEL: _RESTING | {_S.ACCEPTED, _S.UNKNOWN},
    # A fill that was on its way when the order was closed still counts.
    _S.CANCELLED: frozenset({_S.PARTLY_FILLED, _S.FILLED, _S.CANCELLED}),
    _S.EXPIRED: frozenset({_S.PARTLY_FILLED, _S.FILLED}),
    _S.FILLED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.REJECTED: frozenset(),
}

CLOSED = frozenset({_S.REFUSED, _S.REJECTED, _S.FILLED, _S.CANCELLED, _S.EXPIRED})


def move(order_id: str, state: OrderState, target: OrderState) -> OrderState:
    """Return ``target`` if the table allows the move.

    Raises:
        InvalidTransitionError: it does not.
    """
    if target not in TRANSITIONS[state]:
        msg = f"order {order_id} cannot go from {state} to {target}"
        raise InvalidTransitionError(msg)
    return target


class Order(msgspec.Struct, frozen=True, gc=False, tag="intent", tag_field="kind"):
    """What a pod wants done, before anybody has judged it; the journal's ``intent`` record.

    Attributes:
        ts: the instant of the decision.
        id: ``<pod>:<n>``, counted per pod, so it depends on nothing else.
        quantity: units, always positive, a multiple of the instrument's lot.
        limit: price of a limit order. stop: trigger price of a stop order.
        signal: journal number of the signal it answers, 0 where there is none.
        reason: why, in words.
    """

    ts: int
    id: str
    pod: str
    instrument: str
    side: Side
    quantity: Decimal
    type: OrderType = OrderType.MARKET
    limit: Decimal | None = None
    stop: Decimal | None = None
    signal: int = 0
    reason: str = ""

    @property
    def signed(self) -> Decimal:
        """Return the quantity with its sign: positive buys."""
        return self.quantity if self.side is Side.BUY else -self.quantity
