"""What a kind of instrument must say about itself."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from magents.book.worth import PLAIN, Form, worth
from magents.model.instruments import Instrument
from magents.model.money import exact, on_grid


class Item(StrEnum):
    """What may move money or units of a holding without a trade."""

    DIVIDEND = "dividend"
    SPLIT = "split"
    EXCHANGE = "exchange"
    DELISTING = "delisting"
    BORROW = "borrow"
    FUNDING = "funding"
    SETTLEMENT = "settlement"
    EXPIRY = "expiry"
    COUPON = "coupon"
    ROLLOVER = "rollover"


class Quote(NamedTuple):
    """What margin is reckoned from: a price, the instant, the underlying's price."""

    price: Decimal
    at: int = 0
    underlying: Decimal | None = None


Requirement = Callable[[Instrument, Decimal, Quote], Decimal]
"""Instrument, signed units, quote: money needed in the instrument's currency, never negative."""


@dataclass(frozen=True, slots=True)
class Nature:
    """A kind of instrument.

    Attributes:
        initial: margin to open. maintenance: margin to keep.
        items: what it is carried by. form: how its fills are booked.
    """

    initial: Requirement
    maintenance: Requirement
    items: frozenset[Item] = frozenset()
    form: Form = PLAIN

    @property
    def paid(self) -> bool:
        """Return whether a fill moves its notional in cash."""
        return self.form.paid

    def worth(
        self, instrument: Instrument, quantity: Decimal, price: Decimal, at: int = 0
    ) -> Decimal:
        """Return signed money in the instrument's currency, on the grid."""
        return self.form.worth(instrument, quantity, price, at)


def fraction(rate: Decimal) -> Requirement:
    """Return a requirement that is a fixed fraction of what the holding is worth."""

    def required(instrument: Instrument, quantity: Decimal, quote: Quote) -> Decimal:
        return on_grid(abs(worth(instrument, quantity, quote.price, quote.at)) * rate)

    return required


def from_terms(name: str, default: float) -> Requirement:
    """Return a requirement whose fraction stands in the instrument's terms."""

    def required(instrument: Instrument, quantity: Decimal, quote: Quote) -> Decimal:
        rate = exact(float(getattr(instrument.terms, name, default)))
        return on_grid(abs(worth(instrument, quantity, quote.price, quote.at)) * rate)

    return required
