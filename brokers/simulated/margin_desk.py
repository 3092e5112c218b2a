"""The margin of the account as it stands, and along the prices that are loaded."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from brokers.simulated.carry.moves import Units
from brokers.simulated.kinds.arrays import Along, maintenance
from brokers.simulated.kinds.base import Quote
from brokers.simulated.margin import Line, Margin, line, margin
from magents.book.ledger import Account
from magents.book.marks import PanelMarks
from magents.book.segments import prices_along, worths_along
from magents.book.worth import Rules
from magents.model.bars import Floats, Instants
from magents.model.instruments import Instrument, OptionTerms
from magents.model.money import ZERO, on_grid

Kept = Callable[[], Mapping[str, Units]]
"""Returns units by instrument, by pod, as they are once everything forced has filled."""

Last = Callable[[str], Decimal | None]
"""The last price of an instrument, ``None`` before the first."""

TOLERANCE = 1e-6
"""Floats this near to a call are looked at exactly."""


class MarginDesk:
    """Reckons equity and margin; what is being closed by force counts as closed for margin.

    Args:
        instruments: by id. rules: how they are booked. account: the fund's.
        kept: units that need margin. price: the last ones.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        rules: Rules,
        account: Account,
        kept: Kept,
        price: Last,
    ) -> None:
        """Keep what it is reckoned from."""
        self._instruments = instruments
        self._rules = rules
        self._account = account
        self._kept = kept
        self._price = price

    def state(self, now: int) -> Margin | None:
        """Return the margin of the account, ``None`` while something held has no price yet."""
        account, nets = self._account, self.nets()
        held = [name for name in self._names() if account.units(name)]
        marks = self._marks([*nets, *held])
        if not all(self._is_known(name, marks) for name in held):
            return None
        value = self._rules.value
        worth = sum((value(name, account.units(name), marks, now) for name in held), ZERO)
        lines = (self._line(name, units, marks, now) for name, units in nets.items())
        return margin(account.liquid + on_grid(worth), [each for each in lines if each])

    def more(self, instrument: str, units: Decimal, price: Decimal | None, now: int) -> Decimal:
        """Return how much initial margin signed units add; nothing while there is no price.

        Args:
            price: taken where there is no last one, such as the limit of an order.
        """
        marks = self._marks([instrument])
        if price is not None:
            marks.setdefault(instrument, price)
        net = self.nets().get(instrument, ZERO)
        after, before = (self._line(instrument, n, marks, now) for n in (net + units, net))
        return ZERO if after is None or before is None else after.initial - before.initial

    def nets(self) -> dict[str, Decimal]:
        """Return the account's net units by instrument, flat ones left out."""
        found = {name: sum(units.values(), ZERO) for name, units in self._kept().items()}
        return {name: found[name] for name in sorted(found) if found[name]}

    def called(self, tables: list[PanelMarks], timeline: Instants) -> npt.NDArray[np.bool_]:
        """Return at which instants equity may be below maintenance, if nothing else happens."""
        prices = prices_along(tables, timeline)
        worths = worths_along(self._rules, prices, timeline)
        account, zeros = self._account, np.zeros(len(timeline))
        equity, needed = zeros + float(account.liquid), zeros.copy()
        known = np.ones(len(timeline), np.bool_)
        for name in self._names():
            units = float(account.units(name))
            if units:
                equity += units * worths.get(name, zeros)
                known &= worths.get(name, zeros) != 0
        for name, net in self.nets().items():
            needed += self._needed(name, float(net), prices, worths, timeline)
        found: npt.NDArray[np.bool_] = known & (equity < needed + TOLERANCE * (1 + needed))
        return found

    def _needed(
        self,
        name: str,
        units: float,
        prices: Mapping[str, Floats],
        worths: Mapping[str, Floats],
        timeline: Instants,
    ) -> Floats:
        instrument, zeros = self._instruments[name], np.zeros(len(timeline))
        pocket = self._rules.pocket(instrument.currency)
        rate = worths[pocket] if pocket else zeros + 1
        terms = instrument.terms
        spot = prices.get(terms.underlying, zeros) if isinstance(terms, OptionTerms) else zeros
        return maintenance(
            instrument, units, Along(timeline, prices[name], worths[name], rate, spot)
        )

    def _line(
        self, name: str, units: Decimal, marks: Mapping[str, Decimal], now: int
    ) -> Line | None:
        instrument = self._instruments[name]
        rate = self._rules.rate(self._rules.pocket(instrument.currency), marks)
        if name not in marks or not rate:
            return None
        terms = instrument.terms
        spot = marks.get(terms.underlying) if isinstance(terms, OptionTerms) else None
        return line(instrument, units, Quote(marks[name], now, spot), rate)

    def _names(self) -> list[str]:
        """Return what the account has: instruments and foreign money."""
        return sorted({*self._account.quantities, *self._account.unpaid} - {""})

    def _is_known(self, name: str, marks: Mapping[str, Decimal]) -> bool:
        """Return whether it is known what something is worth in the fund's money."""
        pairs = self._rules.pairs
        instrument = self._instruments.get(name)
        pocket = name if instrument is None else self._rules.pocket(instrument.currency)
        priced = instrument is None or name in marks
        return priced and (pocket not in pairs or pairs[pocket][0] in marks)

    def _marks(self, names: Iterable[str]) -> dict[str, Decimal]:
        """Return the last prices of instruments and of whatever else their worth depends on."""
        wanted = {*names, *(pair for pair, _ in self._rules.pairs.values())}
        for name in names:
            instrument = self._instruments.get(name)
            if instrument is not None and isinstance(instrument.terms, OptionTerms):
                wanted.add(instrument.terms.underlying)
        found = ((name, self._price(name)) for name in wanted if name in self._instruments)
        return {name: price for name, price in found if price is not None}
