"""A machine, its journal, a venue in memory and a fund that hears of it.

Time is a heap of events: no loop, no clock, so 500 storms take seconds.
"""

import heapq
import random
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from brokers.ccxt_sandbox.store import MemoryStore
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import (
    Answer,
    Ask,
    Back,
    Barred,
    Busy,
    Drop,
    Found,
    Lost,
    Nowhere,
    Place,
    Pull,
    Refused,
    Seen,
    Snapshot,
    Taken,
    Tick,
    Trade,
    Traded,
    Unclear,
)
from brokers.ccxt_sandbox.truth.retelling import retell
from brokers.ccxt_sandbox.truth.rows import Adopted, Intent, State
from brokers.ccxt_sandbox.truth.state import Truth
from magents.model.money import ZERO
from magents.model.orders import CLOSED, OrderState, OrderType, Side
from magents.model.time import SECOND
from tests.brokers.sandbox.memory_fund import Fund
from tests.brokers.sandbox.memory_venue import (
    CAPITAL,
    LOT,
    MARKETS,
    START,
    SYMBOL,
    Habits,
    Venue,
)

__all__ = ["CAPITAL", "LOT", "MARKETS", "START", "SYMBOL", "Habits", "Storm"]


class CrashError(Exception):
    """kill -9."""


