"""Names, numbers and times as Alpaca writes them."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from brokers.emulators.alpaca.errors import wrong
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import Status, VenueOrder

STATES = {
    Status.WAITING.value: "new",
    Status.NEW.value: "new",
    Status.PARTIALLY_FILLED.value: "partially_filled",
    Status.FILLED.value: "filled",
}
MS = 1000


def order_id(order: VenueOrder) -> str:
    """Return an order's id."""
    return f"{order.number:08x}-0000-4000-8000-{order.number:012x}"


def order_number(text: str) -> int:
    """Return the number in an order's id; one that nobody has where it is none."""
    try:
        return int(UUID(text).hex[-12:], 16)
    except ValueError:
        return -1


def asset_id(market: Market) -> str:
    """Return a market's id."""
    return str(UUID(hashlib.sha256(market.symbol.encode()).hexdigest()[:32]))


def joined(market: Market) -> str:
    """Return a market's name as positions have it."""
    return market.symbol.replace("/", "")


def side(sign: int) -> str:
    """Return the name of a side."""
    return "buy" if sign == BUY else "sell"


def state(value: str) -> str:
    """Return Alpaca's name of a status; whatever ends without being filled is cancelled."""
    return STATES.get(value, "canceled")


def stamp(milliseconds: int) -> str:
    """Return an instant as text."""
    found = datetime.fromtimestamp(milliseconds / MS, UTC)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(text: str, name: str) -> int:
    """Return an instant in milliseconds.

    Raises:
        AlpacaError: the text is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise wrong(f"Invalid format for parameter {name}: error parsing '{text}'") from None
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return round(found.timestamp() * MS)
