"""What the contract of brokers asks of a venue: a rig with which any of them can be driven.

A rig holds the broker by its port alone, and plays everybody else at the venue.  Its market is
quiet: what a test does not do does not happen.
"""

import functools
import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal

from brokers.capabilities import Capabilities
from magents.model.money import ZERO
from magents.model.orders import CLOSED, Order, OrderState, OrderType, Side, move
from magents.model.records import Adjustment, CashFlow, Fill, OrderEvent

CAPITAL = Decimal(50_000)
LOW, HIGH = Decimal(19_000), Decimal(21_000)
"""Where somebody always buys and sells one coin; tests trade between."""
DUST = Decimal("0.000001")


@dataclass(frozen=True)
class Declared:
    """Where venues of the suite may differ; everything else is the same for all.

    Attributes:
        takes: kinds of order. maker, taker: fees, fractions of what is received.
        checks_cash: whether the venue refuses what the account cannot pay; elsewhere the risk team
            does. coins: whether fees of a purchase are kept in coins, as on spot markets.
    """

    takes: Capabilities
    maker: Decimal
    taker: Decimal
    checks_cash: bool = True
    coins: bool = True


class Rig(ABC):
    """A broker and everybody else at its venue.

    Attributes:
        declared: what it is. broker: by its port. instrument: what is traded. events: all that
            was told, in order.
    """

    declared: Declared

    def __init__(self):
        self.events, self.orders, self.broker, self.instrument = [], {}, None, None

    # -- what each venue does in its own way ---------------------------------------------------

    @abstractmethod
    async def rest(self, side, price, quantity):
        """Let somebody else place an order that rests."""

    @abstractmethod
    async def hit(self, order, quantity):
        """Let somebody else trade with a resting order of ours, at its price."""

    @abstractmethod
    async def rise(self, price):
        """Let others trade at a price that is higher than all before."""

    @abstractmethod
    async def settle(self):
        """Wait until everything that was asked so far has been answered and told."""

    @abstractmethod
    def open_there(self):
        """Return the ids of our orders that are open at the venue, as it knows itself."""

    @abstractmethod
    def came_there(self):
        """Return how many orders ever reached the venue."""

    @abstractmethod
    def held_there(self):
        """Return what the venue has for us: ``money`` and ``units``, those that can be compared."""

    @abstractmethod
    async def end(self):
        """End the session, as the fund does; again does nothing."""

    # -- what is the same for all ----------------------------------------------------------------

    def order(self, side="buy", quantity="0.01", limit=None, **how):
        """Return an order: market, or limit where a limit is given, or as ``type`` says."""
        for name in ("limit", "stop", "trail", "limit_offset", "display"):
            if how.get(name) is not None:
                how[name] = Decimal(how[name])
        kind = OrderType.MARKET if limit is None else OrderType.LIMIT
        some = {
            "ts": 0,
            "id": f"pod:{len(self.orders) + 1}",
            "pod": "pod",
            "instrument": self.instrument.id,
            "type": kind,
            "limit": None if limit is None else Decimal(limit),
            **how,
        }
        return Order(side=Side(side), quantity=Decimal(quantity), **some)

    async def submit(self, *args, **how):
        """Send an order, made as :meth:`order` does, without waiting for anything."""
        order = self.order(*args, **how)
        self.orders[order.id] = order
        await self.broker.submit(order)
        return order

    async def send(self, *args, **how):
        """Send an order and wait for all that comes of it at once."""
        order = await self.submit(*args, **how)
        await self.settle()
        return order

    async def hold(self, quantity="0.02", price="20000"):
        """Buy coins, so that there is something to sell."""
        await self.rest("sell", price, quantity)
        return await self.send("buy", quantity)

    def story(self, order):
        """Return what was told of an order, in order, in words."""
        return [word(e) for e in self.events if getattr(e, "order", None) == order.id]

    def fills(self, order=None):
        """Return the fills of an order, or all."""
        fills = [event for event in self.events if isinstance(event, Fill)]
        return [fill for fill in fills if order is None or fill.order == order.id]

    def filled(self, order):
        """Return the signed quantity filled."""
        return sum((fill.quantity for fill in self.fills(order)), ZERO)

    def state(self, order):
        """Return the state that the events leave an order in.

        Raises:
            InvalidTransitionError: they tell what cannot be.
        """
        state, left = OrderState.SUBMITTED, order.quantity
        for event in (e for e in self.events if getattr(e, "order", None) == order.id):
            if isinstance(event, OrderEvent):
                state = move(order.id, state, event.state)
            elif isinstance(event, Fill):
                left -= abs(event.quantity)
                whole = OrderState.FILLED if event.complete else OrderState.PARTLY_FILLED
                state = move(order.id, state, whole)
        return state

    def note(self, order):
        """Return what was said with the last event of an order."""
        told = [e for e in self.events if isinstance(e, OrderEvent) and e.order == order.id]
        return told[-1].note

    def booked(self):
        """Return money and units by the events alone."""
        money, units = CAPITAL, ZERO
        for event in self.events:
            if isinstance(event, Fill):
                money -= event.quantity * event.price + event.commission
                units += event.quantity
            elif isinstance(event, Adjustment):
                units += event.units
            elif isinstance(event, CashFlow):
                money += event.amount
        return {"money": money, "units": units}

    def check(self):
        """Check what holds after anything: true stories, fills once, books equal the venue's."""
        fills = self.fills()
        assert len({fill.id for fill in fills}) == len(fills)
        assert {fill.order for fill in fills} <= set(self.orders)
        for order in self.orders.values():
            assert abs(self.filled(order)) <= max(order.quantity, ZERO)
            assert (self.state(order) in CLOSED) != (order.id in self.open_there()), order.id
        instants = [event.ts for event in self.events]
        assert instants == sorted(instants)
        booked = self.booked()
        for what, units in self.held_there().items():
            assert abs(booked[what] - units) <= DUST, what


def word(event):
    """Return one word for an event of an order."""
    if isinstance(event, OrderEvent):
        return event.state.value
    return "fill" if isinstance(event, Fill) else "amended"


def every_venue(test):
    """Let a coroutine ``test(at, ...)`` run at each venue, and check the books after it."""

    def played(stage, tmp_path, **rest):
        async def whole(at):
            await test(at, **rest)
            await at.settle()
            at.check()

        stage.play(whole, tmp_path)

    functools.update_wrapper(played, test)
    _, *others = inspect.signature(test).parameters.values()
    names = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in ("stage", "tmp_path")]
    others = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in others]
    del played.__wrapped__  # or pytest takes it for a coroutine
    played.__signature__ = inspect.Signature([*names, *others])
    return played
