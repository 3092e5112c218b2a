"""The books: one a pod, one for the house; together they are the fund's account at the broker."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from magents.book.position import Position
from magents.book.seen import Seen
from magents.book.worth import Rule, Rules
from magents.model.errors import BrokenPromiseError
from magents.model.instruments import Instrument
from magents.model.money import ZERO, on_grid
from magents.model.records import Adjustment, CashFlow, Fill

HOUSE = "house"
"""The book that holds capital not given to a pod, and whatever no pod owns."""

SETTLEMENT = "settlement"
FEE = "fee"
"""The adjustment by which a venue keeps a part of the units traded."""
PROCEEDS = frozenset({"expiry", "conversion"})
"""Cash flows that are the price of units that went: they make realised profit."""
PRICES = frozenset({"exercise"})
"""Cash flows that are the price of units that came: it is in what they cost."""
CHARGES = frozenset({"liquidation", "roll"})
"""Cash flows that are fees of trading."""

PLAIN = Rules()


class Purse:
    """Money of one owner.

    Attributes:
        cash: in the fund's currency.
        unpaid: by pocket ("" the fund's currency), what margined positions would have cost and
            was not paid or settled yet.
    """

    __slots__ = ("cash", "unpaid")

    def __init__(self, cash: Decimal = ZERO) -> None:
        """Start with cash only."""
        self.cash = cash
        self.unpaid: dict[str, Decimal] = {}

    @property
    def liquid(self) -> Decimal:
        """Return cash less what is unpaid: with the worth of all positions it makes the value."""
        return self.cash - self.unpaid.get("", ZERO) if self.unpaid else self.cash

    def quantity(self, instrument: str) -> Decimal:
        """Return the signed units held, of an instrument or of foreign money."""
        raise NotImplementedError

    def units(self, name: str) -> Decimal:
        """Return the units that count for the value: foreign money less what is unpaid in it."""
        held = self.quantity(name)
        return held - self.unpaid[name] if name in self.unpaid else held

    def owe(self, pocket: str, amount: Decimal) -> None:
        """Let margined positions cost more, or less, without paying."""
        self.unpaid[pocket] = self.unpaid.get(pocket, ZERO) + amount


class Book(Purse):
    """Cash and positions of one owner; all amounts exact.  Foreign money is a position."""

    __slots__ = ("_rules", "allocated", "name", "positions")

    def __init__(self, name: str, rules: Rules = PLAIN) -> None:
        """Start with nothing."""
        super().__init__()
        self.name = name
        self.allocated = ZERO
        self.positions: dict[str, Position] = {}
        self._rules = rules

    def quantity(self, instrument: str) -> Decimal:
        """Return the signed units held."""
        position = self.positions.get(instrument)
        return position.quantity if position is not None else ZERO

    def position(self, instrument: str) -> Position:
        """Return the position in an instrument, a flat one where there was none."""
        found = self.positions.get(instrument)
        if found is None:
            found = self.positions[instrument] = Position()
        return found

    def value(self, marks: Mapping[str, Decimal], at: int = 0) -> Decimal:
        """Return what the book is worth at the given prices; 0 for what has no price yet.

        Args:
            marks: by instrument. at: the instant, for accrued interest of bonds.
        """
        value = self._rules.value
        names = [*self.positions, *(name for name in self.unpaid if name not in self.positions)]
        held = ((name, self.units(name)) for name in names if name)
        return self.liquid + on_grid(sum((value(n, u, marks, at) for n, u in held if u), ZERO))

    def take(self, pocket: str, amount: Decimal) -> None:
        """Take money in (out where negative)."""
        if pocket:
            self.position(pocket).quantity += amount
        else:
            self.cash += amount


class Account(Purse):
    """Cash and net units without owners: what a broker says we have, or all books together.

    Args:
        cash: at the start. rules: how instruments are booked; all plainly by default.
    """

    __slots__ = ("_rules", "_special", "quantities")

    def __init__(self, cash: Decimal = ZERO, rules: Rules = PLAIN) -> None:
        """Start with cash only."""
        super().__init__(cash)
        self.quantities: dict[str, Decimal] = {}
        self._rules = rules
        self._special = rules.special

    def quantity(self, instrument: str) -> Decimal:
        """Return the signed units held."""
        return self.quantities.get(instrument, ZERO)

    def apply(self, fill: Fill, notional: Decimal) -> None:
        """Book a fill."""
        name, quantities = fill.instrument, self.quantities
        rule = self._special.get(name) if self._special else None
        if rule is None:
            self.cash -= notional + fill.commission
        elif rule.paid:
            self.take(rule.pocket, -notional - fill.commission)
        else:
            self.take(rule.pocket, -fill.commission)
            self.owe(rule.pocket, notional)
        quantities[name] = quantities.get(name, ZERO) + fill.quantity

    def pay(self, flow: CashFlow) -> None:
        """Book money that moved without a trade."""
        pocket = self._rules.pocket(flow.currency)
        self.take(pocket, flow.amount)
        if flow.cause == SETTLEMENT:
            self.owe(pocket, flow.amount)

    def adjust(self, change: Adjustment) -> None:
        """Book units that came or went without a trade."""
        self.quantities[change.instrument] = self.quantity(change.instrument) + change.units
        rule = self._special.get(change.instrument)
        if rule is not None and not rule.paid:
            self.owe(rule.pocket, change.cost)

    def take(self, pocket: str, amount: Decimal) -> None:
        """Take money in (out where negative)."""
        if pocket:
            self.quantities[pocket] = self.quantities.get(pocket, ZERO) + amount
        else:
            self.cash += amount


class Ledger:
    """All books of the fund, and their total kept beside them.

    Args:
        pods: names of the pods. instruments: how each is booked depends on its kind.
        capital: the fund's cash at the start; it stands in the house book until allocated.
        currency: the fund's; with "" all money is taken for the fund's own.
    """

    def __init__(
        self,
        pods: Iterable[str],
        instruments: Iterable[Instrument],
        capital: Decimal,
        currency: str = "",
    ) -> None:
        """Open a book a pod and the house book."""
        self.rules = Rules(instruments, currency)
        self.books = {name: Book(name, self.rules) for name in [*sorted(pods), HOUSE]}
        self.books[HOUSE].cash = on_grid(capital)
        self.total = Account(on_grid(capital), self.rules)
        self._special = self.rules.special
        self._seen = Seen()
        self._moving: dict[tuple[str, str], Decimal] = {}

    def allocate(self, pod: str, amount: Decimal) -> None:
        """Move cash from the house book to a pod (back where negative)."""
        amount = on_grid(amount)
        self.books[HOUSE].cash -= amount
        book = self.books[pod]
        book.cash += amount
        book.allocated += amount

    def notional(self, fill: Fill) -> Decimal:
        """Return the signed worth of what a fill traded, on the grid, without commission."""
        rule = self._special.get(fill.instrument) if self._special else None
        if rule is None:
            return on_grid(fill.quantity * fill.price)
        return rule.worth(rule.instrument, fill.quantity, fill.price, fill.ts)

    def apply(self, fill: Fill) -> Book | None:
        """Book a fill with the pod that ordered it; the same trade id counts once.

        Returns:
            The book it went to, or ``None`` where this fill had been booked already.
        """
        if not self._seen.add(fill.id):
            return None
        book = self.books.get(fill.pod) or self.books[HOUSE]
        notional, name, commission = self.notional(fill), fill.instrument, fill.commission
        rule = self._special.get(name) if self._special else None
        if rule is None:
            book.cash -= notional + commission
        else:
            _pay_for(book, rule, notional, commission)
        position = book.positions.get(name) or book.position(name)
        position.add(fill.quantity, notional, commission)
        self.total.apply(fill, notional)
        return book

    def apply_plain(self, fill: Fill) -> Book | None:
        """Do the same where no instrument is special, in fewer steps."""
        if not self._seen.add(fill.id):
            return None
        name, quantity, commission = fill.instrument, fill.quantity, fill.commission
        book, total = self.books.get(fill.pod) or self.books[HOUSE], self.total
        notional = on_grid(quantity * fill.price)
        paid = notional + commission
        book.cash -= paid
        position = book.positions.get(name) or book.position(name)
        position.add(quantity, notional, commission)
        total.cash -= paid
        held = total.quantities
        held[name] = held.get(name, ZERO) + quantity
        return book

    def pay(self, flow: CashFlow) -> Book:
        """Book money that moved without a trade, and return the book it went to.

        A settlement pays gains that a margined position has made: cash moves, value does not.
        """
        book, pocket = self.book_of(flow.pod), self.rules.pocket(flow.currency)
        book.take(pocket, flow.amount)
        if flow.cause == SETTLEMENT:
            book.owe(pocket, flow.amount)
        if flow.instrument:
            _note(book.position(flow.instrument), flow)
        self.total.pay(flow)
        return book

    def adjust(self, change: Adjustment) -> Book:
        """Book units that came or went without a trade, and return the book.

        Split: the units cost together what they did.  Margined: units come or go at ``cost``,
        unpaid.  With ``becomes``: the units' cost waits for the units they turn into, which come
        as the next adjustment of that instrument.  Else they end, and their cost is lost.
        """
        book = self.book_of(change.pod)
        position = book.position(change.instrument)
        rule = self._special.get(change.instrument)
        if change.cause == "split":
            position.split(change.units)
        elif rule is not None and not rule.paid:
            position.add(change.units, change.cost, ZERO)
            book.owe(rule.pocket, change.cost)
        elif change.becomes:
            key = (book.name, change.becomes)
            moved = position.release(change.units, change.cost)
            self._moving[key] = self._moving.get(key, ZERO) + moved
        else:
            cost = self._moving.pop((book.name, change.instrument), ZERO)
            position.add(change.units, cost + change.cost, ZERO)
        self.total.adjust(change)
        return book

    def book_of(self, pod: str) -> Book:
        """Return the book of a pod; the house's for what no pod owns."""
        return self.books.get(pod) or self.books[HOUSE]

    def reconcile(self, account: Account, instruments: Iterable[str] | None = None) -> None:
        """Compare the sum of the books with the broker's account, to the last digit.

        Args:
            account: what the broker says. instruments: which to compare, all by default; foreign
                money and what margined positions have not paid are always compared.

        Raises:
            BrokenPromiseError: they differ; the text names what and by how much.
        """
        books, total, pairs = self.books.values(), self.total, self.rules.pairs
        cash = ZERO
        for book in books:
            cash += book.cash
        if not cash == account.cash == total.cash:
            self._compare("cash", cash, account.cash)
            self._compare("cash in total", total.cash, cash)
        names = self._held(account) if instruments is None else instruments
        for name in [*names, *pairs] if pairs else names:
            units = ZERO
            for book in books:
                position = book.positions.get(name)
                if position is not None:
                    units += position.quantity
            theirs = account.quantities.get(name, ZERO)
            if not units == theirs == total.quantities.get(name, ZERO):
                self._compare(name, units, theirs)
                self._compare(f"{name} in total", total.quantities.get(name, ZERO), units)
        for pocket in sorted(total.unpaid) if total.unpaid else ():
            ours = sum((book.unpaid.get(pocket, ZERO) for book in books), ZERO)
            self._compare(f"unpaid {pocket}", ours, account.unpaid.get(pocket, ZERO))

    def _held(self, account: Account) -> list[str]:
        ours = {name for book in self.books.values() for name in book.positions}
        return sorted(ours | set(account.quantities))

    def _compare(self, what: str, ours: Decimal, theirs: Decimal) -> None:
        if ours != theirs:
            msg = f"the books do not add up: {what} is {ours} in the books, {theirs} at the broker"
            raise BrokenPromiseError(msg)


def _pay_for(book: Book, rule: Rule, notional: Decimal, commission: Decimal) -> None:
    """Pay for a fill of an instrument that is not plain."""
    if rule.paid:
        book.take(rule.pocket, -notional - commission)
    else:
        book.take(rule.pocket, -commission)
        book.owe(rule.pocket, notional)


def _note(position: Position, flow: CashFlow) -> None:
    """Note in a position what a cash flow was for."""
    if flow.cause == SETTLEMENT:
        position.settled += flow.amount
    elif flow.cause in PROCEEDS:
        position.realised += flow.amount
    elif flow.cause in CHARGES:
        position.commission -= flow.amount
    elif flow.cause not in PRICES:
        position.carry += flow.amount
