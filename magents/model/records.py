"""What the journal holds: one frozen record for everything that happened.

Each record encodes to one JSON object whose ``kind`` names it.  ``ts`` is virtual time in
nanoseconds; amounts are decimals written as text.
"""

from decimal import Decimal

import msgspec

from magents.model.orders import Order, OrderState


class Record(msgspec.Struct, frozen=True, gc=False, tag_field="kind"):
    """Base of all records but :class:`Order`, which is a record of its own."""

    ts: int


class Signal(Record, frozen=True, gc=False, tag="signal"):
    """An agent changed its mind about an instrument.

    Attributes:
        agent: the agent's name inside its pod.
        conviction: from -1 (short) to 1 (long); NaN is never delivered.
        previous: what it was before; 0 at first.
        close: the last close as of the change, 0 before the first. bar_ts: when the bar that
            changed it closed.
        evidence: the numbers it was made of.
    """

    pod: str
    agent: str
    instrument: str
    conviction: float
    previous: float
    close: float
    bar_ts: int
    evidence: dict[str, float]


class Check(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One rule's answer about one order: the number, the limit it met, and the result."""

    rule: str
    value: float
    limit: float
    ok: bool


class Verdict(Record, frozen=True, gc=False, tag="verdict"):
    """The risk team's answer about an order, with every check."""

    pod: str
    order: str
    instrument: str
    accepted: bool
    checks: tuple[Check, ...]


class OrderEvent(Record, frozen=True, gc=False, tag="order"):
    """An order moved to another state. ``note`` says why where there is something to say."""

    pod: str
    order: str
    instrument: str
    state: OrderState
    note: str = ""


class Fill(Record, frozen=True, gc=False, tag="fill"):
    """A venue filled an order, wholly or in part.

    Attributes:
        id: the venue's trade id; a fill is applied once an id.
        quantity: signed units, positive bought.
        price: per unit. commission: in the instrument's currency, on the money grid.
        bar_ts: close of the bar it filled in, 0 where there are no bars.
        rule: the number of the fill rule, see ``docs/fills.md``.
        complete: whether the order is filled wholly by this.
    """

    pod: str
    order: str
    instrument: str
    id: int
    quantity: Decimal
    price: Decimal
    commission: Decimal
    bar_ts: int
    rule: str
    complete: bool


class Amendment(Record, frozen=True, gc=False, tag="amendment"):
    """An order was given another size or price; ``None`` leaves a thing as it was."""

    pod: str
    order: str
    instrument: str
    quantity: Decimal | None = None
    limit: Decimal | None = None
    stop: Decimal | None = None


class CashFlow(Record, frozen=True, gc=False, tag="cash"):
    """Money moved without a trade.

    Attributes:
        pod: whose book. instrument: what caused it, empty for interest on cash.
        cause: ``dividend``, ``borrow``, ``interest``, ``funding``, ``settlement``, ``coupon``,
            ``expiry``, ``conversion`` or ``liquidation``.
        amount: signed, in ``currency``, on the money grid. units: what it was reckoned on.
        rate: per unit or per year, as the cause has it.
    """

    pod: str
    instrument: str
    cause: str
    amount: Decimal
    currency: str = ""
    units: Decimal = Decimal(0)
    rate: float = 0.0


class Adjustment(Record, frozen=True, gc=False, tag="adjustment"):
    """A holding changed without a trade and without money: split, new name, conversion.

    Attributes:
        cause: ``split``, ``symbol``, ``merger``, ``delisting``, ``exercise``, ``expiry``, ``roll``,
            ``fraction``, or ``fee`` where a venue keeps a part of what was traded.
        units: the change of units, signed. becomes: the instrument the units turn into, if any.
        cost: the part of the cost that goes along with the units.
    """

    pod: str
    instrument: str
    cause: str
    units: Decimal
    cost: Decimal = Decimal(0)
    becomes: str = ""


class Allocation(Record, frozen=True, gc=False, tag="allocation"):
    """Capital was given to a pod (or taken, where negative)."""

    pod: str
    amount: Decimal


class Command(Record, frozen=True, gc=False, tag="command"):
    """Somebody told the fund to do something: halt, resume, flatten, limit, kill.

    Attributes:
        pod: which, empty for all. by: who told. rule, limit: which limit is what from now on.
    """

    command: str
    pod: str = ""
    by: str = ""
    rule: str = ""
    limit: float = 0.0


class Halt(Record, frozen=True, gc=False, tag="halt"):
    """A pod was stopped and will not trade again in this run."""

    pod: str
    reason: str


class Notice(Record, frozen=True, gc=False, tag="notice"):
    """Something a reader of the run should know: dropped rows, missing inputs, an overflow."""

    source: str
    text: str
    count: int = 1
    pod: str = ""


Entry = (
    Order
    | Signal
    | Verdict
    | OrderEvent
    | Fill
    | Amendment
    | CashFlow
    | Adjustment
    | Allocation
    | Command
    | Halt
    | Notice
)
