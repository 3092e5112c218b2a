"""What the fund asks of whoever fills its orders, and the seat it gives them."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from magents.book.ledger import Account
from magents.model.events import Funding
from magents.model.orders import Order
from magents.model.ports import Broker, Clock, EventSink, Journal, MarketListener
from magents.model.records import Amendment, Notice


class Custodian(Protocol):
    """Who holds the money and the units."""

    def allocate(self, pod: str, amount: Decimal) -> None:
        """Take note of whose money it is."""
        ...

    def notices(self, start: int) -> list[Notice]:
        """Return what a reader should know of what was booked since an instant."""
        ...


@runtime_checkable
class Expecting(Protocol):
    """A custodian that books what is announced, because no venue does."""

    def expect(self, event: Funding) -> None:
        """Book a funding when its instant comes."""
        ...


class Venue(Broker, MarketListener, Protocol):
    """A broker with an account: the simulated exchange, or a session at a real one."""

    @property
    def account(self) -> Account:
        """Return what it says we have."""
        ...

    @property
    def custody(self) -> Custodian:
        """Return who holds it."""
        ...

    def open(self) -> None:
        """Begin, once the capital is allocated."""
        ...

    def finish(self) -> None:
        """End the session: nothing fills any more."""
        ...


@dataclass(frozen=True, slots=True)
class Seat:
    """What a venue of one's own is given by the fund.

    Attributes:
        clock: the fund's. sink: takes every event, inside a turn of the fund.
        journal: for records of its own. commit: makes all records so far durable.
        start: starts a task that ends with the fund.
        capital: cash at the start. orders_of: open orders of a pod, or of all for ``None``.
    """

    clock: Clock
    sink: EventSink
    journal: Journal
    commit: Callable[[], None]
    start: Callable[[str, Coroutine[Any, Any, None]], object]
    capital: Decimal


class Committed:
    """A broker to whom nothing is said before the journal is safe on the disk.

    Args:
        broker: who is spoken to. commit: makes the journal durable; blocks until it is.
    """

    def __init__(self, broker: Broker, commit: Callable[[], None]) -> None:
        """Stand between the execution team and the broker."""
        self._broker = broker
        self._commit = commit

    async def submit(self, order: Order) -> None:
        """Commit, then send an order."""
        self._commit()
        await self._broker.submit(order)

    async def cancel(self, order_id: str) -> None:
        """Commit, then ask for a cancel."""
        self._commit()
        await self._broker.cancel(order_id)

    async def amend(self, change: Amendment) -> None:
        """Commit, then ask for another size or price."""
        self._commit()
        await self._broker.amend(change)
