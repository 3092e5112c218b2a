"""Listed options: the premium is paid; at expiry they are worth their intrinsic value.

Margin: FINRA Rule 4210(f)(2).  A long option is paid in full.  A short one needs its premium and
20 percent of the underlying's value less what it is out of the money, and at least its premium
and 10 percent of the underlying's value (of the strike for a put).
"""

from decimal import Decimal

from brokers.simulated.kinds.base import Item, Nature, Quote
from magents.book.worth import worth
from magents.model.errors import BrokenPromiseError
from magents.model.instruments import Instrument, OptionTerms
from magents.model.money import ZERO, on_grid

_FIFTH, _TENTH = Decimal("0.2"), Decimal("0.1")


def terms_of(instrument: Instrument) -> OptionTerms:
    """Return the terms of an option.

    Raises:
        BrokenPromiseError: it is none.
    """
    if isinstance(instrument.terms, OptionTerms):
        return instrument.terms
    raise BrokenPromiseError(f"{instrument.id} has no terms of an option")


def intrinsic(terms: OptionTerms, underlying: Decimal) -> Decimal:
    """Return what exercising a unit now brings, never negative."""
    gain = underlying - terms.strike
    return max(ZERO, gain if terms.right == "call" else -gain)


def _needed(instrument: Instrument, quantity: Decimal, quote: Quote) -> Decimal:
    premium = abs(worth(instrument, quantity, quote.price))
    if quantity >= 0:
        return premium
    terms = terms_of(instrument)
    spot = terms.strike if quote.underlying is None else quote.underlying
    gain = spot - terms.strike if terms.right == "call" else terms.strike - spot
    least = _TENTH * (spot if terms.right == "call" else terms.strike)
    risk = max(_FIFTH * spot + min(ZERO, gain), least)
    return premium + on_grid(abs(quantity) * instrument.multiplier * risk)


OPTION = Nature(_needed, _needed, frozenset({Item.EXPIRY}))