@dataclass
class Storm:
    """A machine, its journal, a venue and a fund, and everything that can happen between them."""

    seed: int
    habits: Habits = field(default_factory=Habits)
    crash_at: int = 0  # the n-th point at which a process could die
    store: MemoryStore = field(default_factory=MemoryStore)
    markets: dict = field(default_factory=lambda: MARKETS)
    kind: type = Venue

    def __post_init__(self):
        self.rng = random.Random(self.seed)
        self.venue = self.kind(self.rng)
        self.fund = Fund()
        self.now = START
        self.heap = []
        self.serial = 0
        self.point = 0
        self.life = 0
        self.latch = ""  # a file of its own, beside the journal
        self.crashes = 0
        self.stream = True
        self.placed = []
        self.due = 0
        self.guarded(self.boot)

    # -- the process -------------------------------------------------------------------------

    def boot(self):
        self.life += 1
        self.due = 0
        self.stream = True
        rows = self.store.load()
        self.machine = Machine(Truth.of(rows), self.markets)
        adopted = [row for row in rows if isinstance(row, Adopted) and row.note != "capital"]
        for news in retell(self.machine.truth, adopted, self.fund.heard()):
            self.fund.hear(news)
        for name, state in list(self.fund.states.items()):
            waiting = state not in CLOSED and name not in self.machine.truth.by_order
            if waiting:
                self.fund.states[name] = self.fund.table.move(name, OrderState.CANCELLED).state
        self.act(self.machine.start(self.now, {"USDT": CAPITAL}))
        if self.latch and not self.machine.truth.killed:
            self.handle(Pull(self.latch))

    def guarded(self, work):
        """Run a part of the process; where it dies, start it again."""
        while True:
            try:
                work()
            except CrashError:
                self.crashes += 1
                self.now += 2 * SECOND
                work = self.boot
            else:
                return

    def mark(self):
        """Pass a point at which the process may die."""
        self.point += 1
        if self.point == self.crash_at or self.rng.random() < self.habits.crash:
            raise CrashError

    def handle(self, message):
        self.act(self.machine.handle(self.now, message))

    def act(self, turn):
        self.mark()
        self.store.commit(turn.rows)
        self.mark()
        for news in turn.news:
            self.fund.hear(news)
            self.mark()
        for request in turn.requests:
            self.send(request)
        self.wake()

    def wake(self):
        due = self.machine.due()
        if due and due != self.due:
            self.due = due
            self.mine(max(0, due - self.now), Tick())

    def send(self, request):
        self.later(self.rng.uniform(0, 0.05), lambda life=self.life: self.leave(request, life))

    def leave(self, request, life):
        if life != self.life:
            return
        why = self.machine.barred(self.now, request)
        if why:
            self.guarded(lambda: self.handle(Answer(request, Barred(why))))
            return
        self.guarded(self.mark)  # between the gate and the socket
        if life == self.life:
            self.arrive(request)

    # -- the network -------------------------------------------------------------------------

    def arrive(self, request):
        habits, rng = self.habits, self.rng
        if rng.random() < habits.lost:
            self.mine(10 * SECOND, Answer(request, Unclear("timeout")))
        elif rng.random() < habits.busy:
            self.mine(SECOND // 10, Answer(request, Busy("429")))
        elif request.ask in {Ask.LOOK, Ask.AUDIT} and rng.random() < habits.failing:
            self.mine(SECOND // 10, Answer(request, Unclear("503")))
        else:
            outcome = self.serve(request)
            if rng.random() < habits.deaf:
                self.mine(10 * SECOND, Answer(request, Unclear("timeout")))
            else:
                self.mine(int(rng.uniform(0.01, 0.3) * SECOND), Answer(request, outcome))
        self.publish()

    def serve(self, request):
        venue, since = self.venue, self.now - int(self.habits.hidden * SECOND)
        if request.ask is Ask.CREATE:
            return Taken(venue.create(self.now, request.intent).venue_id)
        if request.ask is Ask.AUDIT:
            opens = [o for o in venue.orders.values() if o.state is State.WORKING]
            trades = [t for t in venue.trades if request.since <= t.at]
            return Snapshot(
                tuple(o.report() for o in opens if o.born <= since),
                tuple(t for t in trades if t.at <= since),
                dict(venue.held),
                venue.payments(request.since, since),
            )
        order = venue.find(request.client)
        visible = order is not None and order.born <= since
        if request.ask is Ask.CANCEL:
            if not visible or self.rng.random() < self.habits.quirk:
                return Refused("order not found")
            return Taken(order.venue_id) if venue.cancel(order) else Refused("not open")
        if not visible:
            return Nowhere()
        trades = [t for t in venue.trades if t.venue_id == order.venue_id and t.at <= since]
        return Found(order.report(), tuple(trades))

    def publish(self):
        """Put the venue's news on the stream, as badly as it does."""
        news, self.venue.news = self.venue.news, []
        habits, rng = self.habits, self.rng
        for each in news:
            if self.stream and rng.random() < habits.outage:
                self.stream = False
                self.mine(SECOND, Lost("stream"))
                self.later(rng.uniform(1, 20), self.restore)
            if not self.stream or rng.random() < habits.drop:
                continue
            message = Traded(each) if isinstance(each, Trade) else Seen(each)
            for _ in range(1 + (rng.random() < habits.double)):
                delay = rng.uniform(0, 0.05) + (rng.random() < habits.late) * rng.uniform(0, 40)
                self.mine(int(delay * SECOND), message)

    def ours_open(self):
        """Return the orders of this process that the venue still works."""
        working = [o for o in self.venue.orders.values() if o.state is State.WORKING]
        return [o for o in working if o.client.startswith("c")]

    def restore(self):
        self.stream = True
        self.mine(0, Back())

    # -- time --------------------------------------------------------------------------------

    def later(self, seconds, work):
        self.serial += 1
        heapq.heappush(self.heap, (self.now + int(seconds * SECOND), self.serial, work))

    def mine(self, span, message):
        """Deliver a message to this life of the process only."""

        def deliver(life=self.life):
            if life == self.life:
                self.guarded(lambda: self.handle(message))

        self.serial += 1
        heapq.heappush(self.heap, (self.now + span, self.serial, deliver))

    def run(self, seconds):
        until = self.now + int(seconds * SECOND)
        while self.heap and self.heap[0][0] <= until:
            when, _, work = heapq.heappop(self.heap)
            self.now = max(self.now, when)
            work()
        self.now = until

    # -- what a fund does ----------------------------------------------------------------------

    def place(self, side="buy", quantity="0.01", limit=None):
        name = f"pod{self.rng.randint(1, 3)}:{len(self.placed) + 1}"
        intent = Intent(
            self.now,
            client=f"c{len(self.placed) + 1}",
            order=name,
            pod=name.partition(":")[0],
            instrument=SYMBOL,
            symbol=SYMBOL,
            side=Side(side),
            quantity=Decimal(quantity),
            type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit=None if limit is None else Decimal(limit),
        )
        self.placed.append(intent)
        self.fund.order(intent)
        self.guarded(lambda: self.handle(Place(intent)))
        return intent

    def drop(self, intent):
        live = self.fund.table.get(intent.order)
        if live is not None and live.open:
            state = self.fund.table.move(intent.order, OrderState.PENDING_CANCEL).state
            self.fund.states[intent.order] = state
            self.guarded(lambda: self.handle(Drop(intent.order)))

    def pull(self, by="test"):
        self.latch = by
        self.guarded(lambda: self.handle(Pull(by)))

    def session(self, seconds=120):
        """Trade at random, with strangers and gifts where the venue is quirky."""
        for _ in range(seconds):
            self.run(1)
            self.venue.walk(self.now)
            roll = self.rng.random()
            if roll < 0.25:
                near = self.venue.price + self.rng.randint(-5, 5)
                limit = None if self.rng.random() < 0.4 else near
                side = self.rng.choice(("buy", "sell"))
                self.place(side, LOT * self.rng.randint(1, 40), limit)
            elif roll < 0.4 and self.placed:
                self.drop(self.rng.choice(self.placed))
            if self.placed and self.rng.random() < self.habits.quirk / 10:
                stranger = self.rng.choice(self.placed)
                by_hand = {"client": f"hand{self.rng.random()}", "limit": None}
                self.venue.create(self.now, msgspec.structs.replace(stranger, **by_hand))
            self.publish()

    def heal(self, seconds=400):
        """Let the venue behave, and time pass."""
        self.habits = Habits()
        self.stream = True
        self.mine(0, Back())
        self.run(seconds)

    # -- what must hold ------------------------------------------------------------------------

    def check(self):
        truth, venue = self.machine.truth, self.venue
        assert not [name for name, times in venue.created.items() if times > 1], "duplicate order"
        assert {trade.trade for trade in venue.trades} == {key[1] for key in truth.fills}, "fills"
        for intent in self.placed:
            order = venue.find(intent.client)
            filled = order.filled if order is not None else ZERO
            assert self.fund.filled[intent.order] == filled, intent.order
            working = order is not None and order.state is State.WORKING
            live = self.fund.table.get(intent.order)
            still = live is not None and live.open
            assert working == still, (intent.order, order, self.fund.states[intent.order])
        expected = self.machine.auditor._holdings.expected(truth)
        assert expected == venue.held, "books"
