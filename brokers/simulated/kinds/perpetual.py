"""Perpetual swaps: margined, funded at fixed times, settled each day like a future.

An inverse one is worth money in the coin: see :func:`magents.book.worth.inverse`.
"""

from brokers.simulated.kinds.base import Item, Nature, from_terms
from magents.book.worth import form_of
from magents.model.instruments import Kind, PerpetualTerms

_ITEMS = frozenset({Item.SETTLEMENT, Item.FUNDING, Item.DELISTING})
_INITIAL = from_terms("initial", PerpetualTerms().initial)
_MAINTENANCE = from_terms("maintenance", PerpetualTerms().maintenance)

PERPETUAL = Nature(_INITIAL, _MAINTENANCE, _ITEMS, form_of(Kind.PERPETUAL))
INVERSE = Nature(_INITIAL, _MAINTENANCE, _ITEMS, form_of(Kind.INVERSE_PERPETUAL))
