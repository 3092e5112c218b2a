"""What trades and flows of any instrument come to in the fund's money, as its books have it.

Foreign money counts at the rate at the end of the run: what was made of it is still in it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from magents.book.worth import Rules
from magents.model.instruments import Instrument
from magents.model.money import ONE, exact, on_grid
from magents.model.records import CashFlow
from magents.model.results import RunResult


class Valuer:
    """Turns units and money of any kind into the fund's money.

    Args:
        instruments: those that are not plain; others count as units times price.
        currency: the fund's. marks: last close by instrument, for rates.
    """

    def __init__(
        self,
        instruments: Iterable[Instrument] = (),
        currency: str = "",
        marks: Mapping[str, float] | None = None,
    ) -> None:
        """Look at each instrument once."""
        rules = self._rules = Rules(instruments, currency)
        needed = {name for name, _ in rules.pairs.values()}
        known = {name: exact(price) for name, price in (marks or {}).items() if name in needed}
        self._rates = {pocket: rules.rate(pocket, known) for pocket in rules.pairs}

    def notional(self, name: str, quantity: Decimal, price: Decimal, ts: int) -> Decimal:
        """Return what units are worth at a price, signed."""
        rule = self._rules.special.get(name)
        if rule is None:
            return on_grid(quantity * price)
        own = rule.worth(rule.instrument, quantity, price, ts)
        return on_grid(own * self._rates[rule.pocket]) if rule.pocket else own

    def money(self, name: str, amount: Decimal) -> Decimal:
        """Return what an amount in the currency of an instrument is worth."""
        rule = self._rules.special.get(name)
        if rule is None or not rule.pocket:
            return amount
        return on_grid(amount * self._rates[rule.pocket])

    def flow(self, flow: CashFlow) -> Decimal:
        """Return what a cash flow is worth."""
        pocket = self._rules.pocket(flow.currency)
        return on_grid(flow.amount * self._rates[pocket]) if pocket in self._rates else flow.amount

    def multiplier(self, name: str) -> Decimal:
        """Return the money a unit of price is worth, per unit."""
        rule = self._rules.special.get(name)
        return ONE if rule is None else rule.instrument.multiplier


def valuer_of(result: RunResult) -> Valuer:
    """Return what values the trades of a run."""
    return Valuer(result.instruments, result.currency, result.marks)
