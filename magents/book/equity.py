"""Value over time, computed a segment at once: positions change only at fills."""

import itertools
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt

from magents.book.ledger import HOUSE, Ledger
from magents.book.marks import Marks
from magents.book.segments import prices_along, timeline_of, worths_along
from magents.book.thinning import STEPS, coarser, last_of
from magents.model.bars import Floats, Instants
from magents.model.money import ZERO
from magents.model.results import EquityTable
from magents.model.time import DAY

FEW_ROWS = 20_000
"""A backtest with more bars keeps the last row of each day only, a live run thins by steps."""


class Step(msgspec.Struct, gc=False):
    """A change of one book: from ``ts`` on, this much cash and this many units.

    ``late`` changes come after the closes of their instant: at an open, or as a session ends.
    """

    ts: int
    late: bool
    instrument: str
    cash: float
    quantity: float


@dataclass(slots=True)
class _Holder:
    """What one owner has at the start of a segment, as floats, and its steps inside it."""

    cash: float
    units: dict[str, float] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    peak: float = 0.0
    drawdown: float = 0.0

    def follow(self, other: "_Holder") -> None:
        """Be where another is that had the same from the start."""
        self.cash, self.units = other.cash, dict(other.units)
        self.peak, self.drawdown = other.peak, other.drawdown
        self.steps.clear()


Column = tuple[Floats, Floats, Floats]
"""Value, gross and net exposure of one owner over a segment, each of shape [R]."""


