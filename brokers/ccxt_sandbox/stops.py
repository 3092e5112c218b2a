"""Stops: how an order that waits for a price is asked for, at the venues that take them."""

from decimal import Decimal
from typing import Any

from magents.model.money import plain
from magents.model.orders import OrderType, Side

STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
KINDS = {OrderType.STOP: "market", OrderType.STOP_LIMIT: "limit"}
"""What a stop becomes once the price is there, in ccxt's words."""


def stop_params(venue: str, side: Side, stop: Decimal) -> dict[str, Any]:
    """Return what goes with a stop: its price, which way the price must go, whose price it is."""
    params: dict[str, Any] = {"triggerPrice": plain(stop)}
    if venue == "bybit":
        params["triggerDirection"] = "ascending" if side is Side.BUY else "descending"
    if venue == "krakenfutures":
        params["triggerSignal"] = "last"
    return params
