"""Bonds: quoted clean per 100 of face, paid with accrued interest.

Margin: FINRA Rule 4210(e)(2), 10 percent of the value of investment-grade debt.
"""

from decimal import Decimal

from brokers.simulated.kinds.base import Item, Nature, fraction
from magents.book.worth import form_of
from magents.model.instruments import Kind

_TENTH = fraction(Decimal("0.1"))
BOND = Nature(
    _TENTH, _TENTH, frozenset({Item.COUPON, Item.EXPIRY, Item.DELISTING}), form_of(Kind.BOND)
)
