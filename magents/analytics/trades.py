"""Round trips: which buys and sells belong together, and what each pair made.

Method: FIFO.  A closing fill meets the oldest open lot of the same pod and instrument first.
What one order opened and one order closed is one trade, however many fills it took.  Commission
is included, in proportion to quantity.  What is still held at the end is a trade of its own,
marked at the last close and flagged as open.

Every amount is exact.  Where a fill or a mark is split between trades, each part is rounded to
the money grid and the last part takes the rest, so the trades of a pod add up to the profit of
its fills to the last digit.  Multipliers are one: every kind of instrument in
:class:`magents.model.instruments.Kind` is quoted per unit.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from magents.model.money import ZERO, exact, on_grid
from magents.model.records import Fill
from magents.model.results import RunResult


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip, or what is left of one.

    Attributes:
        side: ``long`` or ``short``.
        quantity: units, positive.
        entry_ts, exit_ts: first opening and last closing fill; for an open trade ``exit_ts`` is
            the last instant of the run.
        entry_value, exit_value: money paid or received without commission, positive for a price
            above zero; the price is the value over the quantity.
        commission: of both legs. pnl: after commission.
        entry_order, exit_order: ids of the orders; ``exit_order`` is empty while open.
        open: still held, ``exit_value`` is a mark.
    """

    pod: str
    instrument: str
    side: str
    quantity: Decimal
    entry_ts: int
    exit_ts: int
    entry_value: Decimal
    exit_value: Decimal
    commission: Decimal
    pnl: Decimal
    entry_order: str
    exit_order: str
    open: bool

    @property
    def entry_price(self) -> float:
        """Return the average price of the way in."""
        return float(self.entry_value / self.quantity)

    @property
    def exit_price(self) -> float:
        """Return the average price of the way out, or the mark."""
        return float(self.exit_value / self.quantity)

    @property
    def result(self) -> float:
        """Return the profit as a fraction of the money of the way in; NaN where that is zero."""
        return float(self.pnl / abs(self.entry_value)) if self.entry_value else float("nan")


@dataclass(slots=True)
class _Share:
    """A part of a fill: signed units, signed money, commission; takes more apart exactly."""

    quantity: Decimal
    value: Decimal
    commission: Decimal

    def take(self, quantity: Decimal) -> "_Share":
        """Split off some units; the last units take whatever is left of the money."""
        if quantity == self.quantity:
            part = _Share(self.quantity, self.value, self.commission)
        else:
            value = on_grid(self.value * quantity / self.quantity)
            commission = on_grid(self.commission * quantity / self.quantity)
            part = _Share(quantity, value, commission)
        self.quantity -= part.quantity
        self.value -= part.value
        self.commission -= part.commission
        return part


@dataclass(slots=True)
class _Lot:
    """Units opened by one fill and not closed yet."""

    order: str
    ts: int
    share: _Share


@dataclass(slots=True)
class _Pair:
    """What one order opened and one order closed, being gathered. Signs as in the fills."""

    entry_order: str
    exit_order: str
    entry_ts: int
    exit_ts: int
    open: bool
    entry: _Share = field(default_factory=lambda: _Share(ZERO, ZERO, ZERO))
    exit: _Share = field(default_factory=lambda: _Share(ZERO, ZERO, ZERO))

    def add(self, entry: _Share, leave: _Share, ts: int) -> None:
        _pour(entry, self.entry)
        _pour(leave, self.exit)
        self.exit_ts = max(self.exit_ts, ts)

    def trade(self, pod: str, instrument: str) -> Trade:
        commission = self.entry.commission + self.exit.commission
        sign = 1 if self.entry.quantity > 0 else -1
        return Trade(
            pod=pod,
            instrument=instrument,
            side="long" if sign > 0 else "short",
            quantity=abs(self.entry.quantity),
            entry_ts=self.entry_ts,
            exit_ts=self.exit_ts,
            entry_value=sign * self.entry.value,
            exit_value=-sign * self.exit.value,
            commission=commission,
            pnl=-self.entry.value - self.exit.value - commission,
            entry_order=self.entry_order,
            exit_order=self.exit_order,
            open=self.open,
        )


def _pour(part: _Share, into: _Share) -> None:
    into.quantity += part.quantity
    into.value += part.value
    into.commission += part.commission


class _Matcher:
    """Matches the fills of one pod in one instrument, first in, first out."""

    def __init__(self) -> None:
        self.lots: deque[_Lot] = deque()
        self.pairs: dict[tuple[str, str], _Pair] = {}
        self.last_price = ZERO

    def add(self, fill: Fill) -> None:
        """Close what the fill closes, open a lot with the rest."""
        self.last_price = fill.price
        share = _Share(fill.quantity, on_grid(fill.quantity * fill.price), fill.commission)
        while share.quantity and self.lots and self._opposes(share):
            self._close(share, fill.order, fill.ts)
        if share.quantity:
            self.lots.append(_Lot(fill.order, fill.ts, share))

    def finish(self, mark: Decimal, ts: int) -> None:
        """Mark what is still held."""
        held = sum((lot.share.quantity for lot in self.lots), ZERO)
        out = _Share(-held, on_grid(-held * mark), ZERO)
        while self.lots:
            self._close(out, "", ts)

    def _opposes(self, share: _Share) -> bool:
        return (self.lots[0].share.quantity > 0) != (share.quantity > 0)

    def _close(self, share: _Share, order: str, ts: int) -> None:
        """Set the oldest lot against a share, as far as both go."""
        lot = self.lots[0]
        units = min(abs(lot.share.quantity), abs(share.quantity))
        sign = 1 if lot.share.quantity > 0 else -1
        key = (lot.order, order)
        if key not in self.pairs:
            self.pairs[key] = _Pair(lot.order, order, lot.ts, ts, open=not order)
        self.pairs[key].add(lot.share.take(sign * units), share.take(-sign * units), ts)
        if not lot.share.quantity:
            self.lots.popleft()


def round_trips(fills: Iterable[Fill], marks: Mapping[str, float], end: int) -> list[Trade]:
    """Return the trades of all pods, by exit, then entry, then order ids.

    Args:
        fills: in order of time; the same trade id counts once.
        marks: last close by instrument; the last fill's price stands in where it is missing.
        end: the last instant of the run.
    """
    matchers: dict[tuple[str, str], _Matcher] = {}
    for fill in {f.id: f for f in fills}.values():
        matchers.setdefault((fill.pod, fill.instrument), _Matcher()).add(fill)
    trades = [
        trade
        for (pod, instrument), matcher in matchers.items()
        for trade in _finished(matcher, pod, instrument, marks.get(instrument), end)
    ]
    return sorted(trades, key=lambda t: (t.exit_ts, t.entry_ts, t.entry_order, t.exit_order))


def trades_of(result: RunResult) -> list[Trade]:
    """Return the round trips of a run."""
    ts = result.equity.ts
    return round_trips(result.fills, result.marks, int(ts[-1]) if len(ts) else 0)


def _finished(
    matcher: _Matcher, pod: str, instrument: str, mark: float | None, end: int
) -> list[Trade]:
    matcher.finish(matcher.last_price if mark is None else exact(mark), end)
    return [pair.trade(pod, instrument) for pair in matcher.pairs.values()]
