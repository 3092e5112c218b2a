"""A live session against its replay in the simulator, order by order."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from magents.book.ledger import FEE
from magents.model.money import on_grid, plain
from magents.model.orders import CLOSED, Order, OrderType
from magents.model.records import Adjustment, Entry, Fill, OrderEvent

MS = 1_000_000
BPS = 10_000
ZERO = Decimal(0)


@dataclass(slots=True)
class Life:
    """What became of one order.

    Attributes:
        order: as it was asked for. state: its last. filled: units, positive.
        paid: units times price. fee: in the currency of the price, also what was kept of a coin.
        first: instant of the first fill, 0 without one.
    """

    order: Order
    state: str = "created"
    filled: Decimal = ZERO
    paid: Decimal = ZERO
    fee: Decimal = ZERO
    first: int = 0

    @property
    def price(self) -> float | None:
        """Return the mean price, ``None`` where nothing filled."""
        return float(self.paid / self.filled) if self.filled else None

    @property
    def waited(self) -> int | None:
        """Return the nanoseconds from decision to first fill, ``None`` without one."""
        return self.first - self.order.ts if self.first else None


def lives(entries: Iterable[Entry]) -> dict[str, Life]:
    """Return what became of every order in a journal, by id."""
    found: dict[str, Life] = {}
    last: Fill | None = None
    for entry in entries:
        if isinstance(entry, Order):
            found[entry.id] = Life(entry)
        elif isinstance(entry, OrderEvent) and entry.order in found:
            found[entry.order].state = entry.state.value
        elif isinstance(entry, Fill) and entry.order in found:
            life = found[entry.order]
            life.filled += abs(entry.quantity)
            life.paid += abs(entry.quantity) * entry.price
            life.fee += entry.commission
            life.first = life.first or entry.ts
            if entry.complete or life.state not in {state.value for state in CLOSED}:
                life.state = "filled" if entry.complete else "partly_filled"
            last = entry
        elif isinstance(entry, Adjustment) and last is not None and _keeps(entry, last):
            found[last.order].fee -= on_grid(entry.units * last.price)
    return found


def _keeps(change: Adjustment, fill: Fill) -> bool:
    """Return whether units went as the fee of the fill just before (rule C9)."""
    same = (change.pod, change.instrument) == (fill.pod, fill.instrument)
    return change.cause == FEE and same


@dataclass(frozen=True, slots=True)
class Line:
    """One order, live and simulated.

    Attributes:
        order: its id. what: in words. state, filled, price, fee: live and simulated.
        later_ms: how much later it filled live. worse_bps: how much worse live, in basis points.
        same: whether nothing differs.
    """

    order: str
    what: str
    state: tuple[str, str]
    filled: tuple[str, str]
    price: tuple[float | None, float | None]
    fee: tuple[str, str]
    later_ms: float | None
    worse_bps: float | None
    same: bool


@dataclass(frozen=True, slots=True)
class Parity:
    """All orders of a session.

    Attributes:
        lines: of orders that are in both. only_live, only_simulated: ids of the others.
        waited_ms: the median of what market orders took live from decision to the first fill
            that was heard of; ``None`` where no order tells.
        later_ms: the median of what they took longer live than in the simulator, negative for
            less. worse_bps: the mean of what they paid more.
    """

    lines: Sequence[Line] = ()
    only_live: Sequence[str] = ()
    only_simulated: Sequence[str] = ()
    waited_ms: float | None = None
    later_ms: float | None = None
    worse_bps: float | None = None
    totals: Mapping[str, int] = field(default_factory=dict)


def compare(live: Mapping[str, Life], simulated: Mapping[str, Life]) -> Parity:
    """Compare a session with its replay."""
    both = [n for n in live if n in simulated and _alike(live[n].order, simulated[n].order)]
    lines = [_line(name, live[name], simulated[name]) for name in both]
    later = [line.later_ms for line in lines if line.later_ms is not None and _takes(live, line)]
    worse = [line.worse_bps for line in lines if line.worse_bps is not None and _takes(live, line)]
    known = frozenset(both)
    only_live = [name for name in live if name not in known]
    only_simulated = [name for name in simulated if name not in known]
    return Parity(
        lines,
        only_live,
        only_simulated,
        _waited(live, lines),
        round(statistics.median(later), 3) if later else None,
        round(statistics.fmean(worse), 3) if worse else None,
        {
            "orders": len(live),
            "the same": sum(line.same for line in lines),
            "filled by one only": sum(_one_filled(line) for line in lines),
            "another price": sum(_prices_differ(line) for line in lines),
            "another fee": sum(line.fee[0] != line.fee[1] for line in lines),
            "only live": len(only_live),
            "only simulated": len(only_simulated),
        },
    )


def _waited(live: Mapping[str, Life], lines: Iterable[Line]) -> float | None:
    """Return the median milliseconds until market orders filled live."""
    lifes = [live[line.order] for line in lines if _takes(live, line)]
    waited = [life.waited / MS for life in lifes if life.waited is not None]
    return round(statistics.median(waited), 3) if waited else None


def _alike(one: Order, other: Order) -> bool:
    """Return whether two orders of one name ask for the same, but for the quantity."""
    asked = ("instrument", "side", "type")
    return all(getattr(one, name) == getattr(other, name) for name in asked)


def _takes(live: Mapping[str, Life], line: Line) -> bool:
    """Return whether an order meets the market as it comes: these tell latency and slippage."""
    return live[line.order].order.type is OrderType.MARKET


def _line(name: str, live: Life, simulated: Life) -> Line:
    order = live.order
    prices = (live.price, simulated.price)
    later = None
    if live.waited is not None and simulated.waited is not None:
        later = (live.waited - simulated.waited) / MS
    worse = None
    if prices[0] is not None and prices[1]:
        worse = order.side.sign * (prices[0] / prices[1] - 1) * BPS
    states, fees = (live.state, simulated.state), (live.fee, simulated.fee)
    fills = (live.filled, simulated.filled)
    same = states[0] == states[1] and fees[0] == fees[1] and fills[0] == fills[1] and not later
    return Line(
        name,
        f"{order.side} {plain(order.quantity)} {order.instrument} {order.type}",
        states,
        (plain(fills[0]), plain(fills[1])),
        prices,
        (plain(fees[0]), plain(fees[1])),
        later,
        worse,
        same and prices[0] == prices[1],
    )


def _one_filled(line: Line) -> bool:
    return (line.price[0] is None) != (line.price[1] is None)


def _prices_differ(line: Line) -> bool:
    return not _one_filled(line) and line.price[0] != line.price[1]
