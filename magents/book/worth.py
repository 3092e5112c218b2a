"""What a holding is worth and how its fills move money: the little that books must know of kinds.

A fill of a *paid* kind moves its notional in cash.  A fill of a *margined* kind moves only the
commission: what it would have cost stays unpaid, and gains are worth less unpaid until settled.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from magents.book.daycount import accrued
from magents.model.errors import DataError
from magents.model.instruments import BondTerms, Instrument, Kind
from magents.model.money import ONE, ZERO, on_grid

Worth = Callable[[Instrument, Decimal, Decimal, int], Decimal]
"""Instrument, signed units, price, instant: signed money in its currency, on the grid."""

PAR = frozenset({"USD", "USDT", "USDC", "BUSD", "DAI", "FDUSD", "TUSD", "USDP"})
"""Dollars and coins pegged to them: one is taken for another at par."""


def linear(instrument: Instrument, quantity: Decimal, price: Decimal, _at: int = 0) -> Decimal:
    """Units times price times multiplier."""
    return on_grid(quantity * price * instrument.multiplier)


def inverse(instrument: Instrument, quantity: Decimal, price: Decimal, _at: int = 0) -> Decimal:
    """Value in the coin of contracts of a fixed amount of money; it falls as the coin rises.

    Gains of a long position are ``quantity * multiplier * (1 / entry - 1 / price)`` coins
    (BitMEX, "Inverse Perpetual Contracts").
    """
    return on_grid(-quantity * instrument.multiplier / price) if price else ZERO


def dirty(instrument: Instrument, quantity: Decimal, price: Decimal, at: int = 0) -> Decimal:
    """Clean price plus accrued interest."""
    terms = instrument.terms
    whole = price + accrued(terms, at) if isinstance(terms, BondTerms) else price
    return on_grid(quantity * whole * instrument.multiplier)


class Form(NamedTuple):
    """How a kind is booked."""

    worth: Worth = linear
    paid: bool = True


PLAIN = Form()
FORMS: Mapping[Kind, Form] = {
    Kind.FUTURE: Form(paid=False),
    Kind.PERPETUAL: Form(paid=False),
    Kind.INVERSE_PERPETUAL: Form(inverse, paid=False),
    Kind.BOND: Form(dirty),
}
"""Kinds that are not simply paid in full; all others are :data:`PLAIN`."""


def form_of(kind: Kind) -> Form:
    """Return how a kind is booked."""
    return FORMS.get(kind, PLAIN)


def worth(instrument: Instrument, quantity: Decimal, price: Decimal, at: int = 0) -> Decimal:
    """Return what a holding is worth in the instrument's currency, signed, on the grid."""
    return form_of(instrument.kind).worth(instrument, quantity, price, at)


class Rule(NamedTuple):
    """How one instrument is booked; ``pocket`` is its currency, "" where it is the fund's."""

    instrument: Instrument
    worth: Worth
    paid: bool
    pocket: str


