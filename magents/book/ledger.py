"""The books: one a pod, one for the house; together they are the fund's account at the broker."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from magents.book.position import Position
from magents.model.errors import BrokenPromiseError
from magents.model.instruments import Instrument
from magents.model.money import ONE, ZERO, on_grid
from magents.model.records import Fill

HOUSE = "house"
"""The book that holds capital not given to a pod, and whatever no pod owns."""


class Book:
    """Cash and positions of one owner; all amounts exact."""

    __slots__ = ("allocated", "cash", "name", "positions")

    def __init__(self, name: str) -> None:
        """Start with nothing."""
        self.name = name
        self.cash = ZERO
        self.allocated = ZERO
        self.positions: dict[str, Position] = {}

    def quantity(self, instrument: str) -> Decimal:
        """Return the signed units held."""
        position = self.positions.get(instrument)
        return position.quantity if position is not None else ZERO

    def value(self, marks: Mapping[str, Decimal]) -> Decimal:
        """Return cash plus positions at the given prices; 0 for what has no price yet."""
        held = (p.quantity * marks.get(i, ZERO) for i, p in self.positions.items() if p.quantity)
        return self.cash + on_grid(sum(held, ZERO))


class Account:
    """Cash and net units without owners: what a broker says we have, or all books together."""

    __slots__ = ("cash", "quantities")

    def __init__(self, cash: Decimal = ZERO) -> None:
        """Start with cash only."""
        self.cash = cash
        self.quantities: dict[str, Decimal] = {}

    def apply(self, fill: Fill, notional: Decimal) -> None:
        """Book a fill."""
        self.cash -= notional + fill.commission
        self.quantities[fill.instrument] = (
            self.quantities.get(fill.instrument, ZERO) + fill.quantity
        )


class Ledger:
    """All books of the fund, and their total kept beside them.

    Args:
        pods: names of the pods. instruments: for their multipliers.
        capital: the fund's cash at the start; it stands in the house book until allocated.
    """

    def __init__(
        self, pods: Iterable[str], instruments: Iterable[Instrument], capital: Decimal
    ) -> None:
        """Open a book a pod and the house book."""
        self.books = {name: Book(name) for name in [*sorted(pods), HOUSE]}
        self.books[HOUSE].cash = on_grid(capital)
        self.total = Account(on_grid(capital))
        self._multipliers = {i.id: i.multiplier for i in instruments if i.multiplier != ONE}
        self._seen: set[int] = set()

    def allocate(self, pod: str, amount: Decimal) -> None:
        """Move cash from the house book to a pod (back where negative)."""
        amount = on_grid(amount)
        self.books[HOUSE].cash -= amount
        book = self.books[pod]
        book.cash += amount
        book.allocated += amount

    def notional(self, fill: Fill) -> Decimal:
        """Return the signed money a fill moves, on the grid, without commission."""
        multiplier = self._multipliers.get(fill.instrument)
        amount = fill.quantity * fill.price
        return on_grid(amount if multiplier is None else amount * multiplier)

    def apply(self, fill: Fill) -> Book | None:
        """Book a fill with the pod that ordered it; the same trade id counts once.

        Returns:
            The book it went to, or ``None`` where this fill had been booked already.
        """
        if fill.id in self._seen:
            return None
        self._seen.add(fill.id)
        book = self.books.get(fill.pod) or self.books[HOUSE]
        notional = self.notional(fill)
        book.cash -= notional + fill.commission
        position = book.positions.get(fill.instrument)
        if position is None:
            position = book.positions[fill.instrument] = Position()
        position.add(fill.quantity, notional, fill.commission)
        self.total.apply(fill, notional)
        return book

    def reconcile(self, account: Account, instruments: Iterable[str] | None = None) -> None:
        """Compare the sum of the books with the broker's account, to the last digit.

        Args:
            account: what the broker says. instruments: which to compare, all by default.

        Raises:
            BrokenPromiseError: they differ; the text names what and by how much.
        """
        cash = sum((book.cash for book in self.books.values()), ZERO)
        self._compare("cash", cash, account.cash)
        self._compare("cash in total", self.total.cash, cash)
        for name in self._held(account) if instruments is None else instruments:
            units = sum((book.quantity(name) for book in self.books.values()), ZERO)
            self._compare(name, units, account.quantities.get(name, ZERO))
            self._compare(f"{name} in total", self.total.quantities.get(name, ZERO), units)

    def _held(self, account: Account) -> list[str]:
        ours = {name for book in self.books.values() for name in book.positions}
        return sorted(ours | set(account.quantities))

    def _compare(self, what: str, ours: Decimal, theirs: Decimal) -> None:
        if ours != theirs:
            msg = f"the books do not add up: {what} is {ours} in the books, {theirs} at the broker"
            raise BrokenPromiseError(msg)
