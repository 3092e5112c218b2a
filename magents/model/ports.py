"""The protocols the core owns; feeds, brokers, clocks and journals implement them."""

from asyncio import TimerHandle
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from magents.model.bars import Instants, Panel
from magents.model.events import Events, Funding
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.orders import Order
from magents.model.records import Adjustment, Amendment, CashFlow, Entry, Fill, Notice, OrderEvent
from magents.model.ticks import Block
from magents.model.time import Phase

if TYPE_CHECKING:
    from magents.model.snapshots import DataView

BrokerEvent = OrderEvent | Fill | Amendment | CashFlow | Adjustment | Order | Notice
"""What a broker tells; an order is one it has placed for a pod, to cut what the pod holds."""
EventSink = Callable[[BrokerEvent], None]


class Alarm(Protocol):
    """A timer that can be set again and again; the last setting counts."""

    def set(self, when: int, phase: int) -> None:
        """Ring at an instant and phase instead of what was set before."""
        ...

    def ring_now(self) -> bool:
        """Ring at once if that is all that would happen next; return whether it did."""
        ...


class Clock(Protocol):
    """Who says what time it is, and who moves it."""

    def now(self) -> int:
        """Return the present instant, nanoseconds UTC."""
        ...

    def phase(self) -> int:
        """Return the present phase of that instant, see :class:`Phase`."""
        ...

    def begin(self, instant: int) -> None:
        """Start simulated time at an instant; real time takes no notice."""
        ...

    def call_at(
        self, when: int, phase: Phase, callback: Callable[..., Any], *args: Any
    ) -> TimerHandle:
        """Call back at an instant, in the order (time, phase, order of asking)."""
        ...

    def free_until(self, besides: TimerHandle | None = None) -> int:
        """Return the instant before which nothing is set to happen, 0 where that is not known.

        ``besides`` is a timer that does not count.

        Whoever has asked may move simulated time on to before that with :meth:`pass_to`.
        """
        ...

    def pass_to(self, when: int, phase: int) -> None:
        """Move simulated time on, where :meth:`free_until` allows that."""
        ...

    def alarm(self, ring: Callable[[], None]) -> Alarm:
        """Return a timer that is set for nothing yet and calls ``ring`` when it is due."""
        ...

    async def until(self, when: int, phase: Phase = Phase.TIMER) -> None:
        """Wait for an instant and phase; returns at once if it has passed."""
        ...

    def frozen(self) -> AbstractAsyncContextManager[None]:
        """Return the scope in which real I/O may be awaited while virtual time stands still."""
        ...


class Feed(Protocol):
    """The world coming in."""

    @property
    def instruments(self) -> Sequence[Instrument]:
        """Return what the feed has data for, sorted by id."""
        ...

    @property
    def panels(self) -> Sequence[Panel]:
        """Return the groups of instruments that open and close together."""
        ...

    def facts(self) -> Mapping[str, FactTable]:
        """Return the facts by kind; the data team shows them only from ``known_at`` on."""
        ...

    def events(self, currency: str) -> Events:
        """Return what happens without a trade; ``currency`` is the fund's, for rates."""
        ...

    def sessions(self) -> Mapping[str, tuple[Instants, Instants]]:
        """Return opens and closes of the sessions in the data, by calendar."""
        ...

    def blocks(self, panel: Panel, rows: int) -> AsyncIterator[Block]:
        """Yield the panel's data in order, ``rows`` rows a block; more only within one instant."""
        ...

    def notices(self) -> Sequence[Notice]:
        """Return what was dropped or missing, complete once all blocks were read."""
        ...


@runtime_checkable
class Stream(Protocol):
    """A feed that does not know when its first rows come: the run begins when it says so."""

    async def opening(self) -> int:
        """Wait until there is something to trade on; return the instant at which the run begins."""
        ...

    def warmup(self, panel: Panel) -> Block | None:
        """Return rows from before that instant, for agents to look at; ``None`` for none."""
        ...


@runtime_checkable
class Foretelling(Protocol):
    """A feed that hears while the run goes on what will be due between trades."""

    def foretell(self, tell: Callable[[Funding], None]) -> None:
        """Tell fundings as they are announced: rate and instant; the last word holds."""
        ...


@runtime_checkable
class Watched(Protocol):
    """A feed that knows how its sources are doing while the run goes on."""

    def health(self) -> "DataView":
        """Return sources with age, rate and gaps, queues, and the clock's offset."""
        ...


class Broker(Protocol):
    """Where orders go. What becomes of them comes back through the sink given at the start."""

    async def submit(self, order: Order) -> None:
        """Send an order; its fate arrives as events."""
        ...

    async def cancel(self, order_id: str) -> None:
        """Ask for an order to be cancelled; the answer arrives as an event."""
        ...

    async def amend(self, change: Amendment) -> None:
        """Ask for another size or price; the answer arrives as an event."""
        ...


class MarketListener(Protocol):
    """Somebody who holds whole blocks: the simulated exchange, the marks, the equity recorder."""

    def on_block(self, block: Block) -> None:
        """Take the block whose bars come next; called in phase LOAD, before the first opens."""
        ...


class Journal(Protocol):
    """Append-only record of everything."""

    def append(self, record: Entry) -> int:
        """Add a record and return its number, counted from 1."""
        ...

    def extend(self, records: Sequence[Entry]) -> None:
        """Add records in their order."""
        ...

    @property
    def records(self) -> int:
        """Return how many records there are."""
        ...


class Log(Protocol):
    """Where the story of a run is told, one event with its fields a line."""

    def info(self, event: str, **fields: object) -> object:
        """Tell something ordinary."""
        ...

    def warning(self, event: str, **fields: object) -> object:
        """Tell something that may need a look."""
        ...

    def error(self, event: str, **fields: object) -> object:
        """Tell something that went wrong."""
        ...


class SilentLog:
    """Tells nobody."""

    def info(self, event: str, **fields: object) -> None:
        """Say nothing."""

    def warning(self, event: str, **fields: object) -> None:
        """Say nothing."""

    def error(self, event: str, **fields: object) -> None:
        """Say nothing."""