class Rules:
    """How the instruments of a run are booked, and what foreign money is worth.

    Args:
        instruments: what is traded. currency: the fund's; with "" all money is taken for one.

    Attributes:
        special: by id, instruments that are not simply units times price in the fund's money.
        pairs: by foreign currency, the instrument that prices it and whether upside down.

    Raises:
        DataError: nothing prices the currency of an instrument.
    """

    def __init__(self, instruments: Iterable[Instrument] = (), currency: str = "") -> None:
        """Look at each instrument once."""
        self.currency = currency
        known = sorted(instruments, key=lambda instrument: instrument.id)
        money = {self.pocket(i.currency) for i in known} - {""}
        self.pairs = {name: _pair(name, known, self) for name in sorted(money)}
        rules = ((i.id, self._rule(i)) for i in known)
        self.special = {name: rule for name, rule in rules if rule is not None}

    def _rule(self, instrument: Instrument) -> Rule | None:
        form, pocket = form_of(instrument.kind), self.pocket(instrument.currency)
        if form is PLAIN and not pocket and instrument.multiplier == ONE:
            return None
        return Rule(instrument, form.worth, form.paid, pocket)

    def pocket(self, currency: str) -> str:
        """Return which pocket money of a currency is in: "" for the fund's own."""
        own = self.currency
        at_par = currency == own or (currency in PAR and own in PAR)
        return "" if not own or not currency or at_par else currency

    def pocket_of(self, instrument: str) -> str:
        """Return the foreign money in which an instrument is paid, "" for the fund's own."""
        rule = self.special.get(instrument) if self.special else None
        return "" if rule is None else rule.pocket

    def rate(self, pocket: str, marks: Mapping[str, Decimal]) -> Decimal:
        """Return what a unit of a pocket's money is worth in the fund's, 0 while unknown."""
        if not pocket:
            return ONE
        name, upside_down = self.pairs[pocket]
        price = marks.get(name, ZERO)
        return ONE / price if upside_down and price else price

    def value(self, name: str, units: Decimal, marks: Mapping[str, Decimal], at: int) -> Decimal:
        """Return what units of an instrument or of foreign money are worth in the fund's money."""
        if name in self.pairs:
            return units * self.rate(name, marks)
        price, rule = marks.get(name, ZERO), self.special.get(name)
        if rule is None:
            return units * price
        own = rule.worth(rule.instrument, units, price, at) if price else ZERO
        return own * self.rate(rule.pocket, marks) if rule.pocket else own

    def per_unit(self, prices: Mapping[str, Any], at: int = 0) -> dict[str, Any]:
        """Return what one unit is worth in the fund's money, foreign money included.

        Args:
            prices: by instrument, a float or an array of floats, 0 while unknown.
            at: the instant, for accrued interest.
        """
        rates = {name: self._float_rate(name, prices) for name in self.pairs}
        worths = dict(prices)
        for name, rule in self.special.items():
            if name in prices:
                own = _float_worth(rule, prices[name], at)
                worths[name] = own * rates[rule.pocket] if rule.pocket else own
        return worths | rates

    def _float_rate(self, pocket: str, prices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - float or array
        name, upside_down = self.pairs[pocket]
        price = prices.get(name, 0.0)
        return _reciprocal(price) if upside_down else price


def _float_worth(rule: Rule, price: Any, at: int) -> Any:  # noqa: ANN401 - float or array
    """Return what a unit is worth in its own currency; nothing while its price is 0."""
    factor = float(rule.instrument.multiplier)
    if rule.worth is inverse:
        return -factor * _reciprocal(price)
    if rule.worth is dirty and isinstance(rule.instrument.terms, BondTerms):
        return (price + (price != 0) * float(accrued(rule.instrument.terms, at))) * factor
    return price * factor


def _reciprocal(price: Any) -> Any:  # noqa: ANN401 - float or array
    """Return one over a price, 0 where the price is."""
    return (price != 0) / (price + (price == 0))


def _pair(currency: str, known: list[Instrument], rules: Rules) -> tuple[str, bool]:
    """Return what prices a currency in the fund's: a pair, a spot coin, or its own perpetual."""
    own = [i for i in known if not rules.pocket(i.currency)]
    foreign = [i for i in known if i.currency == currency]
    found = (
        [(i.id, False) for i in own if i.kind is Kind.FX and base_of(i) == currency]
        + [(i.id, False) for i in own if i.kind is Kind.SPOT_CRYPTO and base_of(i) == currency]
        + [(i.id, True) for i in foreign if i.kind is Kind.FX and not rules.pocket(base_of(i))]
        + [(i.id, False) for i in foreign if i.kind is Kind.INVERSE_PERPETUAL]
    )
    if found:
        return found[0]
    names = ", ".join(i.id for i in foreign[:3])
    raise DataError(
        f"{names} trade in {currency} and the fund counts in {rules.currency}, "
        f"but nothing says what {currency} is worth; add bars of {currency}/{rules.currency}"
    )


def base_of(instrument: Instrument) -> str:
    """Return what a pair is of: ``EUR`` of ``EUR/USD``."""
    return instrument.base or instrument.id.partition("/")[0]
