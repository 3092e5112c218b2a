"""Round trips: which buys and sells belong together, and what each pair made.

Method: FIFO.  A closing fill meets the oldest open lot of the same pod and instrument first.
What one order opened and one order closed is one trade, however many fills it took.  Commission
is included, in proportion to quantity.  What is still held at the end is a trade of its own,
marked at the last close and flagged as open.  A split changes the units of the lots; what expires,
is exercised, delisted or renamed closes them or moves them on, without an order: its cause stands
where the order would.

Every amount is exact and in the fund's money, so the trades of a pod add up to the profit of its
fills to the last digit.  Dividends, funding and the like are no part of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from magents.analytics.lots import Lot, Matcher, Pair, Share
from magents.analytics.valuing import Valuer, valuer_of
from magents.book.ledger import FEE, PROCEEDS
from magents.model.money import ZERO, exact
from magents.model.records import Adjustment, CashFlow, Fill
from magents.model.results import RunResult


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip, or what is left of one.

    Attributes:
        side: ``long`` or ``short``.
        quantity: units, positive.
        entry_ts, exit_ts: first opening and last closing fill; for an open trade ``exit_ts`` is
            the last instant of the run.
        entry_price, exit_price: averages, as quoted.
        entry_value, exit_value: money paid or received without commission, positive for a price
            above zero; negative for inverse contracts, see :mod:`magents.book.worth`.
        commission: of both legs. pnl: after commission.
        entry_order, exit_order: ids of the orders, or what happened without one, such as
            ``expiry``; ``exit_order`` is empty while open.
        open: still held, ``exit_value`` is a mark.
    """

    pod: str
    instrument: str
    side: str
    quantity: Decimal
    entry_ts: int
    exit_ts: int
    entry_price: float
    exit_price: float
    entry_value: Decimal
    exit_value: Decimal
    commission: Decimal
    pnl: Decimal
    entry_order: str
    exit_order: str
    open: bool

    @property
    def result(self) -> float:
        """Return the profit as a fraction of the money of the way in; NaN where that is zero."""
        return float(self.pnl / abs(self.entry_value)) if self.entry_value else float("nan")


class _Books:
    """The matchers of all pods and instruments, and what is on its way between them."""

    def __init__(self, valuer: Valuer) -> None:
        self.matchers: dict[tuple[str, str], Matcher] = {}
        self._valuer = valuer
        self._moving: dict[tuple[str, str], list[Lot]] = {}

    def fill(self, fill: Fill) -> None:
        """Take in a fill."""
        matcher = self._matcher(fill.pod, fill.instrument)
        matcher.last_price = fill.price
        value = self._valuer.notional(fill.instrument, fill.quantity, fill.price, fill.ts)
        commission = self._valuer.money(fill.instrument, fill.commission)
        share = Share(fill.quantity, value, commission, fill.quantity * fill.price)
        matcher.add(share, fill.order, fill.ts)

    def adjust(self, change: Adjustment, proceeds: Decimal) -> None:
        """Take in units that came or went without a trade, and what was paid for those that went.

        With ``becomes`` the lots move on, with their cost and their dates.
        """
        name, key = change.instrument, (change.pod, change.becomes)
        matcher = self._matcher(change.pod, name)
        if change.cause == FEE and self._withheld(matcher, change):
            return
        if change.cause == "split":
            matcher.split(change.units)
        elif change.becomes:
            self._moving[key] = [*self._moving.get(key, []), *matcher.release(change.units)]
            self._rescale(name, self._moving[key])
        else:
            paid = self._valuer.money(name, change.cost - proceeds)
            points = (change.cost - proceeds) / self._valuer.multiplier(name)
            share = Share(change.units, paid, ZERO, points)
            arrived = self._moving.pop((change.pod, name), [])
            self._arrive(matcher, share, arrived, change)

    def _withheld(self, matcher: Matcher, change: Adjustment) -> bool:
        """Book what was kept of a purchase as its commission; not what it was kept of a cover."""
        units, price = change.units, matcher.last_price
        worth = self._valuer.notional(change.instrument, units, price, change.ts)
        return units < 0 and matcher.withhold(units, worth)

    def _rescale(self, name: str, lots: list[Lot]) -> None:
        """Let points of lots that move on be money, whatever they turn into."""
        for lot in lots:
            lot.share.points *= self._valuer.multiplier(name)

    def _arrive(self, matcher: Matcher, share: Share, moved: list[Lot], change: Adjustment) -> None:
        """Let units in, spread over the lots that they were before."""
        factor = self._valuer.multiplier(change.instrument)
        before = sum((lot.share.quantity for lot in moved), ZERO)
        for place, lot in enumerate(moved, 1):
            last = place == len(moved)
            part = share.take(
                share.quantity if last else share.quantity * lot.share.quantity / before
            )
            before -= lot.share.quantity
            part.value += lot.share.value
            part.commission += lot.share.commission
            part.points += lot.share.points / factor
            matcher.add(part, lot.order, lot.ts)
        if not moved:
            matcher.add(share, change.cause, change.ts)

    def _matcher(self, pod: str, instrument: str) -> Matcher:
        return self.matchers.setdefault((pod, instrument), Matcher())


