"""Names and numbers as OKX writes them."""

from decimal import Decimal

from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import Status, VenueOrder
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

SPOT, SWAP = "SPOT", "SWAP"
BASE = 500_000_000_000_000_000
"""Added to the numbers of orders."""
BARS = {
    "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1H": 60, "2H": 120, "4H": 240,
    "6Hutc": 360, "12Hutc": 720, "1Dutc": 1440,
}  # fmt: skip
"""Candles and their minutes. ``1s`` is known too; those of Hong Kong's day are not emulated."""
STATES = {
    Status.NEW.value: "live",
    Status.PARTIALLY_FILLED.value: "partially_filled",
    Status.FILLED.value: "filled",
}


def kind_of(market: Market) -> str:
    """Return the type of instrument that a market is."""
    return SWAP if market.kind == LINEAR else SPOT


def named(venue: Venue, name: object) -> Market | None:
    """Return a market by its ``instId``, ``None`` where there is none."""
    found = (each for each in venue.exchange.markets.values() if each.symbol == name)
    return next(found, None)


def size(market: Market, quantity: Decimal) -> str:
    """Return a quantity as OKX tells it: coins, or of a swap contracts."""
    return plain(quantity / market.face)


def order_id(order: VenueOrder) -> str:
    """Return an order's id."""
    return str(BASE + order.number)


def order_number(text: str) -> int:
    """Return the number in an order's id; one that nobody has where it is none."""
    return int(text) - BASE if text.isdigit() else -1


def side(sign: int) -> str:
    """Return the name of a side."""
    return "buy" if sign == BUY else "sell"


def state(value: str) -> str:
    """Return OKX's name of a status; whatever ends without being filled is cancelled."""
    return STATES.get(value, "canceled")


def charged(fee: Decimal) -> Decimal:
    """Return a fee as OKX has it: negative where it is paid."""
    return -fee if fee else fee


def cancel_source(order: VenueOrder) -> str:
    """Return the number of the reason for which an order was cancelled, empty for one that was not.

    1 by its owner, 31 post-only that would have traded, 13 fill or kill, 14 immediate or cancel,
    32 so that its owner does not trade with himself.
    """
    if order.open or order.status is Status.FILLED:
        return ""
    if order.cancel_id:
        return "1"
    if order.note == "post only":
        return "31"
    if order.status is Status.EXPIRED_IN_MATCH:
        return "32"
    return "13" if order.ask.label == "fok" else "14"
