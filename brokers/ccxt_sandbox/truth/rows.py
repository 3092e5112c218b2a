"""What is journalled about orders at a venue. The whole state is a fold over these rows.

``ts`` is nanoseconds UTC of the machine that trades; amounts are exact.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

from magents.model.money import ZERO
from magents.model.orders import OrderType, Side, TimeInForce


class State(StrEnum):
    """What is known of an order at the venue."""

    INTENT = "intent"
    """Journalled; it may have been sent."""
    WORKING = "working"
    UNKNOWN = "unknown"
    """Sent, and the answer says nothing sure. It counts as live until the venue says otherwise."""
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    ABSENT = "absent"
    """The venue was asked often enough and long enough, and has never heard of it."""


CAPITAL = "capital"
"""The note of what in the account is the fund's own from the start."""
KEPT_LESS = "the venue kept less of trades than its highest fee"
"""The note of what comes back of fees that were booked at their most."""
FINAL = frozenset(
    {State.FILLED, State.CANCELLED, State.EXPIRED, State.REJECTED, State.ABSENT},
)


class Row(msgspec.Struct, frozen=True, gc=False, tag_field="row"):
    """Base of all rows."""

    ts: int


class Intent(Row, frozen=True, gc=False, tag="intent", kw_only=True):
    """An order is about to be sent.

    Attributes:
        client: the id under which the venue will know it. order: the fund's id of it.
        symbol: the venue's unified symbol of the instrument.
    """

    client: str
    order: str
    pod: str
    instrument: str
    symbol: str
    side: Side
    quantity: Decimal
    type: OrderType = OrderType.MARKET
    limit: Decimal | None = None
    stop: Decimal | None = None
    tif: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False


class Moved(Row, frozen=True, gc=False, tag="moved"):
    """The state of an order is known anew."""

    client: str
    state: State
    venue_id: str = ""
    note: str = ""


class Filled(Row, frozen=True, gc=False, tag="filled", kw_only=True):
    """A trade of ours, booked once.

    Attributes:
        client: the order, empty where none of ours. trade: the venue's id of it.
        number: ours, counted from 1 over the life of the journal; the fund books by it.
        quantity: signed, positive bought. at: when the venue says it was, nanoseconds UTC.
        complete: whether the order is filled wholly by this.
    """

    client: str
    trade: str
    number: int
    symbol: str
    quantity: Decimal
    price: Decimal
    fee: Decimal = ZERO
    fee_currency: str = ""
    at: int = 0
    complete: bool = False


class CancelWanted(Row, frozen=True, gc=False, tag="cancel_wanted"):
    """Somebody wants an order cancelled; it goes on being wanted after a restart."""

    client: str


class AmendWanted(Row, frozen=True, gc=False, tag="amend_wanted"):
    """Somebody wants another size or price."""

    client: str
    quantity: Decimal | None = None
    limit: Decimal | None = None


class Amended(Row, frozen=True, gc=False, tag="amended"):
    """The venue has (``done``) or has not taken the amendment."""

    client: str
    done: bool


class Audited(Row, frozen=True, gc=False, tag="audited"):
    """Orders, trades and holdings agreed with the venue as of ``since``."""

    since: int


class Adopted(Row, frozen=True, gc=False, tag="adopted"):
    """Units that nobody here traded stand in the house book from now on.

    Attributes:
        asset: a currency or coin, or the symbol of a contract. amount: signed change.
    """

    asset: str
    amount: Decimal
    note: str = ""


class Paid(Row, frozen=True, gc=False, tag="paid", kw_only=True):
    """Money that came or went without a trade, booked once: funding, or what a fee was off by.

    Attributes:
        key: the venue's own id of it, or of the trade whose fee it mends.
        number: ours, counted from 1 over the life of the journal; the fund books by it.
        amount: signed, positive received. client: the order whose fee it mends, else empty.
        at: when the venue says it was, nanoseconds UTC.
    """

    key: str
    number: int
    symbol: str
    amount: Decimal
    currency: str
    client: str = ""
    at: int = 0


class Killed(Row, frozen=True, gc=False, tag="killed"):
    """The kill switch was pulled; only :class:`Cleared` undoes it."""

    by: str


class Cleared(Row, frozen=True, gc=False, tag="cleared"):
    """A human has cleared the kill switch."""

    by: str


class Frozen(Row, frozen=True, gc=False, tag="frozen"):
    """No new order may leave any more: the account is not the one the books are of."""

    why: str


class Step(Row, frozen=True, gc=False, tag="step"):
    """One step of the kill switch or of a recovery, in words."""

    text: str


Entry = (
    Intent
    | Moved
    | Filled
    | CancelWanted
    | AmendWanted
    | Amended
    | Audited
    | Adopted
    | Paid
    | Killed
    | Cleared
    | Frozen
    | Step
)
