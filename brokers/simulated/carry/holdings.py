"""What each pod holds at the broker: units, money, and what margined positions have not paid."""

from collections.abc import Mapping
from decimal import Decimal

from magents.book.ledger import HOUSE, SETTLEMENT
from magents.book.worth import Rules
from magents.model.money import ZERO
from magents.model.records import Adjustment, CashFlow, Fill

Amounts = dict[str, dict[str, Decimal]]


class Holdings:
    """The broker's side of the books, by pod.

    Attributes:
        units: by instrument, by pod, signed; flat ones are left out.
        unpaid: the same, for margined instruments: notional not paid and not settled.
        money: by pocket ("" the fund's currency), by pod.

    Args:
        rules: how instruments are booked. capital: the fund's cash; the house's until allocated.
    """

    def __init__(self, rules: Rules, capital: Decimal = ZERO) -> None:
        """Hold cash only."""
        self._rules = rules
        self._special = rules.special
        self.units: Amounts = {}
        self.unpaid: Amounts = {}
        self.money: Amounts = {"": {HOUSE: capital}}

    def of(self, instrument: str) -> Mapping[str, Decimal]:
        """Return the signed units by pod."""
        return self.units.get(instrument, {})

    def allocate(self, pod: str, amount: Decimal) -> None:
        """Let the house give money to a pod (take it back where negative)."""
        _add(self.money, "", HOUSE, -amount)
        _add(self.money, "", pod, amount)

    def apply(self, fill: Fill, notional: Decimal) -> None:
        """Book a fill."""
        rule = self._special.get(fill.instrument)
        pocket, paid = ("", True) if rule is None else (rule.pocket, rule.paid)
        out = fill.commission + notional if paid else fill.commission
        _add(self.money, pocket, fill.pod, -out)
        _add(self.units, fill.instrument, fill.pod, fill.quantity)
        if not paid:
            _add(self.unpaid, fill.instrument, fill.pod, notional)

    def pay(self, flow: CashFlow) -> None:
        """Book money that moved without a trade."""
        _add(self.money, self._rules.pocket(flow.currency), flow.pod, flow.amount)
        if flow.cause == SETTLEMENT:
            _add(self.unpaid, flow.instrument, flow.pod, flow.amount)

    def adjust(self, change: Adjustment) -> None:
        """Book units that came or went without a trade."""
        _add(self.units, change.instrument, change.pod, change.units)
        rule = self._special.get(change.instrument)
        if rule is not None and not rule.paid and change.cause != "split":
            _add(self.unpaid, change.instrument, change.pod, change.cost)

    def book(self, move: CashFlow | Adjustment) -> None:
        """Book either."""
        if isinstance(move, CashFlow):
            self.pay(move)
        else:
            self.adjust(move)


def _add(table: Amounts, row: str, pod: str, amount: Decimal) -> None:
    """Add to a cell; a cell that is nothing is left out."""
    cells = table.setdefault(row, {})
    total = cells.get(pod, ZERO) + amount
    if total:
        cells[pod] = total
    else:
        cells.pop(pod, None)
