"""Futures: margined, settled in cash each day and at expiry; margin stands in the terms."""

from brokers.simulated.kinds.base import Item, Nature, from_terms
from magents.book.worth import form_of
from magents.model.instruments import FutureTerms, Kind

FUTURE = Nature(
    from_terms("initial", FutureTerms(0).initial),
    from_terms("maintenance", FutureTerms(0).maintenance),
    frozenset({Item.SETTLEMENT, Item.EXPIRY}),
    form_of(Kind.FUTURE),
)