class EquityRecorder:
    """Records value and exposure of the fund and its pods at every close.

    Bit for bit the same for every block size: sums run over instruments in a fixed order, row by
    row, never by a matrix product.
    """

    def __init__(
        self, ledger: Ledger, marks: Marks, pods: list[str], *, live: bool = False
    ) -> None:
        """Take the books as they are now as the start; ``live`` keeps a row a second at most."""
        self._ledger = ledger
        self._marks = marks
        self._pods = sorted(pods)
        self._holders = {name: self._holder(name) for name in [*self._pods, HOUSE]}
        self._fund = _Holder(float(ledger.total.liquid))
        self._alone = False
        self._settled = -1
        self._chunks: list[Floats] = []
        self._ts: list[Instants] = []
        self._rows = 0
        self._daily = False
        self._step = STEPS[0] if live else 0
        self._enough = FEW_ROWS

    def start(self, now: int, before: tuple[Instants, Floats] | None = None) -> None:
        """Write the first row: the capital, before any bar, or what goes on from ``before``.

        Args:
            now: the present instant. before: rows of an earlier process, as in :meth:`after`.
        """
        self._settled = now
        values = {name: self._worth(name) for name in self._ledger.books}
        for name in self._pods:
            holder = self._holders[name] = self._holder(name)
            holder.peak = values[name]
        house = self._holders[HOUSE] = self._holder(HOUSE)
        # What one pod has is all there is, to the last bit, while the house has nothing.
        self._alone = len(self._pods) == 1 and not house.cash
        self._fund = _Holder(float(self._ledger.total.liquid))
        held = any(book.positions for book in self._ledger.books.values())
        self._fund.peak = sum(values.values()) if held else self._fund.cash
        row = [self._fund.peak, 0.0, 0.0]
        for name in self._pods:
            row += [values[name], 0.0, 0.0]
        if before is not None:
            self._go_on(*before, np.array([row]))
        self._keep(np.array([now], np.int64), np.array([row]))

    def _go_on(self, ts: Instants, past: Floats, now: Floats) -> None:
        """Take up the curve of an earlier process, with its peaks and falls."""
        self._keep(ts, past)
        values = np.concatenate([past, now])
        owners = [self._fund, *(self._holders[name] for name in self._pods)]
        for number, holder in enumerate(owners):
            holder.peak = float(values[0, 3 * number])
            _fall(holder, values[:, 3 * number])

    def _worth(self, name: str) -> float:
        """Return what a book is worth at the start, at cost where there is no price yet."""
        book, prices = self._ledger.books[name], self._marks.exact()
        unpriced = [p.cost for held, p in book.positions.items() if held not in prices]
        return float(book.value(prices) + sum(unpriced, ZERO))

    def note(self, ts: int, pod: str, instrument: str, *, late: bool) -> None:
        """Note what a booked event left in its book and in all together.

        Args:
            ts: when it happened. pod: whose book. instrument: whose units changed, or "".
            late: whether it came after the closes of that instant were settled.
        """
        book = self._ledger.book_of(pod)
        liquid, units = float(book.liquid), float(book.units(instrument))
        self.note_held(ts, book.name, instrument, liquid, units, late=late)

    def note_held(
        self, ts: int, owner: str, instrument: str, liquid: float, units: float, *, late: bool
    ) -> None:
        """Note the same of a book by what it has: cash less what is unpaid, and units."""
        self._holders[owner].steps.append(Step(ts, late, instrument, liquid, units))
        if self._alone and not self._joined_by_house(owner):
            return
        total = self._ledger.total
        all_in_all = float(total.units(instrument))
        self._fund.steps.append(Step(ts, late, instrument, float(total.liquid), all_in_all))

    def _joined_by_house(self, owner: str) -> bool:
        """Return whether the one pod no longer has all there is; then the fund goes its own way."""
        if owner != HOUSE:
            return False
        self._alone = False
        self._fund.steps += self._holders[self._pods[0]].steps
        return True

    def settle(self, until: int) -> None:
        """Compute all closes after the last settled one up to ``until``.

        May be called at any instant: up to it once the phase is LOAD, up to the one before else.
        """
        if until <= self._settled:
            return
        tables = list(self._marks.tables.values())
        timeline = timeline_of(tables, self._settled, until)
        self._settled = until
        if not len(timeline):
            return
        prices = worths_along(self._ledger.rules, prices_along(tables, timeline), timeline)
        pods = [_walk(self._holders[name], timeline, prices) for name in self._pods]
        if self._alone:
            fund = pods[0]
            self._fund.follow(self._holders[self._pods[0]])
        else:
            fund = _walk(self._fund, timeline, prices)
            house = self._holders[HOUSE]
            if house.steps or house.units:
                _walk(house, timeline, prices)
        columns = [*fund, *itertools.chain(*pods)]
        if self._daily:
            rows = _last_of_days(timeline)
            timeline, columns = timeline[rows], [column[rows] for column in columns]
        self._keep(timeline, np.column_stack(columns))

    def after(self, instant: int) -> tuple[Instants, Floats]:
        """Return the rows settled after an instant: times, and value, gross and net [N, 3 * (1+P)].

        The fund's three columns come first, then those of each pod, by name.
        """
        if not self._ts:
            return np.empty(0, np.int64), np.empty((0, 3 * (1 + len(self._pods))))
        ts, tables = [self._ts[0][:0]], [self._chunks[0][:0]]
        for times, table in zip(reversed(self._ts), reversed(self._chunks), strict=True):
            first = int(times.searchsorted(instant, "right"))
            ts.append(times[first:])
            tables.append(table[first:])
            if first:
                break
        return np.concatenate(ts[::-1]), np.concatenate(tables[::-1])

    @property
    def step(self) -> int:
        """Return the length between two rows of a live run, nanoseconds; 0 for every bar."""
        return self._step

    def value(self) -> float:
        """Return the fund's value at the last settled close."""
        return float(self._chunks[-1][-1, 0]) if self._chunks else self._fund.cash

    def table(self) -> EquityTable:
        """Return the whole record."""
        if self._daily or self._step:
            self._thin()
        ts = np.concatenate(self._ts)
        table = np.concatenate(self._chunks)
        at = {name: 3 * (i + 1) for i, name in enumerate(self._pods)}
        return EquityTable(
            ts,
            table[:, 0].copy(),
            {name: table[:, i].copy() for name, i in at.items()},
            table[:, 1].copy(),
            table[:, 2].copy(),
            {name: table[:, i + 1].copy() for name, i in at.items()},
            {name: table[:, i + 2].copy() for name, i in at.items()},
            self._daily or self._step == DAY,
            self._step,
        )

    def drawdowns(self) -> dict[str, float]:
        """Return the largest fall from a peak at bar resolution; the fund under ``""``."""
        worst = {name: self._holders[name].drawdown for name in self._pods}
        return {"": self._fund.drawdown, **worst}

    def _holder(self, name: str) -> _Holder:
        return _Holder(float(self._ledger.books[name].liquid))

    def _keep(self, ts: Instants, table: Floats) -> None:
        self._ts.append(ts)
        self._chunks.append(table)
        self._rows += len(ts)
        if self._rows > self._enough:
            self._daily = not self._step
            self._thin()
            self._enough = max(FEW_ROWS, 2 * self._rows)

    def _thin(self) -> None:
        """Keep the first row and the last of each UTC day; live of the shortest step that does."""
        ts, table = np.concatenate(self._ts), np.concatenate(self._chunks)
        days = _distinct(np.append(0, _last_of_days(ts)))
        rows = last_of(ts, self._step) if self._step else days
        while len(rows) > FEW_ROWS and 0 < self._step < DAY:
            self._step = coarser(self._step)
            rows = last_of(ts, self._step)
        self._ts, self._chunks = [ts[rows]], [table[rows]]
        self._rows = len(rows)


