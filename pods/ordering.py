"""How an order may be given: the words a desk understands, and the order they make."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from magents.model.money import exact
from magents.model.orders import MARKET, Order, OrderType, Side, TimeInForce

Number = Decimal | float | str

PRICES = ("limit", "stop", "trail", "trail_percent", "limit_offset", "display")


class How(TypedDict, total=False):
    """What may be said of an order; the type follows from the prices unless it is given.

    Attributes:
        type: only needed for if-touched orders. limit: worst price. stop: trigger price.
        trail: distance of a trailing stop in money; trail_percent: as a percentage.
        limit_offset: makes a trailing stop a limit order that far beyond the stop.
        tif: how long it works, ``gtc`` by default. expires: instant, means ``gtd``.
        post_only, reduce_only: see :class:`magents.model.orders.Order`.
        display: units shown of an iceberg. group: orders that cancel each other.
        parent: id of the order whose fill wakes it.
        signal: journal number of the signal it answers. reason: why, in words.
    """

    type: OrderType | str
    limit: Number | None
    stop: Number | None
    trail: Number | None
    trail_percent: Number | None
    limit_offset: Number | None
    display: Number | None
    tif: TimeInForce | str
    expires: int
    post_only: bool
    reduce_only: bool
    group: str
    parent: str
    signal: int
    reason: str


def make_order(  # noqa: PLR0913 - the fields every order has
    now: int, name: str, pod: str, instrument: str, side: Side, units: Decimal, how: How
) -> Order:
    """Return the order that the words make.

    Raises:
        ValueError: a word is unknown, or a type or time in force is none.
    """
    words: Mapping[str, Any] = how
    if len(words) == len(_PLAIN) and "signal" in words and "reason" in words:
        # What a pod of signals says: a quick way for most orders.
        signal, reason = words["signal"], words["reason"]
        return Order(now, name, pod, instrument, side, units, MARKET, None, None, signal, reason)
    if words.keys() <= _PLAIN:
        return Order(now, name, pod, instrument, side, units, **words)
    given = {word: value for word, value in words.items() if value is not None}
    unknown = given.keys() - How.__annotations__.keys()
    if unknown:
        msg = f"an order has no {', '.join(sorted(unknown))}"
        raise ValueError(msg)
    given.update({key: exact(given[key]) for key in PRICES if key in given})
    given["type"] = OrderType(given.get("type") or order_type(given))
    if "tif" in given or "expires" in given:
        given["tif"] = TimeInForce(given.get("tif", TimeInForce.GTD))
    return Order(now, name, pod, instrument, side, units, **given)


_PLAIN = frozenset({"signal", "reason"})


def order_type(given: dict[str, Any]) -> OrderType:
    """Return the type that the given prices mean."""
    if "trail" in given or "trail_percent" in given:
        limited = "limit_offset" in given
        return OrderType.TRAILING_STOP_LIMIT if limited else OrderType.TRAILING_STOP
    if "stop" in given:
        return OrderType.STOP_LIMIT if "limit" in given else OrderType.STOP
    return OrderType.LIMIT if "limit" in given else OrderType.MARKET
