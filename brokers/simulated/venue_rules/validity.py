"""V3: prices, time in force and flags that go together."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from magents.model.instruments import Kind
from magents.model.money import plain
from magents.model.orders import Order, OrderType, TimeInForce
from magents.model.time import iso

_T = OrderType
NEEDS: Mapping[OrderType, tuple[str, ...]] = {
    _T.MARKET: (),
    _T.LIMIT: ("limit",),
    _T.STOP: ("stop",),
    _T.STOP_LIMIT: ("stop", "limit"),
    _T.MARKET_IF_TOUCHED: ("stop",),
    _T.LIMIT_IF_TOUCHED: ("stop", "limit"),
    _T.TRAILING_STOP: (),
    _T.TRAILING_STOP_LIMIT: ("limit_offset",),
}
"""The prices that each type must have."""

TRAILING = frozenset({_T.TRAILING_STOP, _T.TRAILING_STOP_LIMIT})
AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
AUCTIONS = frozenset({TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE})
_PLAIN = frozenset({_T.MARKET, _T.LIMIT})
_RESTS = frozenset({_T.LIMIT, _T.STOP_LIMIT, _T.LIMIT_IF_TOUCHED})
_BELOW_ZERO = frozenset({Kind.FUTURE})
"""Kinds whose prices may be zero or less, as those of oil in April 2020."""


class ValidityRule(Rule):
    """Refuses combinations that mean nothing."""

    number = "V3"
    asks_plain = False

    def refusal(self, question: VenueQuestion) -> str:
        """Return the first thing that does not go together; most orders say nothing special."""
        order = question.order
        if order.type is OrderType.MARKET and not said(order):
            return ""
        return next(_faults(question), "")


def said(order: Order) -> bool:
    """Return whether an order has a trail, a display, a flag or a time of its own."""
    return (
        order.tif is not TimeInForce.GTC
        or order.trail is not None
        or order.trail_percent is not None
        or order.display is not None
        or order.post_only
    )


def _faults(question: VenueQuestion) -> Iterator[str]:
    order = question.order
    yield from _missing(order, allow_negative=question.instrument.kind in _BELOW_ZERO)
    yield from _trail(order)
    yield from _time(order, question.now)
    yield from _flags(order, question.instrument.lot)


def _missing(order: Order, *, allow_negative: bool) -> Iterator[str]:
    for name in NEEDS[order.type]:
        price = getattr(order, name)
        if price is None:
            yield f"a {order.type} order needs a {name} price, and has none"
        elif name == "limit_offset" and price < 0:
            yield f"a limit_offset of {plain(price)} is below 0"
        elif name != "limit_offset" and price <= 0 and not allow_negative:
            yield f"a {order.type} order needs a {name} above 0, and has {plain(price)}"


def _trail(order: Order) -> Iterator[str]:
    distances = [d for d in (order.trail, order.trail_percent) if d is not None]
    if order.type not in TRAILING:
        if distances:
            yield f"a {order.type} order has no trail, and {plain(distances[0])} is given"
    elif len(distances) != 1:
        yield f"a {order.type} order needs one trail, and has {len(distances)}"
    elif distances[0] <= 0:
        yield f"a trail of {plain(distances[0])} is not above 0"
    elif order.trail_percent is not None and order.trail_percent >= 100:  # noqa: PLR2004 - percent
        yield f"a trail of {plain(order.trail_percent)} percent is not below 100"


def _time(order: Order, now: int) -> Iterator[str]:
    if order.tif is TimeInForce.GTD and order.expires <= now:
        yield f"it would expire at {iso(order.expires)}, which is not after {iso(now)}"
    if order.tif in AT_ONCE | AUCTIONS and order.type not in _PLAIN:
        yield f"a {order.type} order waits for a price, and {order.tif} lets nothing wait"


def _flags(order: Order, lot: Decimal) -> Iterator[str]:
    waits = order.tif not in AT_ONCE | AUCTIONS
    if order.post_only and not (order.type in _RESTS and waits):
        yield f"post-only is for orders that rest at a limit, not for {order.type} {order.tif}"
    if order.display is None:
        return
    if not (order.type in _RESTS and waits):
        yield f"a display is for orders that rest at a limit, not for {order.type} {order.tif}"
    if not 0 < order.display <= order.quantity or order.display % lot:
        yield (
            f"a display of {plain(order.display)} is no multiple of the lot {plain(lot)} "
            f"up to the quantity {plain(order.quantity)}"
        )