def round_trips(
    fills: Iterable[Fill],
    marks: Mapping[str, float],
    end: int,
    adjustments: Sequence[Adjustment] = (),
    flows: Iterable[CashFlow] = (),
    valuer: Valuer | None = None,
) -> list[Trade]:
    """Return the trades of all pods, by exit, then entry, then order ids.

    Args:
        fills: in order of time; the same trade id counts once.
        marks: last close by instrument; the last fill's price stands in where it is missing.
        end: the last instant of the run.
        adjustments: units that came or went without a trade. flows: cash flows, for what was
            paid for them. valuer: of instruments that are not plain.
    """
    valuer = valuer or Valuer()
    books = _Books(valuer)
    proceeds = proceeds_of(adjustments, flows)
    for event in _in_order({f.id: f for f in fills}.values(), adjustments):
        if isinstance(event, Fill):
            books.fill(event)
        else:
            flow = proceeds.get(id(event))
            books.adjust(event, ZERO if flow is None else flow.amount)
    trades = [
        trade
        for (pod, name), matcher in books.matchers.items()
        for trade in _finished(matcher, pod, name, marks.get(name), end, valuer)
    ]
    return sorted(trades, key=lambda t: (t.exit_ts, t.entry_ts, t.entry_order, t.exit_order))


def trades_of(result: RunResult) -> list[Trade]:
    """Return the round trips of a run."""
    ts = result.equity.ts
    return round_trips(
        result.fills,
        result.marks,
        int(ts[-1]) if len(ts) else 0,
        result.adjustments,
        result.flows,
        valuer_of(result),
    )


def proceeds_of(
    adjustments: Sequence[Adjustment], flows: Iterable[CashFlow]
) -> dict[int, CashFlow]:
    """Return by adjustment, known by its ``id()``, the cash that was paid for the units."""
    waiting = {
        (change.ts, change.pod, change.instrument, -change.units): change
        for change in adjustments
        if change.cause != "split" and not change.becomes
    }
    found = {}
    for flow in flows:
        change = waiting.get((flow.ts, flow.pod, flow.instrument, flow.units))
        if change is not None and flow.cause in PROCEEDS:
            found[id(change)] = flow
    return found


def _in_order(
    fills: Iterable[Fill], adjustments: Sequence[Adjustment]
) -> Iterator[Fill | Adjustment]:
    """Yield both in time: adjustments come after the bars that end, before those that open.

    Fees that are kept of what was traded come after the trade.
    """
    if not adjustments:
        yield from fills
        return
    keyed = [((f.ts, 2 if f.bar_ts > f.ts else 0), f) for f in fills]
    keyed += [((change.ts, 3 if change.cause == FEE else 1), change) for change in adjustments]  # type: ignore[misc]
    for _, event in sorted(keyed, key=lambda each: each[0]):
        yield event


def _finished(
    matcher: Matcher, pod: str, instrument: str, mark: float | None, end: int, valuer: Valuer
) -> list[Trade]:
    price, held = matcher.last_price if mark is None else exact(mark), matcher.held
    value = valuer.notional(instrument, -held, price, end)
    matcher.finish(Share(-held, value, ZERO, -held * price), end)
    return [_trade(pair, pod, instrument) for pair in matcher.pairs.values()]


def _trade(pair: Pair, pod: str, instrument: str) -> Trade:
    entry, leave = pair.entry, pair.exit
    commission = entry.commission + leave.commission
    sign = 1 if entry.quantity > 0 else -1
    return Trade(
        pod=pod,
        instrument=instrument,
        side="long" if sign > 0 else "short",
        quantity=abs(entry.quantity),
        entry_ts=pair.entry_ts,
        exit_ts=pair.exit_ts,
        entry_price=float(entry.points / entry.quantity),
        exit_price=float(leave.points / leave.quantity),
        entry_value=sign * entry.value,
        exit_value=-sign * leave.value,
        commission=commission,
        pnl=-entry.value - leave.value - commission,
        entry_order=pair.entry_order,
        exit_order=pair.exit_order,
        open=pair.open,
    )
