"""The simulated exchange: finds the next bar that can touch an order, and sleeps until then."""

import asyncio
import heapq
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.fees import Fees
from brokers.simulated.matching import Meeting, meet
from brokers.simulated.slippage import Slippage
from magents.book.ledger import Account
from magents.model.bars import BarBlock, Panel
from magents.model.instruments import Instrument
from magents.model.money import ONE, exact, on_grid
from magents.model.orders import Order, OrderState, OrderType
from magents.model.ports import Clock, EventSink
from magents.model.records import Fill, OrderEvent
from magents.model.time import Phase


class Costs(NamedTuple):
    """What trading costs at this venue."""

    fees: Fees
    slippage: Slippage


class _Resting:
    """An order at the venue, with the meeting it waits for once that is known."""

    __slots__ = ("bar_ts", "meeting", "open_ts", "order", "serial")

    def __init__(self, serial: int, order: Order) -> None:
        self.serial = serial
        self.order = order
        self.meeting: Meeting | None = None
        self.open_ts = self.bar_ts = 0


Due = tuple[int, int, int, _Resting]
"""Instant, phase, serial of acceptance, order."""


class SimulatedExchange:
    """A venue for bars. It holds whole blocks; nobody else but the data team does.

    Args:
        clock: whose time it lives in.
        instruments: what can be traded here. panels: how their bars come.
        costs: fees and slippage.
        capital: cash in the account at the start.
        sink: takes every event, in order.
    """

    def __init__(
        self,
        clock: Clock,
        instruments: Iterable[Instrument],
        panels: Iterable[Panel],
        costs: Costs,
        capital: Decimal,
        sink: EventSink,
    ) -> None:
        """Open without any bars yet."""
        self._clock = clock
        self._instruments = {i.id: i for i in instruments}
        self._where = {n: (p.name, c) for p in panels for c, n in enumerate(p.instruments)}
        self._costs = costs
        self._sink = sink
        self.account = Account(on_grid(capital))
        self._blocks: dict[str, BarBlock] = {}
        self._resting: dict[str, _Resting] = {}
        self._due: list[Due] = []
        self._alarm: asyncio.TimerHandle | None = None
        self._armed = (0, 0)
        self._serial = self._fills = 0

    def on_block(self, block: BarBlock) -> None:
        """Take the next bars of a panel; orders that found no bar so far look again."""
        name = block.panel.name
        self._blocks[name] = block
        waiting = [r for r in self._resting.values() if r.meeting is None]
        for resting in sorted(waiting, key=lambda r: r.serial):
            if self._where[resting.order.instrument][0] == name:
                self._look(resting, 0)

    async def submit(self, order: Order) -> None:
        """Accept or reject an order; it takes part in bars that open from now on."""
        refusal = self._refusal(order)
        if refusal:
            self._tell(order, OrderState.REJECTED, refusal)
            return
        self._tell(order, OrderState.ACCEPTED)
        self._serial += 1
        resting = self._resting[order.id] = _Resting(self._serial, order)
        block = self._blocks.get(self._where[order.instrument][0])
        if block is not None:
            side = "left" if self._clock.phase() < Phase.OPEN else "right"
            self._look(resting, int(block.open_ts.searchsorted(self._clock.now(), side)))  # type: ignore[call-overload]

    async def cancel(self, order_id: str) -> None:
        """Cancel a resting order. Too late for a bar in progress that touches it (rule B6)."""
        resting = self._resting.get(order_id)
        if resting is None:
            return
        if resting.meeting is not None and resting.open_ts < self._clock.now():
            self._tell(resting.order, OrderState.PENDING_CANCEL, "the bar in progress touches it")
            return
        del self._resting[order_id]
        self._tell(resting.order, OrderState.CANCELLED)

    def finish(self) -> None:
        """Expire what can never fill because the data have ended (rule B7)."""
        for resting in sorted(self._resting.values(), key=lambda r: r.serial):
            self._tell(resting.order, OrderState.EXPIRED, "the data ended before it could fill")
        self._resting.clear()
        self._due.clear()

    def _refusal(self, order: Order) -> str:
        """Return why the venue will not have the order, empty where it will."""
        instrument = self._instruments.get(order.instrument)
        if instrument is None:
            return f"{order.instrument} is not traded here"
        if order.quantity <= 0 or order.quantity % instrument.lot:
            return f"quantity {order.quantity} is no positive multiple of the lot {instrument.lot}"
        if order.type is OrderType.MARKET:
            return ""
        price = order.limit if order.type is OrderType.LIMIT else order.stop
        return "" if price is not None and price > 0 else f"a {order.type} order needs a price"

    def _look(self, resting: _Resting, start: int) -> None:
        """Search the loaded bars from row ``start`` for the order's meeting and wait for it."""
        panel, column = self._where[resting.order.instrument]
        block = self._blocks[panel]
        found = meet(
            resting.order, block.open[:, column], block.high[:, column], block.low[:, column], start
        )
        if found is None:
            return
        resting.meeting = found
        resting.open_ts = int(block.open_ts[found.row])
        resting.bar_ts = int(block.ts[found.row])
        when = (resting.open_ts, Phase.OPEN) if found.at_open else (resting.bar_ts, Phase.FILLS)
        heapq.heappush(self._due, (*when, resting.serial, resting))
        self._arm()

    def _arm(self) -> None:
        """Set the one alarm to the first order due."""
        head = (self._due[0][0], self._due[0][1])
        if self._alarm is not None:
            if self._armed <= head:
                return
            self._alarm.cancel()
        self._armed = head
        self._alarm = self._clock.call_at(head[0], Phase(head[1]), self._ring)

    def _ring(self) -> None:
        """Fill all orders due now, in the order of their acceptance."""
        self._alarm = None
        due = self._due
        while due and (due[0][0], due[0][1]) <= self._armed:
            resting = heapq.heappop(due)[3]
            if self._resting.get(resting.order.id) is resting:
                del self._resting[resting.order.id]
                self._fill(resting)
        if due:
            self._arm()

    def _fill(self, resting: _Resting) -> None:
        """Fill an order whole at its meeting."""
        order, meeting = resting.order, resting.meeting
        if meeting is None:
            return
        instrument = self._instruments[order.instrument]
        price = exact(meeting.price)
        if meeting.taker:
            price = self._costs.slippage.price(price, order.side, instrument)
        quantity = order.signed
        notional = quantity * price
        if instrument.multiplier != ONE:
            notional *= instrument.multiplier
        notional = on_grid(notional)
        self._fills += 1
        fill = Fill(
            self._clock.now(),
            order.pod,
            order.id,
            order.instrument,
            self._fills,
            quantity,
            price,
            self._costs.fees.charge(notional),
            resting.bar_ts,
            meeting.rule,
            complete=True,
        )
        self.account.apply(fill, notional)
        self._sink(fill)

    def _tell(self, order: Order, state: OrderState, note: str = "") -> None:
        self._sink(
            OrderEvent(self._clock.now(), order.pod, order.id, order.instrument, state, note)
        )
