"""What the exchange asks of a market: one for each panel, whatever its level of data.

A market decides; it holds no clock, sends nothing and books nothing.  The exchange keeps time,
costs, the account and what orders mean to each other.
"""

from decimal import Decimal
from typing import Any, Protocol

import msgspec

from magents.model.money import ZERO
from magents.model.orders import Order, OrderState
from magents.model.ticks import Block


class Moment(msgspec.Struct, frozen=True, gc=False, order=True):
    """An instant and its phase: where in time a decision stands."""

    ts: int
    phase: int


LONG_AGO = Moment(0, 0)
NAN = float("nan")


class Step(msgspec.Struct, frozen=True, gc=False, order=True):
    """When a market may have something to do for an order.

    ``rank`` orders what happens in one bar: 0 against the trader (stops), 1 for them, 2 its end.
    ``since`` is when it got under way, such as the opening of the bar: a cancel is too late then.
    """

    ts: int
    phase: int
    rank: int
    since: int


class Execution(msgspec.Struct, frozen=True, gc=False):
    """A part of an order meets the market.

    Attributes:
        quantity: units, positive. price: before slippage.
        rule: its number in ``docs/fills.md``. maker: whether it rested, for fees.
        slips: whether the slippage model applies. bar_ts: close of the bar, 0 without bars.
        volume: units that traded in the bar or stood at the price, NaN where unknown.
    """

    quantity: Decimal
    price: float
    rule: str
    maker: bool
    slips: bool
    bar_ts: int
    volume: float


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What a step came to.

    Attributes:
        executions: in order. triggered: whether a stop or touch was reached.
        ended: why the order is over though not filled, or "": ``ioc``, ``post_only``,
            ``at_open``, ``at_close``, ``day`` or ``gtd``.
    """

    executions: tuple[Execution, ...] = ()
    triggered: bool = False
    ended: str = ""


class Working(msgspec.Struct, eq=False):
    """An order at the venue, as amended so far.

    Attributes:
        order: what was asked for, with amendments applied. serial: its place in time priority.
        left: units that may fill now. asleep: more of them, once the parent fills.
        arrived: from when on it takes part. entered: the same, before any amendment.
        row: first row of the market's present block that it may take part in.
        triggered: whether its stop or touch was reached: it is a market or limit order since.
        seen: whether it has been through its first chance (for IOC, FOK, post-only).
        extreme: best price so far of a trailing stop, NaN before the first.
        queue: units ahead of it at its price, for books with queues; NaN unknown.
        step: what it waits for. stamp: changes whenever ``step`` does.
        found, rest: what the market noted about the step, and about the bar it woke in.
        cancelling: whether a cancel came too late for the step under way. asked: when it came.
        traded, paid: notional and fees of its fills so far, positive money.
    """

    order: Order
    serial: int
    arrived: Moment
    left: Decimal = ZERO
    entered: Moment = LONG_AGO
    asleep: Decimal = ZERO
    row: int = 0
    triggered: bool = False
    seen: bool = False
    cancelling: bool = False
    asked: int = 0
    traded: Decimal = ZERO
    paid: Decimal = ZERO
    found: Any = None
    rest: Any = None
    extreme: float = NAN
    queue: float = NAN
    step: Step | None = None
    stamp: int = 0

    def __post_init__(self) -> None:
        """Start whole, untouched."""
        self.left = self.order.quantity
        self.entered = self.arrived

    @property
    def filled(self) -> Decimal:
        """Return the units filled so far."""
        return self.order.quantity - self.left - self.asleep

    @property
    def done(self) -> bool:
        """Return whether nothing is left, now or later."""
        return not self.left and not self.asleep

    @property
    def state(self) -> OrderState:
        """Return where a working order is in its life."""
        if self.cancelling:
            return OrderState.PENDING_CANCEL
        if self.filled:
            return OrderState.PARTLY_FILLED
        return OrderState.TRIGGERED if self.triggered else OrderState.ACCEPTED


class Market(Protocol):
    """One panel's market."""

    def load(self, block: Block) -> None:
        """Take the next block; everything in the one before is over."""
        ...

    def arrive(self, working: Working) -> None:
        """Take in an order: set ``row`` (and ``queue``) from ``arrived``; no block may be there."""
        ...

    def follow(self, working: Working, parent: Working) -> None:
        """Take in an order on the parent's own instrument that its fill woke, inside its bar."""
        ...

    def next(self, working: Working) -> Step | None:
        """Return the first step at which anything may happen to the order, from ``row`` on.

        ``None`` when nothing in the loaded block can touch it; the exchange asks again after the
        next ``load``, with ``row`` at 0.
        """
        ...

    def act(self, working: Working) -> Outcome:
        """Do the order's present step, and move ``row`` past it."""
        ...

    def end(self) -> None:
        """Take note that no more blocks come: the last session has closed."""
        ...
