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
    """A market order once the price reaches ``stop``, from the worse side."""
    STOP_LIMIT = "stop_limit"
    """A limit order once the price reaches ``stop``, from the worse side."""
    MARKET_IF_TOUCHED = "market_if_touched"
    """A market order once the price reaches ``stop``, from the better side."""
    LIMIT_IF_TOUCHED = "limit_if_touched"
    """A limit order once the price reaches ``stop``, from the better side."""
    TRAILING_STOP = "trailing_stop"
    """A stop that follows the best price seen at a distance, and never goes back."""
    TRAILING_STOP_LIMIT = "trailing_stop_limit"
    """The same, and a limit order ``limit_offset`` beyond the stop once it is reached."""


class TimeInForce(StrEnum):
    """How long an order works."""

    GTC = "gtc"
    """Until it is filled or cancelled."""
    DAY = "day"
    """Until the session closes."""
    IOC = "ioc"
    """What fills at the first chance; the rest is cancelled."""
    FOK = "fok"
    """All of it at the first chance, or nothing."""
    GTD = "gtd"
    """Until the instant ``expires``."""
    AT_OPEN = "at_open"
    """At the next session's opening price only."""
    AT_CLOSE = "at_close"
    """At the session's closing price only."""


BUY, SELL = Side.BUY, Side.SELL
MARKET, GTC = OrderType.MARKET, TimeInForce.GTC
# Members by names of their own, for what happens to every order: Python 3.11 takes ten times as
# long to find one in its class.


class OrderState(StrEnum):
    """Where an order is in its life."""

    CREATED = "created"
    REFUSED = "refused"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    HELD = "held"
    TRIGGERED = "triggered"
    PARTLY_FILLED = "partly_filled"
    PENDING_CANCEL = "pending_cancel"
    PENDING_AMEND = "pending_amend"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


APPROVED, SUBMITTED, ACCEPTED = OrderState.APPROVED, OrderState.SUBMITTED, OrderState.ACCEPTED

_S = OrderState
_RESTING = frozenset(
    {
        _S.TRIGGERED,
        _S.PARTLY_FILLED,
        _S.FILLED,
        _S.PENDING_CANCEL,
        _S.PENDING_AMEND,
        _S.CANCELLED,
        _S.EXPIRED,
    }
)

TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = {
    _S.CREATED: frozenset({_S.REFUSED, _S.APPROVED, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.SUBMITTED, _S.CANCELLED}),
    # A venue may fill before it acknowledges, or not answer at all.
    _S.SUBMITTED: _RESTING | {_S.ACCEPTED, _S.HELD, _S.REJECTED, _S.UNKNOWN},
    # Only the venue resolves an unknown order; nothing is assumed.
    _S.UNKNOWN: _RESTING | {_S.ACCEPTED, _S.HELD, _S.REJECTED},
    # A child order waits for its parent's fill.
    _S.HELD: frozenset({_S.HELD, _S.ACCEPTED, _S.CANCELLED, _S.EXPIRED, _S.REJECTED}),
    # An amendment leaves an accepted order accepted.
    _S.ACCEPTED: _RESTING | {_S.ACCEPTED, _S.REJECTED, _S.UNKNOWN},
    _S.TRIGGERED: _RESTING | {_S.REJECTED, _S.UNKNOWN},
    _S.PARTLY_FILLED: _RESTING | {_S.UNKNOWN},
    # A refused cancel or amendment puts the order back to where it was.
    _S.PENDING_CANCEL: _RESTING | {_S.ACCEPTED, _S.HELD, _S.UNKNOWN},
    _S.PENDING_AMEND: _RESTING | {_S.ACCEPTED, _S.HELD, _S.UNKNOWN},
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


FORCED = "house:"
"""What the ids of orders begin with that the venue places itself."""


class Order(
    msgspec.Struct, frozen=True, gc=False, tag="intent", tag_field="kind", omit_defaults=True
):
    """What a pod wants done, before anybody has judged it; the journal's ``intent`` record.

    Attributes:
        ts: the instant of the decision.
        id: ``<pod>:<n>``, counted per pod, so it depends on nothing else; ``house:<n>`` where the
            venue has placed it for the pod.
        quantity: units, always positive, a multiple of the instrument's lot.
        limit: price of a limit order. stop: trigger price of a stop or if-touched order.
        trail: distance of a trailing stop in money a unit. trail_percent: the same, as a
            percentage of the best price. limit_offset: limit beyond a trailing stop.
        tif: how long it works. expires: until when, for GTD.
        post_only: refused by the venue if it would take liquidity.
        reduce_only: never more than closes the pod's position.
        display: units shown of an iceberg; a new slice queues behind the others.
        group: orders of one group cancel each other: what one fills, the others lose.
        parent: id of the order whose fill wakes this one.
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
    tif: TimeInForce = TimeInForce.GTC
    expires: int = 0
    trail: Decimal | None = None
    trail_percent: Decimal | None = None
    limit_offset: Decimal | None = None
    post_only: bool = False
    reduce_only: bool = False
    display: Decimal | None = None
    group: str = ""
    parent: str = ""

    @property
    def plain(self) -> bool:
        """Return whether it is a market order until it fills, and nothing else is said of it."""
        return (
            self.type is MARKET
            and self.tif is GTC
            and not (self.group or self.parent or self.post_only or self.reduce_only)
            and self.limit is self.stop is self.display is None
            and self.trail is self.trail_percent is self.limit_offset is None
        )

    @property
    def forced(self) -> bool:
        """Return whether the venue has placed it, and not the pod."""
        return self.id.startswith(FORCED)

    @property
    def signed(self) -> Decimal:
        """Return the quantity with its sign: positive buys."""
        return self.quantity if self.side is BUY else -self.quantity