def _walk(holder: _Holder, timeline: Instants, prices: dict[str, Floats]) -> Column:
    """Value one owner along a segment and move it to the segment's end."""
    steps, units = holder.steps, dict[str, Floats | float](holder.units)
    rows = _rows(steps, timeline)
    cash = _staircase(holder.cash, rows, [step.cash for step in steps], len(timeline))
    for name, (edges, levels) in _by_instrument(steps, rows).items():
        before = holder.units.get(name, 0.0)
        units[name] = _staircase(before, edges, levels, len(timeline))
        holder.units[name] = levels[-1]
    if steps:
        holder.cash = steps[-1].cash
        steps.clear()
    column = _value(cash, units, prices)
    _fall(holder, column[0])
    holder.units = {name: held for name, held in sorted(holder.units.items()) if held}
    return column


def _by_instrument(steps: list[Step], rows: list[int]) -> dict[str, tuple[list[int], list[float]]]:
    """Return rows and units of each instrument's steps, in order."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for step, row in zip(steps, rows, strict=True):
        if step.instrument:
            edges, levels = found.setdefault(step.instrument, ([], []))
            edges.append(row)
            levels.append(step.quantity)
    return found


def _rows(steps: list[Step], timeline: Instants) -> list[int]:
    """Return the first row that counts each step: a late one comes after the row of its instant."""
    if not steps:
        return []
    after = [step.ts + step.late for step in steps]
    rows: list[int] = timeline.searchsorted(np.array(after, np.int64)).tolist()
    return rows


def _staircase(start: float, rows: list[int], levels: list[float], length: int) -> Floats:
    """Return ``start``, then each level from its row on; rows never fall."""
    edges = np.array([0, *rows, length])
    stairs: Floats = np.repeat(np.array([start, *levels]), np.diff(edges))
    return stairs


def _value(cash: Floats, units: dict[str, Floats | float], prices: dict[str, Floats]) -> Column:
    """Add up positions in the order of their names."""
    gross = np.zeros(len(cash))
    net = np.zeros(len(cash))
    for name in sorted(units):
        held = units[name]
        if isinstance(held, float) and not held:
            continue
        worth = held * prices[name]
        net += worth
        gross += np.abs(worth)
    return cash + net, gross, net


def _fall(holder: _Holder, value: Floats) -> None:
    """Keep the peak and the largest fall from it."""
    peaks = np.maximum.accumulate(value)
    np.maximum(peaks, holder.peak, out=peaks)
    holder.peak = float(peaks[-1])
    if holder.peak <= 0:
        return
    if peaks[0] > 0:
        lowest = float(np.divide(value, peaks, out=peaks).min())
    else:
        lowest = float(np.where(peaks > 0, value / np.where(peaks > 0, peaks, 1.0), 1.0).min())
    holder.drawdown = max(holder.drawdown, 1 - lowest)


def _last_of_days(ts: Instants) -> npt.NDArray[np.intp]:
    """Return the last row of each UTC day; instants never fall."""
    midnights = np.arange(int(ts[0]) // DAY + 1, int(ts[-1]) // DAY + 1, dtype=np.int64) * DAY
    ends = np.append(ts.searchsorted(midnights), len(ts)) - 1
    return _distinct(ends)


def _distinct(rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return each once of rows that never fall; ``np.unique`` would import a module for that."""
    once: npt.NDArray[np.intp] = rows[np.append(True, rows[1:] != rows[:-1])]
    return once
