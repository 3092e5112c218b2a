"""The simulated exchange: keeps time, costs and the account around one market a panel.

A market says when something may happen to an order; the exchange sleeps until then, lets the
market act, and books what came of it.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from msgspec.structs import replace

from brokers.simulated.contingency import Contingencies
from brokers.simulated.latency import Delays, LatencyModel
from brokers.simulated.liquidity import Liquidity
from brokers.simulated.market import Execution, Market, Moment, Outcome, Working
from brokers.simulated.till import Till
from magents.book.ledger import Account
from magents.model.bars import Panel
from magents.model.instruments import Instrument
from magents.model.money import ZERO, on_grid
from magents.model.orders import Order, OrderState, OrderType, Side, TimeInForce
from magents.model.ports import Clock, EventSink
from magents.model.records import Amendment, Fill, OrderEvent
from magents.model.ticks import Block
from magents.model.time import Phase

Due = tuple[int, int, int, int, int, Working]
"""Instant, phase, rank, serial, stamp, order."""

TRAILING = frozenset({OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT})

ENDINGS = {
    "ioc": (OrderState.CANCELLED, "B15: nothing more at the first chance"),
    "fok": (OrderState.CANCELLED, "B15: not all of it at the first chance"),
    "post_only": (OrderState.REJECTED, "B14: post-only, and it would take"),
    "at_open": (OrderState.EXPIRED, "B17: not at this opening price"),
    "at_close": (OrderState.EXPIRED, "B18: not at this closing price"),
    "day": (OrderState.EXPIRED, "B19: the session has closed"),
    "gtd": (OrderState.EXPIRED, "B20: its time is over"),
    "data": (OrderState.EXPIRED, "B7: the data ended before it could fill"),
}


class SimulatedExchange:
    """A venue. Its markets hold whole blocks; nobody else but the data team does.

    Args:
        clock: whose time it lives in.
        instruments: what can be traded here. markets: by panel, with the panel.
        till: fees and slippage. liquidity: how much of a market the fund may take.
        latency: how long messages are on their way.
        capital: cash in the account at the start.
        sink: takes every event, in order.
    """

    def __init__(  # noqa: PLR0913 - the parts of a venue
        self,
        clock: Clock,
        instruments: Iterable[Instrument],
        markets: Mapping[Panel, Market],
        till: Till,
        liquidity: Liquidity,
        capital: Decimal,
        sink: EventSink,
        latency: LatencyModel | None = None,
    ) -> None:
        """Open without any data yet."""
        self._clock = clock
        self._instruments = {i.id: i for i in instruments}
        self._markets = {panel.name: market for panel, market in markets.items()}
        self._where = {name: panel.name for panel in markets for name in panel.instruments}
        self._till = till
        self._liquidity = liquidity
        self._latency = latency or LatencyModel(Delays())
        self._on_the_way: dict[str, tuple[int, Order]] = {}
        self._sink = sink
        self.account = Account(on_grid(capital))
        self._holdings: dict[tuple[str, str], Decimal] = {}
        self._working: dict[str, Working] = {}
        self._held: dict[str, Working] = {}
        self._by_panel: dict[str, dict[str, Working]] = {panel.name: {} for panel in markets}
        self._ties = Contingencies()
        self._due: list[Due] = []
        self._alarm: asyncio.TimerHandle | None = None
        self._armed = (0, 0)
        self._serial = self._fills = 0

    # -- what the fund asks ------------------------------------------------------------------

    async def submit(self, order: Order) -> None:
        """Send an order; it arrives when latency allows (rule B25), children with their parents."""
        delay = self._latency.insert(order.parent or order.id)
        if not delay:
            self._arrive(order)
            return
        when = self._clock.now() + delay
        self._on_the_way[order.id] = (when, order)
        self._clock.call_at(when, Phase.TIMER, self._arrive, order)

    async def cancel(self, order_id: str) -> None:
        """Send a cancel; it never overtakes its order."""
        self._after(self._latency.cancel(order_id), order_id, self._cancel, order_id)

    async def amend(self, change: Amendment) -> None:
        """Send an amendment; it never overtakes its order."""
        self._after(self._latency.amend(change.order), change.order, self._take_change, change)

    def _after(self, delay: int, order_id: str, act: Callable[..., None], *args: object) -> None:
        """Act once a message about an order arrives."""
        coming = self._on_the_way.get(order_id)
        when = max(self._clock.now() + delay, coming[0] if coming is not None else 0)
        if coming is None and not delay:
            act(*args)
        else:
            self._clock.call_at(when, Phase.TIMER, act, *args)

    def _arrive(self, order: Order) -> None:
        """Accept or reject an order; it takes part in what the market does from now on."""
        self._on_the_way.pop(order.id, None)
        refusal = self._refusal(order)
        if refusal:
            self._tell(order, OrderState.REJECTED, refusal)
            return
        self._serial += 1
        moment = Moment(self._clock.now(), self._clock.phase())
        working = Working(order, self._serial, moment)
        if order.group or order.parent:
            self._ties.add(working)
        if order.parent and order.parent in self._working:
            self._held[order.id] = working
            self._tell(order, OrderState.HELD)
            return
        self._tell(order, OrderState.ACCEPTED)
        self._rest(working)
        self._markets[self._where[order.instrument]].arrive(working)
        self._look(working)

    def _cancel(self, order_id: str) -> None:
        """Cancel an order. Too late for a bar under way that touches it (rule B6)."""
        held = self._held.get(order_id)
        if held is not None:
            self._end(held, OrderState.CANCELLED)
            return
        working = self._working.get(order_id)
        if working is None:
            return
        if working.step is not None and working.step.since < self._clock.now():
            working.cancelling = True
            self._tell(working.order, OrderState.PENDING_CANCEL, "B6: a bar under way touches it")
            return
        self._end(working, OrderState.CANCELLED)

    def _take_change(self, change: Amendment) -> None:
        """Give an order another size or price.

        Rule B24: a smaller size keeps its place in time; anything else loses it.  Too late for a
        bar under way that touches the order.
        """
        working = self._working.get(change.order) or self._held.get(change.order)
        if working is None:
            return
        refusal = self._amend_refusal(working, change)
        if refusal:
            self._tell(working.order, self._state(working), f"amendment refused: {refusal}")
            return
        self._amend(working, change)
        self._sink(replace(change, ts=self._clock.now()))

    def on_block(self, block: Block) -> None:
        """Take the next data of a panel; its orders look again."""
        name = block.panel.name
        market = self._markets[name]
        market.load(block)
        for working in sorted(self._by_panel[name].values(), key=lambda w: w.serial):
            working.row = 0
            self._look(working)

    def finish(self) -> None:
        """Let sessions close, and expire what can never fill because the data have ended (B7)."""
        for market in self._markets.values():
            market.end()
        for working in sorted(self._working.values(), key=lambda w: w.serial):
            step = self._markets[self._where[working.order.instrument]].next(working)
            if step is not None and step.ts <= self._clock.now():
                working.step = step
                self._act(working)
        for working in [*self._working.values(), *self._held.values()]:
            self._end(working, *ENDINGS["data"])
        for _, order in self._on_the_way.values():
            self._tell(order, *ENDINGS["data"])
        self._due.clear()

    # -- what the market does ----------------------------------------------------------------

    def _look(self, working: Working) -> None:
        """Ask the market when something happens to an order next, and wait for it."""
        step = self._markets[self._where[working.order.instrument]].next(working)
        working.step = step
        working.stamp += 1
        if step is not None:
            key = (step.ts, step.phase, step.rank, working.serial, working.stamp, working)
            heapq.heappush(self._due, key)
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
        """Let everything due now happen, by rank and time priority."""
        self._alarm = None
        due, armed = self._due, self._armed
        while due and (due[0][0], due[0][1]) <= armed:
            stamp, working = heapq.heappop(due)[4:]
            if working.stamp == stamp and working.step is not None:
                self._act(working)
        if due:
            self._arm()

    def _act(self, working: Working) -> None:
        """Let the market act on an order, and book what comes of it."""
        outcome = self._markets[self._where[working.order.instrument]].act(working)
        if outcome.triggered and not outcome.executions:
            self._tell(working.order, OrderState.TRIGGERED)
        for execution in outcome.executions:
            self._execute(working, execution)
        if working.order.id in self._working:
            self._go_on(working, outcome)

    def _execute(self, working: Working, execution: Execution) -> None:
        """Fill as much as liquidity and a reduce-only order allow."""
        order = working.order
        wanted = min(execution.quantity, working.left, self._room(order))
        lot = self._instruments[order.instrument].lot
        key = (order.instrument, execution.bar_ts)
        all_or_none = order.tif is TimeInForce.FOK
        if all_or_none:
            room = self._liquidity.room(key, execution.volume, working.left, lot)
            wanted = wanted if room >= working.left else ZERO
        allowed = self._liquidity.take(key, execution.volume, wanted, lot)
        if allowed > 0:
            self._fill(working, execution, allowed)

    def _go_on(self, working: Working, outcome: Outcome) -> None:
        """Decide what becomes of an order that is not filled yet."""
        order = working.order
        if working.cancelling:
            self._end(working, OrderState.CANCELLED)
        elif outcome.ended:
            self._end(working, *ENDINGS[outcome.ended])
        elif order.tif in {TimeInForce.IOC, TimeInForce.FOK, TimeInForce.AT_OPEN}:
            self._end(working, *ENDINGS["fok" if order.tif is TimeInForce.FOK else "ioc"])
        elif order.tif is TimeInForce.AT_CLOSE:
            self._end(working, *ENDINGS["at_close"])
        elif order.reduce_only and not self._room(order):
            self._end(working, OrderState.CANCELLED, "B21: there is nothing left to reduce")
        else:
            self._look(working)

    def _fill(self, working: Working, execution: Execution, quantity: Decimal) -> None:
        """Book a fill with the account, tell it, and let it work on orders tied to this one."""
        order = working.order
        instrument = self._instruments[order.instrument]
        deal = self._till.deal(working, instrument, execution, quantity, self._clock.now())
        working.left -= quantity
        self._fills += 1
        done = working.left <= 0
        fill = Fill(
            self._clock.now(),
            order.pod,
            order.id,
            order.instrument,
            self._fills,
            deal.quantity,
            deal.price,
            deal.commission,
            execution.bar_ts,
            execution.rule,
            done,
        )
        self.account.apply(fill, deal.notional)
        held = (order.pod, order.instrument)
        self._holdings[held] = self._holdings.get(held, ZERO) + deal.quantity
        self._sink(fill)
        if done:
            self._leave(working)
        if order.group:
            self._take_from_group(working, quantity)
        for child in self._ties.children(order.id):
            self._wake(child, working)

    # -- what orders mean to each other ------------------------------------------------------

    def _take_from_group(self, working: Working, quantity: Decimal) -> None:
        """Rules B11 and B22: the others of a group lose what one has filled."""
        for other, left in self._ties.losses(working, quantity):
            both = other.step is not None and other.step[:2] == (working.step or other.step)[:2]
            inside = both and working.step is not None and working.step.phase == Phase.FILLS
            note = (
                "B11: both touched in one bar, the worse is taken" if inside else "B22: its group"
            )
            if left <= 0:
                self._end(other, OrderState.CANCELLED, note)
            else:
                other.left = left

    def _wake(self, child: Working, parent: Working) -> None:
        """Rules B12 and B23: a child works for what its parent has filled."""
        more = self._ties.wake(child, parent.order.quantity - parent.left)
        order = child.order
        if order.id in self._held and more > 0:
            del self._held[order.id]
            child.left = more
            child.arrived = Moment(self._clock.now(), self._clock.phase())
            self._tell(order, OrderState.ACCEPTED, "B23: its parent filled")
            self._rest(child)
            self._markets[self._where[order.instrument]].follow(child, parent)
            self._look(child)
        elif order.id in self._working:
            child.left += more

    def _room(self, order: Order) -> Decimal:
        """Return how many units an order may still fill: all, or what it can reduce (rule B21)."""
        if not order.reduce_only:
            return order.quantity
        held = self._holdings.get((order.pod, order.instrument), ZERO)
        return max(ZERO, -held if order.side is Side.BUY else held)

    # -- coming and going --------------------------------------------------------------------

    def _rest(self, working: Working) -> None:
        order = working.order
        self._working[order.id] = working
        self._by_panel[self._where[order.instrument]][order.id] = working

    def _leave(self, working: Working) -> None:
        """Take an order off the venue."""
        order = working.order
        self._working.pop(order.id, None)
        self._held.pop(order.id, None)
        self._by_panel[self._where[order.instrument]].pop(order.id, None)
        working.stamp += 1
        if order.group or order.parent:
            self._ties.remove(working)

    def _end(self, working: Working, state: OrderState, note: str = "") -> None:
        """End an order that is not filled wholly, and the children that only it could wake.

        Nothing happens to one that is over: a child may have ended with its parent just now.
        """
        if working.order.id not in self._working and working.order.id not in self._held:
            return
        self._leave(working)
        self._tell(working.order, state, note)
        for child in self._ties.children(working.order.id):
            if child.order.id in self._held:
                self._end(child, OrderState.CANCELLED, "B23: its parent is over")

    def _refusal(self, order: Order) -> str:
        """Return why the venue will not have the order, empty where it will."""
        instrument = self._instruments.get(order.instrument)
        if instrument is None:
            return f"{order.instrument} is not traded here"
        if order.quantity <= 0 or order.quantity % instrument.lot:
            return f"quantity {order.quantity} is no positive multiple of the lot {instrument.lot}"
        if order.post_only and order.tif in {TimeInForce.IOC, TimeInForce.FOK}:
            return f"a post-only order cannot be {order.tif}: one rests, the other may not"
        if order.type is OrderType.MARKET:
            return ""
        return _missing(order)

    def _amend_refusal(self, working: Working, change: Amendment) -> str:
        if working.step is not None and working.step.since < self._clock.now():
            return "a bar under way touches the order"
        filled = working.order.quantity - working.left
        if change.quantity is not None and change.quantity <= filled:
            return f"{filled} units are filled already"
        return self._refusal(_amended(working.order, change))

    def _state(self, working: Working) -> OrderState:
        """Return the state an order at the venue is in."""
        if working.order.id in self._held:
            return OrderState.HELD
        if working.traded:
            return OrderState.PARTLY_FILLED
        return OrderState.TRIGGERED if working.triggered else OrderState.ACCEPTED

    def _amend(self, working: Working, change: Amendment) -> None:
        order = working.order
        smaller = change.quantity is not None and change.quantity < order.quantity
        if change.quantity is not None:
            working.left += change.quantity - order.quantity
        working.order = _amended(order, change)
        if not (smaller and change.limit is None and change.stop is None):
            self._serial += 1
            working.serial = self._serial
        if order.id in self._working:
            # A trailing stop goes on from the best price it has seen.
            if order.type not in TRAILING or working.triggered:
                working.arrived = Moment(self._clock.now(), self._clock.phase())
                working.seen = False
                self._markets[self._where[order.instrument]].arrive(working)
            self._look(working)

    def _tell(self, order: Order, state: OrderState, note: str = "") -> None:
        now = self._clock.now()
        self._sink(OrderEvent(now, order.pod, order.id, order.instrument, state, note))


def _amended(order: Order, change: Amendment) -> Order:
    """Return the order with the changes that are not ``None``."""
    wanted = {"quantity": change.quantity, "limit": change.limit, "stop": change.stop}
    return replace(order, **{name: value for name, value in wanted.items() if value is not None})


def _missing(order: Order) -> str:
    """Return which price an order of its type lacks, empty where it has them all."""
    limited = order.type in {
        OrderType.LIMIT,
        OrderType.STOP_LIMIT,
        OrderType.LIMIT_IF_TOUCHED,
    }
    trailing = order.type in TRAILING
    if limited and not (order.limit is not None and order.limit > 0):
        return f"a {order.type} order needs a limit above 0"
    if trailing and not (order.trail or order.trail_percent):
        return f"a {order.type} order needs a trail"
    stopped = order.stop is not None and order.stop > 0
    if not trailing and order.type is not OrderType.LIMIT and not stopped:
        return f"a {order.type} order needs a stop above 0"
    return ""
