"""The simulated exchange: keeps time, costs and the account around one market a panel.

A market says when something may happen to an order; the exchange sleeps until then, lets the
market act, and books what came of it.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from msgspec.structs import replace

from brokers.simulated.admission import Admission
from brokers.simulated.agenda import Agenda
from brokers.simulated.amending import amended, resize, unfit
from brokers.simulated.carry.schedule import Carry
from brokers.simulated.contingency import Contingencies
from brokers.simulated.corporate import CorporateActions
from brokers.simulated.custody import Custody
from brokers.simulated.endings import AT_ONCE, ENDINGS, FORCED
from brokers.simulated.filling import Filling
from brokers.simulated.floor import Floor
from brokers.simulated.house import PLAIN_HOUSE, House
from brokers.simulated.latency import Delays, LatencyModel
from brokers.simulated.liquidity import Liquidity
from brokers.simulated.market import Execution, Market, Moment, Outcome, Step, Working
from brokers.simulated.straight import NextOpen, only_bars
from brokers.simulated.till import Till
from brokers.simulated.venue_rules.base import Answer
from brokers.simulated.venue_rules.halts import Halts
from brokers.simulated.warden import Warden
from brokers.simulated.wire import Wire
from magents.book.ledger import Account
from magents.model.bars import Panel
from magents.model.instruments import Instrument
from magents.model.money import on_grid
from magents.model.orders import ACCEPTED, Order, OrderState, TimeInForce
from magents.model.ports import Clock, EventSink
from magents.model.records import Adjustment, Amendment, CashFlow, Fill, OrderEvent
from magents.model.ticks import Block, TradeBlock
from magents.model.time import Phase

WITHDRAWAL = 3
"""Rank of the cancel of an at-close order: after everything that closes at that instant."""


class SimulatedExchange:
    """A venue. Its markets hold whole blocks; nobody else but the data team does.

    Args:
        clock: whose time it lives in.
        instruments: what can be traded here. markets: by panel, with the panel.
        till: fees and slippage. liquidity: how much of a market the fund may take.
        latency: how long messages are on their way. house: the rules of the house.
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
        house: House = PLAIN_HOUSE,
    ) -> None:
        """Open without any data yet."""
        self._clock = clock
        self._instruments = {i.id: i for i in instruments}
        self._markets = {panel.name: market for panel, market in markets.items()}
        self._market_of = {n: market for p, market in markets.items() for n in p.instruments}
        latency = latency or LatencyModel(Delays())
        self._wire, self._instant = Wire(clock, latency), latency.none
        self._now, self._phase = clock.now, clock.phase
        self._sink = sink
        self._halts = house.halts
        self._breakers = house.breakers
        self._on_split = house.on_split
        self._floor = Floor(markets)
        self._actions = CorporateActions(self, self._floor, self._instruments)
        self.custody = Custody(
            clock, house.booking, on_grid(capital), sink, house.carry, house.price
        )
        self._warden = self._guarded(house)
        rules = house.rules if self._warden is None else self._warden.rules(house.rules)
        self._admission = Admission(self._instruments, rules, house.price, self._floor.resting_in)
        self._ties = Contingencies(self)
        self._agenda = Agenda(clock, self._act)
        self._filling = Filling(self._instruments, till, liquidity, self.custody)
        self._serial = 0

    def _guarded(self, house: House) -> Warden | None:
        """Return who uses force, where anybody may have to."""
        if house.carry is None and house.margin is None:
            return None
        parts = (self._clock, self.custody, self._sink, self._instruments, house.booking)
        return Warden(self, *parts, house.carry, house.margin)

    @property
    def account(self) -> Account:
        """Return what we have here."""
        return self.custody.account

    def remember(
        self,
        booked: Iterable[Fill | CashFlow | Adjustment],
        notional: Callable[[Fill], Decimal],
        last_fill: int,
    ) -> None:
        """Take up what an earlier run left, before opening."""
        self.custody.remember(booked, notional)
        self._filling.go_on_from(last_fill)

    def straight(self) -> NextOpen | None:
        """Return the short way of plain market orders, where only the next open decides on them."""
        rows = only_bars(self._markets.values())
        quick = self._instant and self._admission.alone and self._filling.plain
        forced = self._warden is not None and self._warden.forceful
        undisturbed = not forced and self._halts is None and self._breakers is None
        if rows is None or not quick or not undisturbed:
            return None
        return NextOpen(rows, self._admission, self._filling, self.custody)

    def open(self) -> None:
        """Begin: from now on what is due between trades comes."""
        self.custody.open(self._on_due)

    # -- what the fund asks ------------------------------------------------------------------

    async def submit(self, order: Order) -> None:
        """Send an order."""
        if self._instant:
            self._arrive(order)
        else:
            self._wire.send(order, self._arrive)

    async def cancel(self, order_id: str) -> None:
        """Send a cancel."""
        self._wire.cancel(order_id, self._cancel)

    async def amend(self, change: Amendment) -> None:
        """Send an amendment."""
        self._wire.amend(change, self._take_change)

    def market_of(self, instrument: str) -> Market:
        """Return the market that decides an instrument's fills."""
        return self._market_of[instrument]

    def _arrive(self, order: Order) -> None:
        """Accept or reject an order; one that is here already is not taken again."""
        if order.id in self._floor.working:
            return
        if order.plain and self._admission.alone:
            self._arrive_plain(order)
            return
        parent = self._floor.parent(order) if order.parent else None
        answer = self._ask(order)
        refusal = answer.refusal
        for each in answer.cancels:
            self._end_one(each.order, each.note)
        if order.parent and parent is None:
            refusal = "B23: its parent is not at the venue"
        if refusal:
            self._tell(order, OrderState.REJECTED, refusal)
            return
        working = self._working(order)
        if order.group or order.parent:
            self._ties.add(working)
        if parent is not None:
            self._floor.held[order.id] = working
            self._tell(order, OrderState.HELD)
            self._ties.hold(working, parent)
            return
        self._let_in(working)

    def _arrive_plain(self, order: Order) -> None:
        """Do the same with an order of which nothing special is said: few rules ask about it."""
        held = self.custody.units(order.pod, order.instrument)
        refusal = self._admission.refusal_of_plain(order, self._now(), held)
        if refusal:
            self._tell(order, OrderState.REJECTED, refusal)
        else:
            self._let_in(self._working(order))

    def _working(self, order: Order) -> Working:
        """Return an order that comes now, last in time priority."""
        self._serial += 1
        return Working(order, self._serial, Moment(self._now(), self._phase()))

    def _let_in(self, working: Working) -> None:
        """Accept an order: it works from now on."""
        order = working.order
        self._tell(order, ACCEPTED)
        self._floor.rest(working)
        self._market_of[order.instrument].arrive(working)
        self._look(working)

    def force(self, order: Order) -> Working:
        """Take in an order of the house for a pod, which loses its own in that instrument (H1)."""
        for each in self._floor.all_in(order.instrument):
            if each.order.pod == order.pod and not each.order.forced:
                self._cancel(each.order.id, f"H1: {order.reason}")
        self._sink(order)
        working = self._working(order)
        self._let_in(working)
        return working

    def _cancel(self, order_id: str, note: str = "") -> None:
        """Cancel an order. Too late for a bar under way that touches it (rule B6)."""
        working = self.find(order_id)
        if working is None:
            return
        if working.order.forced:
            self._say(working, FORCED)
            return
        late = ""
        if working.step is not None and working.step.since < self._clock.now():
            late = "B6: a bar under way touches it"
        elif working.order.tif is TimeInForce.AT_CLOSE and self._clock.phase() < Phase.CLOSE:
            late = "B18: too late if this is the close"
        if not late or order_id in self._floor.held:
            self.end(working, OrderState.CANCELLED, note)
            return
        working.cancelling = True
        working.asked = self._clock.now()
        self._tell(working.order, OrderState.PENDING_CANCEL, late)
        if working.order.tif is TimeInForce.AT_CLOSE:
            self._look(working)

    def _take_change(self, change: Amendment) -> None:
        """Give an order another size or price.

        Rule B24: a smaller size keeps its place in time; anything else loses it.  Too late for a
        bar under way that touches the order.
        """
        working = self.find(change.order)
        if working is None:
            return
        refusal = unfit(working, change, self._clock.now())
        refusal = refusal or self._ask(amended(working.order, change)).refusal
        if refusal:
            self._say(working, f"amendment refused: {refusal}")
            return
        self._amend(working, change)
        self._sink(replace(change, ts=self._clock.now()))

    def on_block(self, block: Block) -> None:
        """Take the next data of a panel; its orders look again."""
        name = block.panel.name
        market = self._markets[name]
        market.load(block)
        if self._breakers is not None:
            self._breakers.on_block(block, self._floor.panels)
        decides = self._market_of[block.panel.instruments[0]]
        if isinstance(block, TradeBlock) and decides is not market:
            decides.load(block)
        if self._warden is not None:
            self._warden.on_block()
        for working in self._floor.in_panel(name):
            working.row = 0
            if working.arrived.ts > self._clock.now():
                # It waits for the end of a halt that lasts longer than the block before.
                market.arrive(working)
            self._look(working)

    def finish(self) -> None:
        """Let sessions close, and expire what can never fill because the data have ended (B7)."""
        for market in self._markets.values():
            market.end()
        for working in self._floor.at_work():
            if working.order.id in self._floor.working:
                self._look(working)
                if working.step is not None and working.step.ts <= self._clock.now():
                    self._act(working)
        for working in self._floor.all():
            self.end(working, *ENDINGS["data"])
        for order in self._wire.coming():
            self._tell(order, *ENDINGS["data"])
        self._agenda.clear()
        if self._warden is not None:
            self._warden.finish()

    # -- what the market does ----------------------------------------------------------------

    def _look(self, working: Working) -> None:
        """Ask the market when something happens to an order next, and wait for it."""
        step = self._market_of[working.order.instrument].next(working) if working.left else None
        if working.asked and working.order.tif is TimeInForce.AT_CLOSE:
            withdrawal = Step(working.asked, Phase.CLOSE, WITHDRAWAL, working.asked)
            step = withdrawal if step is None else min(step, withdrawal)
        self._agenda.put(working, step)

    def _act(self, working: Working) -> None:
        """Let the market act on an order, and book what comes of it."""
        if working.step is not None and working.step.rank == WITHDRAWAL:
            self.end(working, OrderState.CANCELLED)
            return
        if self._halts is not None and self._waits(working, self._halts):
            return
        left = working.left
        outcome = self._market_of[working.order.instrument].act(working)
        for execution in outcome.executions:
            self._fill(working, execution)
        if working.order.id not in self._floor.working:
            return
        if outcome.triggered and working.left == left:
            self._tell(working.order, OrderState.TRIGGERED)
        self._go_on(working, outcome)

    def _waits(self, working: Working, halts: Halts) -> bool:
        """Return whether trading is halted (rule V9); the order comes back when it is not."""
        inside = self._clock.phase() == Phase.FILLS
        halt = halts.at(working.order.instrument, self._clock.now(), inside=inside)
        if halt is None:
            return False
        if working.cancelling:
            self.end(working, OrderState.CANCELLED)
            return True
        working.arrived = Moment(halt.end, Phase.FILLS)
        self._market_of[working.order.instrument].arrive(working)
        self._look(working)
        return True

    def _go_on(self, working: Working, outcome: Outcome) -> None:
        """Decide what becomes of an order that is not filled yet."""
        order = working.order
        if working.cancelling:
            self.end(working, OrderState.CANCELLED)
        elif outcome.ended:
            self._run_out(working, outcome.ended)
        elif order.tif in AT_ONCE and not (outcome.triggered and not outcome.executions):
            self._run_out(working, AT_ONCE[order.tif])
        elif order.reduce_only and not self.custody.room(order):
            self.end(working, OrderState.CANCELLED, "B21: there is nothing left to reduce")
        else:
            if order.display is not None:
                # A new slice queues behind the others (rule B16).
                working.serial = self._next_serial()
            self._look(working)

    def _run_out(self, working: Working, why: str) -> None:
        """End an order whose chance is over; what has filled in part cannot be rejected."""
        state, note = ENDINGS[why]
        if state is OrderState.REJECTED and working.filled:
            state = OrderState.CANCELLED
        self.end(working, state, note)

    def _fill(self, working: Working, execution: Execution) -> None:
        """Book a fill with the account, tell it, and let it work on orders tied to this one."""
        quantity = self._filling.allowed(working, execution)
        if quantity <= 0:
            return
        fill, deal = self._filling.fill(working, execution, quantity, self._now())
        self.custody.book(fill, deal.notional)
        self._sink(fill)
        if deal.withheld:
            self.custody.withhold(fill, deal.withheld)
        if self._warden is not None:
            self._warden.on_fill(fill, deal.notional)
        if fill.complete:
            self._leave(working)
        if self._ties.any:
            self._ties.on_fill(working, quantity, done=fill.complete)

    # -- what orders do to each other --------------------------------------------------------

    def enter(self, child: Working, parent: Working | None) -> None:
        """Let a child work; in the bar that filled its parent where that is given."""
        order = child.order
        if order.id in self._floor.held:
            self._tell(order, OrderState.ACCEPTED, "B23: its parent filled")
            self._floor.rest(child)
        child.arrived = child.entered = self._moment()
        if parent is not None and parent.order.instrument == order.instrument:
            self._market_of[order.instrument].follow(child, parent)
        else:
            self._market_of[order.instrument].arrive(child)
        self._look(child)

    def end(self, working: Working, state: OrderState, note: str = "") -> None:
        """End an order that is not filled wholly, and the children that only it could wake.

        Nothing happens to one that is over: a child may have ended with its parent just now.
        """
        if self.find(working.order.id) is None:
            return
        self._leave(working)
        self._tell(working.order, state, note)
        self._ties.over(working)

    def shrunk(self, working: Working, note: str) -> None:
        """Tell that an order has become smaller, and why."""
        order, now = working.order, self._clock.now()
        news = Amendment(now, order.pod, order.id, order.instrument, order.quantity)
        self.changed(working, news, note)

    def changed(self, working: Working, news: Amendment, why: str) -> None:
        """Tell that an order has changed, and why; it waits for what is next."""
        self._say(working, why)
        self._sink(news)
        if working.order.id in self._floor.working:
            self._look(working)

    def goes_on(self, working: Working, order: Order) -> None:
        """Let an order go on as another, with what it has been through (rule S4)."""
        self.end(working, OrderState.CANCELLED, f"S4: it goes on as {order.id}")
        self._sink(order)
        after = self._working(order)
        after.triggered, after.seen = working.triggered, working.seen
        after.extreme = working.extreme
        self._let_in(after)

    def _on_due(self, carry: Carry, now: int) -> None:
        """Let open orders follow what has happened to their instruments (rules S1 to S3)."""
        for split in carry.splits_at(now):
            self._on_split(split.instrument, split.ratio)
        self._actions.on_due(carry, now)
        if self._warden is not None:
            self._warden.on_due(carry, now)

    def come_again(self, working: Working) -> None:
        """Let an order take part from now on as if it came now; what it has seen counts."""
        working.arrived = self._moment()
        self._market_of[working.order.instrument].arrive(working)

    def _end_one(self, order_id: str, note: str) -> None:
        """Cancel an order because of another."""
        working = self.find(order_id)
        if working is not None:
            self.end(working, OrderState.CANCELLED, note)

    # -- coming and going --------------------------------------------------------------------

    def _leave(self, working: Working) -> None:
        """Take an order off the venue."""
        order = working.order
        self._floor.leave(working)
        working.stamp += 1
        if order.group or order.parent:
            self._ties.remove(working)

    def _ask(self, order: Order) -> Answer:
        """Ask the rules of the house about an order."""
        held = self.custody.units(order.pod, order.instrument)
        return self._admission.answer(order, self._now(), held)

    def _amend(self, working: Working, change: Amendment) -> None:
        order = working.order
        held = order.id in self._floor.held
        priced = change.limit is not None or change.stop is not None
        larger = change.quantity is not None and change.quantity > order.quantity
        if change.quantity is not None:
            resize(working, change.quantity, waits=held or working.asleep > 0)
        working.order = amended(working.order, change)
        if priced or larger:
            working.serial = self._next_serial()
        if held:
            return
        if priced:
            working.seen = False
        if priced or larger:
            self.come_again(working)
        self._look(working)

    # -- small things ------------------------------------------------------------------------

    def find(self, order_id: str) -> Working | None:
        """Return an order at the venue."""
        return self._floor.find(order_id)

    def open_orders(self) -> list[Working]:
        """Return all orders at the venue, oldest first."""
        return self._floor.all()

    def _moment(self) -> Moment:
        return Moment(self._now(), self._phase())

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _say(self, working: Working, note: str) -> None:
        """Say something of an order that leaves its state as it is."""
        held = working.order.id in self._floor.held
        self._tell(working.order, OrderState.HELD if held else working.state, note)

    def _tell(self, order: Order, state: OrderState, note: str = "") -> None:
        self._sink(OrderEvent(self._now(), order.pod, order.id, order.instrument, state, note))
