"""What the broker holds for us: the account, units by pod, and carry when it is due."""

from asyncio import TimerHandle
from collections.abc import Callable, Iterable
from decimal import Decimal

from brokers.simulated.carry.holdings import Holdings
from brokers.simulated.carry.moves import Move
from brokers.simulated.carry.schedule import Carry
from magents.book.ledger import FEE, Account
from magents.book.worth import Rules
from magents.model.events import Funding
from magents.model.money import ZERO, exact
from magents.model.orders import Order, Side
from magents.model.ports import Clock, EventSink
from magents.model.records import Adjustment, CashFlow, Fill, Notice
from magents.model.time import Phase

NEVER = (1 << 63, int(Phase.END))
OnDue = Callable[[Carry, int], None]


class Custody:
    """Keeps the account by fills and by carry; tells the sink what moved without a trade.

    Args:
        clock: whose time it lives in. rules: how instruments are booked.
        capital: cash at the start. sink: takes cash flows and adjustments.
        carry: what comes due when; ``None`` for nothing. price: last price, NaN before the first.

    Attributes:
        due: the instant and phase at which something comes due next. timer: set to that.
    """

    def __init__(
        self,
        clock: Clock,
        rules: Rules,
        capital: Decimal,
        sink: EventSink,
        carry: Carry | None = None,
        price: Callable[[str], float] | None = None,
    ) -> None:
        """Hold the capital."""
        self._clock = clock
        self._sink = sink
        self._carry = carry
        self._price = price
        self.account = Account(capital, rules)
        self.holdings = Holdings(rules, capital)
        self._units: dict[tuple[str, str], Decimal] = {}
        self._on_due: OnDue = _ignore
        self.timer: TimerHandle | None = None
        self.due: tuple[int, int] = NEVER

    def open(self, on_due: OnDue) -> None:
        """Start waiting for what comes due; ``on_due`` is called once an instant is booked."""
        self._on_due = on_due
        self._wait(self._clock.now() - 1)

    def expect(self, event: Funding) -> None:
        """Take a funding that was announced while the run goes on; one that is over is left out."""
        later = event.ts > self._clock.now()
        if self._carry is not None and later and self._carry.expect(event):
            self._wait(self._clock.now())

    def allocate(self, pod: str, amount: Decimal) -> None:
        """Take note of whose money it is, so that interest goes to the right book."""
        self.holdings.allocate(pod, amount)

    def book(self, fill: Fill, notional: Decimal) -> None:
        """Book a fill."""
        self.account.apply(fill, notional)
        key, units = (fill.pod, fill.instrument), self._units
        units[key] = units.get(key, ZERO) + fill.quantity
        if self._carry is not None:
            self.holdings.apply(fill, notional)

    def remember(self, booked: Iterable[Fill | Move], notional: Callable[[Fill], Decimal]) -> None:
        """Book again what an earlier run was told; nobody is told of it."""
        for event in booked:
            if isinstance(event, Fill):
                self.book(event, notional(event))
                continue
            if self._carry is not None:
                self.holdings.book(event)
            if isinstance(event, CashFlow):
                self.account.pay(event)
            else:
                self.account.adjust(event)
                self._shift(event)

    def withhold(self, fill: Fill, units: Decimal) -> None:
        """Keep a part of what was traded as the fee (rule C9)."""
        fee = Adjustment(fill.ts, fill.pod, fill.instrument, FEE, -units)
        if self._carry is not None:
            self.holdings.adjust(fee)
        self._move(fee)

    def units(self, pod: str, instrument: str) -> Decimal:
        """Return the signed units a pod holds."""
        return self._units.get((pod, instrument), ZERO)

    def by_instrument(self) -> dict[str, dict[str, Decimal]]:
        """Return the signed units held by instrument, by pod; a table of the caller's own."""
        found: dict[str, dict[str, Decimal]] = {}
        for (pod, instrument), units in self._units.items():
            if units:
                found.setdefault(instrument, {})[pod] = units
        return found

    def charge(self, flow: CashFlow) -> None:
        """Book money that somebody must pay besides what is due."""
        self.holdings.pay(flow)
        self._move(flow)

    def notices(self, start: int) -> list[Notice]:
        """Return what a reader should know of what was booked since an instant."""
        if self._carry is None:
            return []
        traded = {instrument for _, instrument in self._units}
        found = self._carry.unknown_dividends(traded, start, self._clock.now())
        return [found] if found is not None else []

    def room(self, order: Order) -> Decimal:
        """Return how many units an order may still fill: all, or what it can reduce (rule B21)."""
        if not order.reduce_only:
            return order.quantity
        held = self.units(order.pod, order.instrument)
        return max(ZERO, -held if order.side is Side.BUY else held)

    def settle(self, instant: int) -> bool:
        """Move time to what is due up to an instant, and book it; return whether anything was."""
        found = False
        while self.due[0] <= instant:
            found = True
            self._clock.pass_to(*self.due)
            self._settle(self.due[0])
        return found

    def _wait(self, after: int) -> None:
        if self._carry is None:
            return
        due = self._carry.next_after(after)
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.due = NEVER if due is None else due
        if due is not None:
            self.timer = self._clock.call_at(*due, self._settle, due[0])

    def _settle(self, now: int) -> None:
        """Book and tell all that is due, then wait for the next."""
        if self._carry is None:
            return
        for move in self._carry.due(now, self.holdings, self.last):
            self._move(move)
        self._on_due(self._carry, now)
        self._wait(now)

    def _move(self, move: Move) -> None:
        if isinstance(move, CashFlow):
            self.account.pay(move)
        else:
            self.account.adjust(move)
            self._shift(move)
        self._sink(move)

    def _shift(self, move: Adjustment) -> None:
        key = (move.pod, move.instrument)
        self._units[key] = self._units.get(key, ZERO) + move.units

    def last(self, instrument: str) -> Decimal | None:
        """Return the last price of an instrument, ``None`` before the first."""
        price = float("nan") if self._price is None else self._price(instrument)
        return exact(price) if price == price else None  # noqa: PLR0124 - NaN


def _ignore(_: Carry, __: int) -> None:
    """Do nothing."""
