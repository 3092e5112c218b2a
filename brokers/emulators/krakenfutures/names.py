"""Numbers, ids and times as Kraken futures writes them."""

import zlib
from datetime import UTC, datetime
from decimal import Decimal

from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import Kind, Life, VenueOrder

ORDER, TRADE = "4000-8000", "4000-9000"
"""What tells ids of orders from ids of trades; both are version 4 UUIDs in form."""
SPANS = {
    "1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "12h": 720, "1d": 1440,
    "1w": 10_080,
}  # fmt: skip
UUID_LENGTH = 36


def number(value: Decimal | int) -> float:
    """Return a JSON number: Kraken futures writes most amounts without quotes."""
    return float(value)


def order_id(order: VenueOrder) -> str:
    """Return an order's id."""
    return f"{order.number:08x}-0000-{ORDER}-{order.number:012x}"


def order_number(text: str) -> int | None:
    """Return the number in an order's id, ``None`` where it is no id at all."""
    if len(text) != UUID_LENGTH or text.count("-") != 4:  # noqa: PLR2004 - of a UUID
        return None
    try:
        return int(text[-12:], 16) if ORDER in text else -1
    except ValueError:
        return None


def trade_id(market: Market, trade: int) -> str:
    """Return a trade's id; trades of each market are counted on their own."""
    place = zlib.crc32(market.symbol.encode()) & 0xFFFF
    return f"{trade:08x}-{place:04x}-{TRADE}-{trade:012x}"


def side(sign: int) -> str:
    """Return the name of a side."""
    return "buy" if sign == BUY else "sell"


def iso(ms: int) -> str:
    """Return an instant in milliseconds as text."""
    stamp = datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{ms % 1000:03d}Z"


def millis(text: str) -> int:
    """Return an instant, given as text or as milliseconds.

    Raises:
        ValueError: it is neither.
    """
    if text.lstrip("-").isdigit():
        return int(text)
    when = datetime.fromisoformat(text)
    return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def kind(order: VenueOrder) -> str:
    """Return the type of an order as it was asked for, as order events have it."""
    if order.ask.stop is not None and not order.triggered:
        return order.ask.label
    if order.ask.kind is Kind.MARKET or order.ask.life is Life.IOC:
        return "ioc"
    return "post" if order.ask.post_only else "lmt"


def resting(order: VenueOrder) -> bool:
    """Say whether an order is of a kind that can stand in the list of open orders."""
    waits = order.ask.stop is not None and not order.triggered
    return waits or (order.ask.kind is Kind.LIMIT and order.ask.life is Life.GTC)
