"""What the house does by force: it refuses what cannot be carried, and cuts what must be cut.

Forced orders are market orders that only reduce, with ids ``house:1``, ``house:2``, ...; the pod
whose position is cut cannot take them back (rules H1, H2).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from brokers.simulated.carry.schedule import Carry
from brokers.simulated.custody import Custody
from brokers.simulated.margin import Margin, liquidate
from brokers.simulated.margin_desk import MarginDesk
from brokers.simulated.margin_watch import MarginWatch
from brokers.simulated.market import Working
from brokers.simulated.venue_rules.base import Rule
from brokers.simulated.venue_rules.borrow import BorrowRule
from brokers.simulated.venue_rules.margin import MarginRule, Room
from brokers.simulated.venue_rules.self_trade import SelfTradeRule
from magents.book.marks import PanelMarks
from magents.book.worth import Rules
from magents.model.instruments import Instrument
from magents.model.money import ZERO, on_grid, plain
from magents.model.orders import FORCED, Order, Side
from magents.model.ports import Clock, EventSink
from magents.model.records import CashFlow, Fill, Notice

BY_POD = dict[str, dict[str, Decimal]]
"""Units by instrument, by pod."""


class Terms(NamedTuple):
    """How margin is enforced: the fee of a liquidation, a fraction; the prices, by panel."""

    fee: Decimal
    tables: Mapping[str, PanelMarks]


class Venue(Protocol):
    """What the warden asks of the exchange."""

    def force(self, order: Order) -> Working:
        """Take in an order of the house."""
        ...

    def find(self, order_id: str) -> Working | None:
        """Return an order at the venue."""
        ...

    def open_orders(self) -> Sequence[Working]:
        """Return all orders at the venue."""
        ...


class Warden:
    """Watches margin, where it is enforced, and the loans of borrowed shares.

    Args:
        venue: where orders go. clock: whose time. custody: what is held. sink: told of calls.
        instruments: by id. rules: how they are booked.
        carry: knows the loans. terms: of margin; ``None`` for no margin.
    """

    def __init__(  # noqa: PLR0913 - what it watches
        self,
        venue: Venue,
        clock: Clock,
        custody: Custody,
        sink: EventSink,
        instruments: Mapping[str, Instrument],
        rules: Rules,
        carry: Carry | None,
        terms: Terms | None,
    ) -> None:
        """Have ordered nothing yet."""
        self._venue = venue
        self._clock = clock
        self._custody = custody
        self._sink = sink
        self._instruments = instruments
        self._carry = carry
        self._fee = terms.fee if terms is not None else ZERO
        self._orders = 0
        self._forced: dict[str, Working] = {}
        self._liquidating: set[str] = set()
        self._desk = MarginDesk(instruments, rules, custody.account, self.kept, custody.last)
        self._watch = (
            None if terms is None else MarginWatch(clock, terms.tables, self._desk, self._look)
        )

    @property
    def forceful(self) -> bool:
        """Return whether it may ever act: with margin enforced, or loans that are called back."""
        carry = self._carry
        return self._watch is not None or (carry is not None and not carry.only_cash)

    def rules(self, others: Iterable[Rule]) -> list[Rule]:
        """Return rules with those of margin and loans; what takes orders away comes last."""
        own: list[Rule] = []
        if self._carry is not None and self._carry.loans.limited:
            own.append(BorrowRule(self._carry.loans.available, self._after))
        if self._watch is not None:
            own.append(MarginRule(self._room))
        others = list(others)
        last = [rule for rule in others if isinstance(rule, SelfTradeRule)]
        return [*(rule for rule in others if rule not in last), *own, *last]

    # -- what happens --------------------------------------------------------------------------

    def on_block(self) -> None:
        """Look at new prices."""
        if self._watch is not None:
            self._watch.changed()

    def on_fill(self, fill: Fill, notional: Decimal) -> None:
        """Charge the fee of a liquidation, and look again (rule M4)."""
        if fill.order in self._liquidating and self._fee:
            self._custody.charge(self._cost(fill, notional))
        if self._watch is not None:
            self._watch.changed()

    def _cost(self, fill: Fill, notional: Decimal) -> CashFlow:
        """Return the fee of a fill."""
        return CashFlow(
            fill.ts,
            fill.pod,
            fill.instrument,
            "liquidation",
            on_grid(-abs(notional) * self._fee),
            self._instruments[fill.instrument].currency,
            fill.quantity,
            float(self._fee),
        )

    def on_due(self, carry: Carry, now: int) -> None:
        """Count a session for loans that were called back, and buy in what is over (rule K2)."""
        if carry.loans.limited:
            for each in carry.buy_ins(now, self.kept()):
                reason = "K2: the lenders want their shares back"
                self._order(each.pod, each.instrument, each.units, reason)
            for name, excess in carry.loans.called_back.items():
                self._tell(f"K2: lenders want back {plain(excess)} {name}", "borrow")
        if self._watch is not None:
            self._watch.changed()

    def finish(self) -> None:
        """Watch no more."""
        if self._watch is not None:
            self._watch.sleep()

    # -- margin --------------------------------------------------------------------------------

    def _look(self) -> None:
        """Call for margin where equity is below maintenance, and liquidate (rules M2, M3)."""
        state = self._desk.state(self._clock.now())
        if state is None or not state.lines or not state.called:
            return
        why = f"equity {plain(state.equity)} is below maintenance {plain(state.maintenance)}"
        self._tell(f"M2: margin call, {why}", "margin")
        for sale in liquidate(state, self.kept(), self._fee):
            order = self._order(sale.pod, sale.instrument, sale.units, f"M3: {why}")
            self._liquidating.add(order)

    def _room(self, order: Order) -> Room | None:
        """Return whether the account can carry an order on top of all other open ones."""
        now = self._clock.now()
        state: Margin | None = self._desk.state(now)
        if state is None:
            return None
        taken = sum((self._reserved(each, now) for each in self._others(order)), ZERO)
        more = self._desk.more(order.instrument, self._further(order), order.limit, now)
        return Room(more, state.excess - taken, state.equity)

    def _reserved(self, working: Working, now: int) -> Decimal:
        order = working.order
        left = working.left * order.side.sign
        return max(ZERO, self._desk.more(order.instrument, left, order.limit, now))

    # -- small things --------------------------------------------------------------------------

    def kept(self) -> BY_POD:
        """Return the units that pods have left once everything forced has filled."""
        units = self._custody.by_instrument()
        gone = [name for name in self._forced if self._venue.find(name) is None]
        for name in gone:
            del self._forced[name]
        for working in self._forced.values():
            order = working.order
            held = units.get(order.instrument, {})
            had = held.get(order.pod, ZERO)
            cut = min(working.left, abs(had)) if had * order.signed < 0 else ZERO
            if cut:
                held[order.pod] = had + cut * order.side.sign
        return units

    def _after(self, order: Order) -> Decimal:
        """Return the fund's units of an instrument once an order and all open sales have filled."""
        sales = (
            each.left
            for each in self._others(order)
            if each.order.instrument == order.instrument and each.order.side is Side.SELL
        )
        net = sum(self.kept().get(order.instrument, {}).values(), ZERO)
        return net - sum(sales, ZERO) + self._further(order)

    def _others(self, order: Order) -> list[Working]:
        """Return the open orders that may open something, without this one."""
        return [
            each
            for each in self._venue.open_orders()
            if each.order.id != order.id and not each.order.reduce_only and not each.order.parent
        ]

    def _further(self, order: Order) -> Decimal:
        """Return the signed units that an order may still trade."""
        working = self._venue.find(order.id)
        return order.signed if working is None else order.signed - working.filled * order.side.sign

    def _order(self, pod: str, instrument: str, units: Decimal, reason: str) -> str:
        """Order units for a pod at the market, positive bought; return the order's id."""
        self._orders += 1
        order = Order(
            self._clock.now(),
            f"{FORCED}{self._orders}",
            pod,
            instrument,
            Side.BUY if units > 0 else Side.SELL,
            abs(units),
            reason=reason,
            reduce_only=True,
        )
        self._forced[order.id] = self._venue.force(order)
        return order.id

    def _tell(self, text: str, source: str) -> None:
        self._sink(Notice(self._clock.now(), source, text))
