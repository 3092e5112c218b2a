"""Spot foreign exchange: a pair is held like a share of its base currency.

Margin: CFTC Regulation 5.9, 2 percent of the value for pairs of major currencies, 5 for others.
Holding a pair over night earns the base currency's interest and costs the other's (rollover).
"""

from decimal import Decimal

from brokers.simulated.kinds.base import Item, Nature, Quote
from magents.book.worth import base_of, worth
from magents.model.instruments import Instrument
from magents.model.money import on_grid

MAJORS = frozenset({"USD", "CAD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "SEK", "NOK", "DKK"})
_MAJOR, _OTHER = Decimal("0.02"), Decimal("0.05")


def rate_of(instrument: Instrument) -> Decimal:
    """Return the margin of a pair, as a fraction of its value."""
    return _MAJOR if {base_of(instrument), instrument.currency} <= MAJORS else _OTHER


def _needed(instrument: Instrument, quantity: Decimal, quote: Quote) -> Decimal:
    return on_grid(abs(worth(instrument, quantity, quote.price)) * rate_of(instrument))


FX = Nature(_needed, _needed, frozenset({Item.ROLLOVER}))
