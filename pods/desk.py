"""The desk: a pod's only door to the fund. Nothing behind it reaches past ``now``."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from magents.book.ledger import Book
from magents.book.marks import Marks
from magents.central.data_team import DataTeam, Heard, MarketItem
from magents.central.execution_team import ExecutionTeam
from magents.central.orders import LiveOrder, OrderTable
from magents.central.risk_team import RiskTeam
from magents.model.bars import Bar, Floats
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.money import exact, to_step
from magents.model.orders import Order, OrderState, OrderType, Side
from magents.model.ports import BrokerEvent, Clock, Journal
from magents.model.records import OrderEvent
from magents.runtime.inbox import Bell, Inbox, Overflow

Number = Decimal | float | str
Event = Heard | Bar | BrokerEvent

MARKET_ITEMS = 10_000
ORDER_ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class Services:
    """What every desk shares: the teams and tables of the fund."""

    clock: Clock
    journal: Journal
    data: DataTeam
    orders: OrderTable
    risk: RiskTeam
    execution: ExecutionTeam
    marks: Marks
    instruments: Mapping[str, Instrument]


class Desk:
    """One pod's door. Amounts are exact decimals; prices and history are floats.

    Args:
        pod: the pod's name. book: its own book. services: the fund behind the door.
    """

    def __init__(self, pod: str, book: Book, services: Services) -> None:
        """Open with empty inboxes."""
        self.pod = pod
        self.clock = services.clock
        self._book = book
        self._services = services
        self._bell = Bell()
        self.market: Inbox[MarketItem] = Inbox(
            f"market of {pod}", MARKET_ITEMS, Overflow.LATEST, self._bell
        )
        self.updates: Inbox[BrokerEvent] = Inbox(
            f"orders of {pod}", ORDER_ITEMS, Overflow.BLOCK, self._bell
        )
        self.wants_updates = False
        self.agents: list[str] = []
        self._count = 0

    # -- what is -----------------------------------------------------------------------------

    @property
    def instruments(self) -> Sequence[str]:
        """Return the ids that can be traded, sorted."""
        return list(self._services.instruments)

    @property
    def capital(self) -> Decimal:
        """Return the capital allocated to the pod."""
        return self._book.allocated

    @property
    def cash(self) -> Decimal:
        """Return the pod's cash."""
        return self._book.cash

    @property
    def equity(self) -> Decimal:
        """Return cash plus positions at the last closes."""
        return self._book.value(self._services.marks.exact())

    @property
    def positions(self) -> dict[str, Decimal]:
        """Return signed units by instrument, without flat ones."""
        return {i: p.quantity for i, p in sorted(self._book.positions.items()) if p.quantity}

    @property
    def orders(self) -> list[LiveOrder]:
        """Return the pod's open orders, oldest first."""
        return list(self._services.orders.open_of(self.pod))

    def position(self, instrument: str) -> Decimal:
        """Return the signed units held of an instrument."""
        return self._book.quantity(instrument)

    def instrument(self, name: str) -> Instrument:
        """Return an instrument's description."""
        return self._services.instruments[name]

    def price(self, instrument: str) -> float:
        """Return the last close, NaN before the first."""
        return self._services.marks.price(instrument)

    def history(self, instrument: str, count: int, field: str = "close") -> Floats:
        """Return up to ``count`` last values of a field, oldest first, ending now; a copy."""
        return self._services.data.history.values(instrument, count, field)

    def facts(self, kind: str, instrument: str | None = None) -> FactTable | None:
        """Return the facts of a kind known now, as copies; ``None`` where the run has none."""
        table = self._services.data.facts.get(kind)
        if table is None:
            return None
        known = table.until(self.clock.now())
        return known if instrument is None else known.of(instrument)

    # -- what happens ------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[Event]:
        """Yield everything that reaches this desk: signals, bars, fates of orders, in order."""
        self.wants_updates = True
        while True:
            for update in self.updates.take_all():
                yield update
            for item in self.market.take_all():
                yield item
            if not len(self.updates) and not len(self.market):
                await self._bell.wait()

    async def bars(self, *instruments: str) -> AsyncIterator[Bar]:
        """Yield every bar of the instruments as it closes. For pods of their own making."""
        for name in instruments:
            self._services.data.read_bars(self.pod, name, self.market)
        while True:
            for item in await self.market.get_all():
                if isinstance(item, Bar):
                    yield item

    # -- what to do --------------------------------------------------------------------------

    async def buy(self, instrument: str, quantity: Number, **how: object) -> Order | None:
        """Buy units, rounded down to the lot; see :meth:`order`."""
        return await self.order(instrument, Side.BUY, quantity, **how)  # type: ignore[arg-type]

    async def sell(self, instrument: str, quantity: Number, **how: object) -> Order | None:
        """Sell units, rounded down to the lot; see :meth:`order`."""
        return await self.order(instrument, Side.SELL, quantity, **how)  # type: ignore[arg-type]

    async def target(self, instrument: str, quantity: Number, **how: object) -> Order | None:
        """Order what is missing between what is held or already ordered and ``quantity``."""
        working = self._services.orders.working(self.pod, instrument)
        missing = exact(quantity) - self._book.quantity(instrument) - working
        side = Side.BUY if missing > 0 else Side.SELL
        return await self.order(instrument, side, abs(missing), **how)  # type: ignore[arg-type]

    async def order(  # noqa: PLR0913 - the fields of an order
        self,
        instrument: str,
        side: Side,
        quantity: Number,
        *,
        limit: Number | None = None,
        stop: Number | None = None,
        signal: int = 0,
        reason: str = "",
    ) -> Order | None:
        """Send an order to the risk team.

        Args:
            instrument: its id. side: buy or sell.
            quantity: units, positive; rounded down to a multiple of the lot.
            limit: makes it a limit order. stop: makes it a stop order.
            signal: journal number of the signal it answers. reason: why, in words.

        Returns:
            The order, or ``None`` where nothing was left to order.
        """
        units = to_step(exact(quantity), self._services.instruments[instrument].lot, ROUND_DOWN)
        if units <= 0:
            return None
        self._count += 1
        order = Order(
            self.clock.now(),
            f"{self.pod}:{self._count}",
            self.pod,
            instrument,
            side,
            units,
            _type(limit, stop),
            None if limit is None else exact(limit),
            None if stop is None else exact(stop),
            signal,
            reason,
        )
        self._services.journal.append(order)
        self._services.orders.add(order)
        await self._services.risk.inbox.put(order)
        return order

    async def cancel(self, order_id: str) -> None:
        """Ask for one of the pod's own orders to be cancelled; nothing happens if it is over."""
        live = self._services.orders.get(order_id)
        if live is None or live.order.pod != self.pod or not live.open:
            return
        if live.state in {OrderState.CREATED, OrderState.APPROVED}:
            self._services.orders.move(order_id, OrderState.CANCELLED)
            self._services.journal.append(
                OrderEvent(
                    self.clock.now(),
                    self.pod,
                    order_id,
                    live.order.instrument,
                    OrderState.CANCELLED,
                    "before it was sent",
                )
            )
            return
        await self._services.execution.cancel(order_id)


def _type(limit: Number | None, stop: Number | None) -> OrderType:
    if limit is not None and stop is not None:
        msg = "an order takes a limit or a stop, not both"
        raise ValueError(msg)
    if limit is not None:
        return OrderType.LIMIT
    return OrderType.MARKET if stop is None else OrderType.STOP
