"""All that is known of orders at one account: a fold over journal rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from brokers.ccxt_sandbox.truth.rows import (
    CAPITAL,
    FINAL,
    Adopted,
    Amended,
    AmendWanted,
    Audited,
    CancelWanted,
    Cleared,
    Entry,
    Filled,
    Frozen,
    Intent,
    Killed,
    Moved,
    Paid,
    State,
    Step,
)
from magents.model.errors import BrokenPromiseError
from magents.model.money import ZERO


@dataclass(slots=True)
class Tracked:
    """An order and what is known of it.

    Attributes:
        quantity, limit: as amended. filled: units of the fills booked.
        reported: the most the venue ever said was filled. ending: a final state that the venue
            has told, held back until the fills make up what it reported.
        cancel: whether it is to be cancelled. amend: the amendment under way.
        due: when to look next, 0 for not at all. looking: whether a look is under way.
        disowned: refused once, and the fund knows: whatever it still does is the house's.
        misses: looks in which every source answered and none knew it; since ``missed``.
        looks: all looks since it was last seen. touched: when there was news of it last.
    """

    intent: Intent
    quantity: Decimal
    limit: Decimal | None
    state: State = State.INTENT
    venue_id: str = ""
    filled: Decimal = ZERO
    cancel: bool = False
    amend: AmendWanted | None = None
    reported: Decimal = ZERO
    ending: State | None = None
    due: int = 0
    looking: bool = False
    cancelling: bool = False
    disowned: bool = False
    misses: int = 0
    missed: int = 0
    looks: int = 0
    touched: int = 0

    @property
    def client(self) -> str:
        """Return the id the venue knows it by."""
        return self.intent.client

    @property
    def final(self) -> bool:
        """Return whether nothing more is expected of it."""
        return self.state in FINAL

    @property
    def unsure(self) -> bool:
        """Return whether nobody knows whether the venue has it."""
        return self.state in {State.INTENT, State.UNKNOWN}

    @property
    def left(self) -> Decimal:
        """Return the units not filled."""
        return self.quantity - self.filled


@dataclass(slots=True)
class Truth:
    """The fold.

    Attributes:
        orders: by client id. open: those that are not final. by_venue: client id by (symbol,
            venue id). by_order: client id by the fund's id. fills: by (symbol, trade id).
        adopted: units the house took over, by asset, and the fund's capital, which ``capital``
            has by itself. paid: money without a trade, by key. cursor: trades before this are all
            booked. frozen: why no new order may leave any more, empty while they may.
        killed: who pulled the kill switch, empty while nobody did. began: instant of row 1.
    """

    orders: dict[str, Tracked] = field(default_factory=dict)
    open: dict[str, Tracked] = field(default_factory=dict)
    by_venue: dict[tuple[str, str], str] = field(default_factory=dict)
    by_order: dict[str, str] = field(default_factory=dict)
    fills: dict[tuple[str, str], Filled] = field(default_factory=dict)
    adopted: dict[str, Decimal] = field(default_factory=dict)
    capital: dict[str, Decimal] = field(default_factory=dict)
    paid: dict[str, Paid] = field(default_factory=dict)
    cursor: int = 0
    frozen: str = ""
    killed: str = ""
    rows: int = 0
    began: int = 0

    @classmethod
    def of(cls, rows: Iterable[Entry]) -> "Truth":
        """Fold rows from the beginning."""
        truth = cls()
        for row in rows:
            truth.apply(row)
        return truth

    def apply(self, row: Entry) -> None:
        """Take in one row.

        Raises:
            BrokenPromiseError: the row contradicts those before it.
        """
        self.rows += 1
        self.began = self.began or row.ts
        match row:
            case Intent():
                self._begin(row)
            case Moved():
                self._move(row)
            case Filled():
                self._fill(row)
            case CancelWanted() | AmendWanted() | Amended():
                self._want(self.orders[row.client], row)
            case _:
                self._account(row)

    def find(self, client: str, symbol: str, venue_id: str) -> Tracked | None:
        """Return the order by either id."""
        known = self.orders.get(client) if client else None
        if known is not None:
            return known
        return self.orders.get(self.by_venue.get((symbol, venue_id), ""))

    def spare(self, asset: str) -> Decimal:
        """Return what the house has of an asset: what may go without a pod missing it."""
        return self.adopted.get(asset, ZERO) - self.capital.get(asset, ZERO)

    def unsure(self) -> Iterator[Tracked]:
        """Yield the orders of which nobody knows whether the venue has them."""
        return (order for order in self.open.values() if order.unsure)

    def _want(self, order: Tracked, row: CancelWanted | AmendWanted | Amended) -> None:
        if isinstance(row, CancelWanted):
            order.cancel = True
        elif isinstance(row, AmendWanted):
            order.amend = row
        else:
            _amend(order, done=row.done)

    def _account(self, row: Audited | Adopted | Paid | Killed | Cleared | Frozen | Step) -> None:
        match row:
            case Audited():
                self.cursor = max(self.cursor, row.since)
            case Adopted():
                self.adopted[row.asset] = self.adopted.get(row.asset, ZERO) + row.amount
                if row.note == CAPITAL:
                    self.capital[row.asset] = self.capital.get(row.asset, ZERO) + row.amount
            case Paid():
                self._pay(row)
            case Killed():
                self.killed = row.by
            case Cleared():
                self.killed = ""
            case Frozen():
                self.frozen = row.why
            case Step():
                pass

    def _begin(self, row: Intent) -> None:
        if row.client in self.orders:
            raise BrokenPromiseError(f"order {row.order} was journalled twice")
        order = Tracked(row, row.quantity, row.limit, touched=row.ts)
        self.orders[row.client] = self.open[row.client] = order
        self.by_order[row.order] = row.client

    def _move(self, row: Moved) -> None:
        order = self.orders[row.client]
        order.state = row.state
        order.touched = row.ts
        order.disowned |= row.state is State.REJECTED
        if row.venue_id:
            order.venue_id = row.venue_id
            self.by_venue[order.intent.symbol, row.venue_id] = row.client
        if order.final:
            self._end(order)
        else:
            self.open[row.client] = order

    def _fill(self, row: Filled) -> None:
        key = (row.symbol, row.trade)
        if key in self.fills:
            raise BrokenPromiseError(f"trade {row.trade} of {row.symbol} was booked twice")
        self.fills[key] = row
        order = self.orders.get(row.client)
        if order is None:
            return
        order.filled += abs(row.quantity)
        order.touched = row.ts
        if row.complete:
            order.state = State.FILLED
            self._end(order)

    def _pay(self, row: Paid) -> None:
        if row.key in self.paid:
            raise BrokenPromiseError(f"payment {row.key} was booked twice")
        self.paid[row.key] = row

    def _end(self, order: Tracked) -> None:
        self.open.pop(order.client, None)
        order.ending = None
        order.due = 0


def _amend(order: Tracked, *, done: bool) -> None:
    wanted, order.amend = order.amend, None
    if wanted is None or not done:
        return
    if wanted.quantity is not None:
        order.quantity = wanted.quantity
    if wanted.limit is not None:
        order.limit = wanted.limit
