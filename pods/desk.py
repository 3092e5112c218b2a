"""The desk: a pod's only door to the fund. Nothing behind it reaches past ``now``."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Unpack

from magents.book.ledger import Book
from magents.book.marks import Marks
from magents.central.data_team import DataTeam
from magents.central.delivery import Heard, MarketItem
from magents.central.execution_team import ExecutionTeam
from magents.central.orders import LiveOrder, OrderTable
from magents.central.risk_team import RiskTeam
from magents.model.bars import Bar, Floats
from magents.model.facts import FactTable
from magents.model.instruments import Instrument
from magents.model.money import exact, to_step
from magents.model.orders import BUY, SELL, Order, OrderState, Side
from magents.model.ports import BrokerEvent, Clock, Journal
from magents.model.records import Amendment, Notice, OrderEvent
from magents.model.ticks import Quote, Trade
from magents.runtime.inbox import Bell, Inbox, Overflow
from pods.ordering import How, Number, make_order

Event = Heard | Bar | Trade | Quote | BrokerEvent

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


class PodClock:
    """The fund's clock as a pod sees it.

    A pod waits with ordinary timers only: at an instant it never gets between a bar that closes,
    what is heard of it, and the next that opens.
    """

    def __init__(self, clock: Clock) -> None:
        """Show this clock."""
        self.now = clock.now
        self.phase = clock.phase
        self._until = clock.until
        self.frozen = clock.frozen

    async def until(self, when: int) -> None:
        """Wait for an instant; returns at once if it has passed."""
        await self._until(when)


class Desk:
    """One pod's door. Amounts are exact decimals; prices and history are floats.

    Args:
        pod: the pod's name. book: its own book. services: the fund behind the door.
    """

    def __init__(self, pod: str, book: Book, services: Services) -> None:
        """Open with empty inboxes."""
        self.pod = pod
        self.clock = PodClock(services.clock)
        self._book = book
        self._services = services
        self._orders = services.orders
        self._to_risk = services.risk.inbox
        self.bell = Bell()
        self.market: Inbox[MarketItem] = Inbox(
            f"market of {pod}", MARKET_ITEMS, Overflow.LATEST, self.bell
        )
        self.updates: Inbox[BrokerEvent] = Inbox(
            f"orders of {pod}", ORDER_ITEMS, Overflow.BLOCK, self.bell
        )
        self.wants_updates = False
        self.agents: list[str] = []
        self._count = 0
        self._held = False
        self.kept_back = 0

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
        return self._book.value(self._services.marks.exact(), self.clock.now())

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
        """Return the last price that has reached the pod, NaN before the first."""
        return self._services.data.history.last(instrument)

    def history(self, instrument: str, count: int, field: str = "close") -> Floats:
        """Return up to ``count`` last values of a field, oldest first, ending now; a copy."""
        return self._services.data.history.values(instrument, count, field)

    def facts(self, kind: str, instrument: str | None = None) -> FactTable | None:
        """Return the facts of a kind known now, as copies; ``None`` where the run has none."""
        known = self._services.data.known(kind)
        return known if known is None or instrument is None else known.of(instrument)

    # -- what happens ------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[Event]:
        """Yield everything that reaches this desk: signals, bars, fates of orders, in order."""
        self.wants_updates = True
        while True:
            for update in self.updates.take_all():
                yield update
            for item in self.market.take_all():
                yield item
            if len(self.updates) or len(self.market) or self._services.data.hurry(self.market):
                continue
            await self.bell.wait()

    async def bars(self, *instruments: str) -> AsyncIterator[Bar]:
        """Yield every bar of the instruments as it closes. For pods of their own making."""
        async for items in self._read(instruments, "bars"):
            for item in items:
                if type(item) is Bar:
                    yield item

    async def trades(self, *instruments: str) -> AsyncIterator[Trade]:
        """Yield every trade of the instruments, where the data have trades."""
        async for items in self._read(instruments, "trades"):
            for item in items:
                if type(item) is Trade:
                    yield item

    async def quotes(self, *instruments: str) -> AsyncIterator[Quote]:
        """Yield every quote of the instruments, where the data have quotes."""
        async for items in self._read(instruments, "quotes"):
            for item in items:
                if type(item) is Quote:
                    yield item

    async def _read(
        self, instruments: Sequence[str], level: str
    ) -> AsyncIterator[list[MarketItem]]:
        """Yield what the market says, as much as there is at once."""
        data, market = self._services.data, self.market
        for name in instruments:
            data.read_bars(self.pod, name, market, level)
        while True:
            if len(market) or data.hurry(market):
                yield market.take_all()
            else:
                yield await market.get_all()

    # -- what to do --------------------------------------------------------------------------

    async def buy(self, instrument: str, quantity: Number, **how: Unpack[How]) -> Order | None:
        """Buy units, rounded down to the lot; see :meth:`order`."""
        return await self.order(instrument, Side.BUY, quantity, **how)

    async def sell(self, instrument: str, quantity: Number, **how: Unpack[How]) -> Order | None:
        """Sell units, rounded down to the lot; see :meth:`order`."""
        return await self.order(instrument, Side.SELL, quantity, **how)

    async def target(self, instrument: str, quantity: Number, **how: Unpack[How]) -> Order | None:
        """Order what is missing between what is held or already ordered and ``quantity``."""
        working = self._orders.working(self.pod, instrument)
        missing = exact(quantity) - self._book.quantity(instrument) - working
        if missing > 0:
            order = self._write(instrument, BUY, missing, how)
        else:
            order = self._write(instrument, SELL, -missing, how)
        if order is not None and not self._to_risk.fits(order):
            await self._to_risk.put(order)
        return order

    async def order(
        self, instrument: str, side: Side, quantity: Number, **how: Unpack[How]
    ) -> Order | None:
        """Send an order to the risk team.

        Args:
            instrument: its id. side: buy or sell.
            quantity: units, positive; rounded down to a multiple of the lot.
            how: see :class:`How`; without any it is a market order until it fills.

        Returns:
            The order, or ``None`` where nothing was left to order.
        """
        order = self._write(instrument, side, exact(quantity), how)
        if order is not None and not self._to_risk.fits(order):
            await self._to_risk.put(order)
        return order

    def _write(self, instrument: str, side: Side, quantity: Decimal, how: How) -> Order | None:
        """Write an order down, and return it, unless it comes to nothing or the pod is held."""
        if self._held:
            self._keep_back()
            return None
        services = self._services
        units = to_step(quantity, services.instruments[instrument].lot, ROUND_DOWN)
        if units <= 0:
            return None
        order = make_order(self.clock.now(), self.next_id(), self.pod, instrument, side, units, how)
        services.journal.append(order)
        self._orders.add(order)
        return order

    def next_id(self) -> str:
        """Return the id of the pod's next order."""
        self._count += 1
        return f"{self.pod}:{self._count}"

    @property
    def held(self) -> bool:
        """Return whether the pod is halted by command."""
        return self._held

    def hold(self, *, held: bool) -> None:
        """Let nothing out while the pod is halted by command; it goes on watching."""
        self._held = held

    def _keep_back(self) -> None:
        """Send no order of a halted pod: the first is told, the others are counted."""
        if not self.kept_back:
            text = "halted: its orders are not sent until it is resumed"
            self._services.journal.append(Notice(self.clock.now(), "desk", text, pod=self.pod))
        self.kept_back += 1

    async def bracket(
        self,
        instrument: str,
        side: Side,
        quantity: Number,
        *,
        take_profit: Number,
        stop_loss: Number,
        **how: Unpack[How],
    ) -> tuple[Order, Order, Order] | None:
        """Send an entry with two exits that wake when it fills and cancel each other.

        Returns:
            Entry, profit and stop; ``None`` where nothing was left to order.
        """
        entry = await self.order(instrument, side, quantity, **how)
        if entry is None:
            return None
        out = Side.SELL if side is Side.BUY else Side.BUY
        tied = How(parent=entry.id, group=entry.id, reduce_only=True, signal=entry.signal)
        stop = await self.order(instrument, out, entry.quantity, **(tied | How(stop=stop_loss)))
        profit = await self.order(
            instrument, out, entry.quantity, **(tied | How(limit=take_profit))
        )
        if stop is None or profit is None:
            return None
        return entry, profit, stop

    def number_from(self, number: int) -> None:
        """Number the next order after this one: an earlier run has used those before."""
        self._count = number

    async def amend(
        self,
        order_id: str,
        *,
        quantity: Number | None = None,
        limit: Number | None = None,
        stop: Number | None = None,
    ) -> None:
        """Ask for another size or price of one of the pod's own orders, by way of the risk team."""
        live = self._services.orders.get(order_id)
        if live is None or live.order.pod != self.pod or not live.open:
            return
        order = live.order
        change = Amendment(
            self.clock.now(),
            self.pod,
            order_id,
            order.instrument,
            *(None if value is None else exact(value) for value in (quantity, limit, stop)),
        )
        await self._services.risk.inbox.put(change)

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
