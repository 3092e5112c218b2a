"""What the fund and each pod are exposed to, held ready for the risk rules."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from magents.book.ledger import HOUSE, Ledger
from magents.book.marks import Marks
from magents.model.bars import Floats, Panel
from magents.model.money import ZERO
from magents.model.orders import Order
from magents.model.records import Fill

_sum = np.add.reduce


FEW = 40
"""Holdings up to which numpy is not worth its calls."""


class _Room(msgspec.Struct, gc=False):
    """What is reserved for an order: money of gross exposure, and units on their way."""

    pod: int
    column: int
    increase: float
    units: float


class Exposure:
    """Units held and units on their way, as floats, per pod and instrument.

    Limits are not money: floats serve.  Sums are made once an instant, always in the same order.

    Attributes:
        held: shape [pods, instruments], units in the pods' books.
        pending: by pod, money of gross exposure that approved orders may still add.
        gross, net, equity: of the fund, at the marks of the last refresh.
        pod_gross, pod_equity: the same by pod.
        plain: whether every unit is worth its price, and no foreign money is held.
    """

    def __init__(
        self, pods: Iterable[str], panels: Sequence[Panel], marks: Marks, ledger: Ledger
    ) -> None:
        """Start flat."""
        self.pods = {name: i for i, name in enumerate(sorted(pods))}
        names = [name for panel in panels for name in panel.instruments]
        self._names = [*names, *ledger.rules.pairs]
        self.columns = {name: i for i, name in enumerate(self._names)}
        self._marks = list(marks.tables.values())
        self._where = marks.where
        self._ledger = ledger
        self.plain = not ledger.rules.special and not ledger.rules.pairs
        few = len(self.pods) * len(self._names) <= FEW
        self._small = few and self.plain and len(self._marks) == 1
        self.held: Floats = np.zeros((len(self.pods), len(self._names)))
        self._worth, self._size = np.zeros_like(self.held), np.zeros_like(self.held)
        self._units = [[0.0] * len(self._names) for _ in self.pods]
        self._coming = [[0.0] * len(self._names) for _ in self.pods]
        self._fund_units = [0.0] * len(self._names)
        self.pending = [0.0] * len(self.pods)
        self._orders: dict[str, _Room] = {}
        self._at = -1
        self.read_books()

    def read_books(self) -> None:
        """Take over the cash of all books, as after an allocation."""
        self._stale = True
        books = self._ledger.books
        self._cash = [float(books[name].liquid) for name in self.pods]
        house = books[HOUSE]
        # What the house holds counts at cost: what was found in an account is nobody's gain.
        held = sum((position.cost for position in house.positions.values()), ZERO)
        self._house = float(house.liquid + held)

    def refresh(self, now: int) -> None:
        """Value everything at the marks of now, unless that is done."""
        if now == self._at and not self._stale:
            return
        self._at, self._stale = now, False
        if self._small:
            self._refresh_small(self._marks[0].worths(now).tolist())
            return
        marks, worth, size = self._marks, self._worth, self._size
        if len(marks) == 1:
            prices = marks[0].worths(now)
        else:
            prices = np.concatenate([table.worths(now) for table in marks])
        np.multiply(self.held, prices if self.plain else self._worths(prices, now), worth)
        np.absolute(worth, size)
        self.pod_gross: list[float] = _sum(size, 1).tolist()
        net: list[float] = _sum(worth, 1).tolist()
        self.pod_equity = [c + n for c, n in zip(self._cash, net, strict=True)]
        self.equity = self._house + sum(self.pod_equity)
        self.net = sum(net)
        if len(net) == 1:
            self.gross = self.pod_gross[0]
        else:
            self.gross = _sum(np.absolute(_sum(worth, 0))).item()

    def _refresh_small(self, prices: list[float]) -> None:
        """Do the same in plain numbers: for a few holdings numpy's calls cost more."""
        totals = [0.0] * len(prices)
        self.pod_gross, self.pod_equity, self.net = [], [], 0.0
        for row, cash in zip(self._units, self._cash, strict=True):
            gross = net = 0.0
            for column, units in enumerate(row):
                if units:
                    worth = units * prices[column]
                    gross += abs(worth)
                    net += worth
                    totals[column] += worth
            self.pod_gross.append(gross)
            self.pod_equity.append(cash + net)
            self.net += net
        self.equity = self._house + sum(self.pod_equity)
        self.gross = sum(map(abs, totals))

    def _worths(self, prices: Floats, now: int) -> Floats:
        """Return what a unit of each instrument, and of foreign money, is worth."""
        known = dict(zip(self._names, prices.tolist(), strict=False))
        worths = self._ledger.rules.per_unit(known, now)
        return np.array([worths[name] for name in self._names])

    def mark(self, instrument: str, now: int) -> float:
        """Return the last close of an instrument, 0 where there is none."""
        table, column = self._where[instrument]
        return table.worth(now, column)

    def coins(self, instrument: str, price: float, now: int) -> float:
        """Return what one unit counts for at a price: a contract of a tenth of a coin 0.1.

        In general the worth of a unit in the fund's money over its price; 1 where that is all.
        """
        rules = self._ledger.rules
        if instrument not in rules.special or not price > 0:
            return 1.0
        prices = {name: self.mark(name, now) for name, _ in rules.pairs.values()}
        return abs(float(rules.per_unit(prices | {instrument: price}, now)[instrument])) / price

    def units(self, column: int) -> float:
        """Return the fund's net units of an instrument with all approved orders filled."""
        return self._fund_units[column]

    def increase(self, row: int, column: int, units: float, price: float) -> float:
        """Return how much money of gross exposure an order may add to its pod, at the worst.

        The worst of: none of the pod's approved orders fills, or all of them do.

        Args:
            row, column: pod and instrument. units: signed. price: what a unit is taken for.
        """
        held = self._units[row][column]
        grown = abs(held + units) - abs(held)
        coming = self._coming[row][column]
        if coming:
            then = held + coming
            grown = max(grown, abs(then + units) - abs(then))
        return grown * price if grown * price > 0 else 0.0

    def approve(self, order: Order, row: int, units: float, increase: float) -> None:
        """Reserve room for an approved order: its signed units, and the exposure it may add."""
        if order.reduce_only:
            return
        column = self.columns[order.instrument]
        self._coming[row][column] += units
        self._fund_units[column] += units
        self.pending[row] += increase
        self._orders[order.id] = _Room(row, column, increase, units)

    def reserve(self, row: int, column: int, units: float, increase: float) -> None:
        """Reserve room for an order that stays in nobody's table, or give it back (negative)."""
        self._coming[row][column] += units
        self._fund_units[column] += units
        self.pending[row] += increase

    def on_whole_fill(
        self, pod: str, column: int, signed: float, increase: float, liquid: float, units: float
    ) -> None:
        """Take over the only fill of an order for which room was reserved, booked plainly.

        Args:
            signed, increase: what was reserved. liquid, units: what the pod's book has now.
        """
        row = self.pods[pod]
        own, fund = self._units[row], self._fund_units
        # One after the other, as by the way of the teams: sums of floats depend on it.
        fund[column] = fund[column] + (units - own[column]) - signed
        own[column] = self.held[row, column] = units
        self._coming[row][column] -= signed
        self.pending[row] -= increase
        self._cash[row] = liquid
        self._stale = True

    def grow(self, order: Order, increase: float) -> None:
        """Reserve more room for an order that was amended: its further units and exposure."""
        room = self._orders.get(order.id)
        if room is not None:
            self._resize(room, room.units + float(order.signed))
            self.pending[room.pod] += increase
            room.increase += increase

    def resize(self, order: Order, left: float) -> None:
        """Reserve what is left of an order that has another size now."""
        room = self._orders.get(order.id)
        if room is not None:
            self._resize(room, left)

    def close(self, order: Order) -> None:
        """Give back the room of an order that is over."""
        room = self._orders.pop(order.id, None)
        if room is not None:
            self.pending[room.pod] -= room.increase
            self._coming[room.pod][room.column] -= room.units
            self._fund_units[room.column] -= room.units

    def on_fill(self, fill: Fill, order: Order, liquid: float, units: float, *, done: bool) -> None:
        """Take over a booked fill.

        Args:
            liquid, units: what the pod's book has now, of money and of the instrument.
        """
        pod = self.pods.get(fill.pod)
        if pod is not None:
            if self.plain:
                self._hold(pod, self.columns[fill.instrument], units)
            else:
                self.reread(fill.pod)
            self._cash[pod] = liquid
        if done:
            self.close(order)
        else:
            room = self._orders.get(order.id)
            if room is not None:
                self._resize(room, room.units - float(fill.quantity))
        self._stale = True

    def reread(self, pod: str) -> None:
        """Take over a book that money or units have moved in without a trade."""
        row = self.pods.get(pod)
        book = self._ledger.books.get(pod)
        self._stale = True
        if row is None or book is None:
            self.read_books()
            return
        self._cash[row] = float(book.liquid)
        for name in book.positions:
            column = self.columns.get(name)
            if column is not None:
                self._hold(row, column, float(book.units(name)))

    def _hold(self, row: int, column: int, units: float) -> None:
        """Note what a pod holds of an instrument now."""
        self._fund_units[column] += units - self._units[row][column]
        self._units[row][column] = units
        self.held[row, column] = units

    def _resize(self, room: _Room, units: float) -> None:
        """Count more or fewer units of an order that are on their way."""
        self._coming[room.pod][room.column] += units - room.units
        self._fund_units[room.column] += units - room.units
        room.units = units
