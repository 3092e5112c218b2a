"""Numbers and names as Bybit writes them."""

from brokers.emulators.core.market import LINEAR
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import Status, VenueOrder

SPOT_BASE = 1_500_000_000_000_000_000
"""Added to the numbers of spot orders."""
SPANS = {
    "1": 1, "3": 3, "5": 5, "15": 15, "30": 30, "60": 60, "120": 120, "240": 240, "360": 360,
    "720": 720, "D": 1440,
}  # fmt: skip


def order_id(order: VenueOrder) -> str:
    """Return an order's id: a number for spot, a UUID for the rest."""
    if order.market.kind != LINEAR:
        return str(SPOT_BASE + order.number)
    return f"{order.number:08x}-0000-4000-8000-{order.number:012x}"


def order_number(text: str) -> int:
    """Return the number in an order's id; one that nobody has where it is none."""
    try:
        return int(text[-12:], 16) if "-" in text else int(text) - SPOT_BASE
    except ValueError:
        return -1


def side(sign: int) -> str:
    """Return the name of a side."""
    return "Buy" if sign == BUY else "Sell"


def status(order: VenueOrder, value: str) -> str:
    """Return Bybit's name of a status."""
    known = {
        Status.WAITING.value: "Untriggered",
        Status.NEW.value: "New",
        Status.PARTIALLY_FILLED.value: "PartiallyFilled",
        Status.FILLED.value: "Filled",
        Status.REJECTED.value: "Rejected",
    }
    if value in known:
        return known[value]
    if not order.triggered and order.ask.stop is not None:
        return "Deactivated"
    partly = order.filled and order.market.kind != LINEAR
    return "PartiallyFilledCanceled" if partly else "Cancelled"
