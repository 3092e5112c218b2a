"""What the machine is told, what it asks the venue, and what it tells the fund."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, IntEnum, auto

from brokers.ccxt_sandbox.truth.rows import Filled, Intent, Paid, State
from magents.model.money import ZERO
from magents.model.orders import OrderState


class Lane(IntEnum):
    """How urgent a request is; the lowest number goes first."""

    KILL = 0
    CANCEL = 1
    AMEND = 2
    NEW = 3
    QUERY = 4


class Ask(Enum):
    """What is asked of the venue."""

    CREATE = auto()
    CANCEL = auto()
    AMEND = auto()
    LOOK = auto()
    """One order: by client id, among the open ones, among the trades since it was sent."""
    AUDIT = auto()
    """Open orders, trades since an instant, holdings."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of the venue.

    Attributes:
        asked: when. client, venue_id: the order, for an audit empty.
        intent: the order as it was meant, for an audit ``None``.
        since: for an audit, trades from this instant on. attempt: counted from 1.
    """

    ask: Ask
    lane: Lane
    asked: int
    client: str = ""
    venue_id: str = ""
    intent: Intent | None = None
    quantity: Decimal | None = None
    limit: Decimal | None = None
    since: int = 0
    attempt: int = 1


# -- what the venue says -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What the venue says of one order.

    Attributes:
        state: ``WORKING`` or a final one. filled: units so far, ``None`` where it does not say.
    """

    client: str
    venue_id: str
    symbol: str
    state: State
    filled: Decimal | None = None
    quantity: Decimal | None = None
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """What the venue says of one trade of this account; ``quantity`` is signed."""

    trade: str
    venue_id: str
    symbol: str
    quantity: Decimal
    price: Decimal
    client: str = ""
    fee: Decimal = ZERO
    fee_currency: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """What the venue says of money that moved without a trade, or of what a trade has cost.

    Attributes:
        key: the venue's id of it. amount: signed, positive received.
        trade: of which trade this is the fee; then ``amount`` is what was paid, negative.
    """

    key: str
    symbol: str
    amount: Decimal
    currency: str
    trade: str = ""
    at: int = 0


# -- outcomes of a request ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """The venue has taken it; that is all an acknowledgement says."""

    venue_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The venue has refused it, in so many words: nothing was done."""

    text: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The venue did not look at it: too many requests, or our clock is off. Nothing was done."""

    text: str


@dataclass(frozen=True, slots=True)
class Barred:
    """It never left this process."""

    text: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been done, or not."""

    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The order looked for, with those of its trades that the venue shows."""

    report: Report
    trades: tuple[Trade, ...] = ()


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Every source answered, and none knows the order."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an audit has found.

    Attributes:
        holdings: units by asset: currencies and coins, or symbols of contracts. With contracts,
            money is what there would be if they had been paid in full at their entry prices.
        payments: money without a trade, and fees. unsaid: assets that were not asked for now.
        blur: by asset, how much of ``holdings`` may be the venue's rounding.
    """

    opens: tuple[Report, ...] = ()
    trades: tuple[Trade, ...] = ()
    holdings: Mapping[str, Decimal] = field(default_factory=dict)
    payments: tuple[Payment, ...] = ()
    unsaid: frozenset[str] = frozenset()
    blur: Mapping[str, Decimal] = field(default_factory=dict)


Outcome = Taken | Refused | Busy | Barred | Unclear | Found | Nowhere | Snapshot


# -- what the machine is told ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """The fund wants an order sent."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class Drop:
    """The fund wants an order cancelled; ``order`` is the fund's id."""

    order: str


@dataclass(frozen=True, slots=True)
class Change:
    """The fund wants another size or price."""

    order: str
    quantity: Decimal | None = None
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A request has come to its end."""

    request: Request
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Seen:
    """The stream shows an order."""

    report: Report


@dataclass(frozen=True, slots=True)
class Traded:
    """The stream shows a trade."""

    trade: Trade


@dataclass(frozen=True, slots=True)
class Lost:
    """The view of the account is broken: stream gone, machine slept, clock jumped."""

    why: str


@dataclass(frozen=True, slots=True)
class Back:
    """The stream is there (again); what it did not show must be asked for."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Somebody pulled the kill switch."""

    by: str


@dataclass(frozen=True, slots=True)
class Clear:
    """A human cleared the kill switch."""

    by: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Message = Place | Drop | Change | Answer | Seen | Traded | Lost | Back | Pull | Clear | Tick


# -- what the fund is told ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """An order of the fund is in another state."""

    intent: Intent
    state: OrderState
    note: str = ""


@dataclass(frozen=True, slots=True)
class ToldFill:
    """An order of the fund was filled."""

    intent: Intent
    fill: Filled


@dataclass(frozen=True, slots=True)
class ToldChange:
    """An order of the fund has another size or price."""

    intent: Intent
    quantity: Decimal | None
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class ToldForeign:
    """A trade that no order here asked for; it belongs to the house."""

    fill: Filled


@dataclass(frozen=True, slots=True)
class ToldAdopted:
    """Units found at the venue that no trade explains; they belong to the house."""

    asset: str
    amount: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class ToldPaid:
    """Money came or went without a trade.

    Attributes:
        intent: the order whose fee was off, if that is what it is. held: by pod, units of the
            contract at that instant; of nobody's pod under an empty name.
    """

    paid: Paid
    intent: Intent | None = None
    held: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldNote:
    """Something a human should know; ``loud`` where somebody should act."""

    text: str
    loud: bool = False


News = Told | ToldFill | ToldChange | ToldForeign | ToldAdopted | ToldPaid | ToldNote
