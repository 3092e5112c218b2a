"""Equities, ETFs and spot coins: paid in full, units times price.

Margin of shares: Regulation T, 12 CFR 220.12, half of the value to open; FINRA Rule 4210(c) to
keep: a quarter of a long position; of a short one 30 percent and at least 5.00 a share, under
5.00 all of it and at least 2.50 a share.  Coins are paid in full, long or short.
"""

from decimal import Decimal

from brokers.simulated.kinds.base import Item, Nature, Quote, fraction
from magents.book.worth import worth
from magents.model.instruments import Instrument
from magents.model.money import ONE, on_grid

_HALF, _QUARTER, _SHORT = Decimal("0.5"), Decimal("0.25"), Decimal("0.3")
_CHEAP, _LEAST, _LEAST_CHEAP = Decimal(5), Decimal(5), Decimal("2.5")


def _kept(instrument: Instrument, quantity: Decimal, quote: Quote) -> Decimal:
    value = abs(worth(instrument, quantity, quote.price))
    if quantity >= 0:
        return on_grid(value * _QUARTER)
    units = abs(quantity) * instrument.multiplier
    if quote.price < _CHEAP:
        return on_grid(max(value, units * _LEAST_CHEAP))
    return on_grid(max(value * _SHORT, units * _LEAST))


SHARE = Nature(
    fraction(_HALF),
    _kept,
    frozenset({Item.DIVIDEND, Item.SPLIT, Item.EXCHANGE, Item.DELISTING, Item.BORROW}),
)
SPOT = Nature(
    fraction(ONE),
    fraction(ONE),
    frozenset({Item.SPLIT, Item.EXCHANGE, Item.DELISTING, Item.BORROW}),
)
