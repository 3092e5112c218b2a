"""What the fund and each pod are exposed to, held ready for the risk rules."""

from collections.abc import Iterable, Sequence

import numpy as np

from magents.book.ledger import HOUSE, Ledger
from magents.book.marks import Marks
from magents.model.bars import Floats, Panel
from magents.model.orders import Order
from magents.model.records import Fill


class Exposure:
    """Units held and units on their way, as floats, per pod and instrument.

    Limits are not money: floats serve.  Numbers of one instant are computed once.
    """

    def __init__(
        self, pods: Iterable[str], panels: Sequence[Panel], marks: Marks, ledger: Ledger
    ) -> None:
        """Start flat."""
        self.pods = {name: i for i, name in enumerate(sorted(pods))}
        names = [name for panel in panels for name in panel.instruments]
        self.columns = {name: i for i, name in enumerate(names)}
        self._marks = marks
        self._ledger = ledger
        self.held: Floats = np.zeros((len(self.pods), len(names)))
        self.coming: Floats = np.zeros_like(self.held)
        self.pending: Floats = np.zeros(len(self.pods))
        self._orders: dict[str, tuple[int, float]] = {}
        self._at = -1
        self.read_books()

    def read_books(self) -> None:
        """Take over the cash of all books, as after an allocation."""
        self._stale = True
        books = self._ledger.books
        self.cash: Floats = np.array([float(books[name].cash) for name in self.pods])
        self.house = float(books[HOUSE].cash)

    def refresh(self, now: int) -> None:
        """Value everything at the marks of now, unless that is done."""
        if now == self._at and not self._stale:
            return
        self._at, self._stale = now, False
        rows = [table.row(now) for table in self._marks.tables.values()]
        self.prices: Floats = rows[0] if len(rows) == 1 else np.concatenate(rows)
        worth = np.nan_to_num(self.held * self.prices)
        self.pod_gross: list[float] = np.abs(worth).sum(axis=1).tolist()
        self.pod_equity: list[float] = (self.cash + worth.sum(axis=1)).tolist()
        names = worth.sum(axis=0)
        self.gross = float(np.abs(names).sum())
        self.net = float(names.sum())
        self.equity = self.house + sum(self.pod_equity)

    def price(self, instrument: str) -> float:
        """Return the mark of an instrument as refreshed, NaN where there is none."""
        return float(self.prices[self.columns[instrument]])

    def units(self, instrument: str) -> float:
        """Return the fund's net units with all approved orders filled."""
        column = self.columns[instrument]
        return float(self.held[:, column].sum() + self.coming[:, column].sum())

    def increase(self, order: Order, price: float) -> float:
        """Return how much money of gross exposure an order may add to its pod, at the worst.

        The worst of: none of the pod's approved orders fills, or all of them do.
        """
        if price != price:  # noqa: PLR0124 - NaN
            return 0.0
        pod, column = self.pods[order.pod], self.columns[order.instrument]
        held, quantity = float(self.held[pod, column]), float(order.signed)
        then = held + float(self.coming[pod, column])
        grown = max(abs(held + quantity) - abs(held), abs(then + quantity) - abs(then))
        return max(0.0, grown * price)

    def approve(self, order: Order, increase: float) -> None:
        """Reserve room for an approved order: its units, and the exposure it may add."""
        pod, column = self.pods[order.pod], self.columns[order.instrument]
        self.coming[pod, column] += float(order.signed)
        self.pending[pod] += increase
        self._orders[order.id] = (pod, increase)

    def close(self, order: Order, left: float) -> None:
        """Give back the room of an order that is over; ``left`` units never came."""
        room = self._orders.pop(order.id, None)
        if room is not None:
            pod, increase = room
            self.coming[pod, self.columns[order.instrument]] -= left
            self.pending[pod] -= increase

    def on_fill(self, fill: Fill, order: Order, *, done: bool) -> None:
        """Take over a booked fill."""
        if fill.pod in self.pods:
            pod, column = self.pods[fill.pod], self.columns[fill.instrument]
            book = self._ledger.books[fill.pod]
            self.held[pod, column] = float(book.quantity(fill.instrument))
            self.cash[pod] = float(book.cash)
            if order.id in self._orders:
                self.coming[pod, column] -= float(fill.quantity)
        if done:
            self.close(order, 0.0)
        self._stale = True
