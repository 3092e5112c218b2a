"""OKX's codes: of a request as a whole, and of each order in it (``sCode``)."""

from typing import Any

from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import RefusedError, Why

FIRST_OF_ORDERS = 51_000
"""Codes from here on are about an order, and are told with it where it was to be changed."""


class OkxError(Exception):
    """An error answer.

    Attributes:
        rows: the orders it is about, each with its own ``sCode``; empty where it is about none.
    """

    def __init__(
        self, code: int, message: str, status: int = 200, rows: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.rows = rows or []


def bad(name: str) -> OkxError:
    """Return the error for a parameter that makes no sense."""
    return OkxError(51000, f"Parameter {name} error")


def empty(name: str) -> OkxError:
    """Return the error for a parameter that is missing."""
    return OkxError(50014, f"Parameter {name} can not be empty.", 400)


NO_INSTRUMENT = (51001, "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
TOO_LARGE = (51202, "Market order amount exceeds the maximum amount.")
CODES = {
    Why.UNKNOWN_SYMBOL: NO_INSTRUMENT,
    Why.HALTED: (51022, "Order failed. Contract suspended."),
    Why.TICK: (51000, "Parameter px error"),
    Why.PRICE_RANGE: (51006, "Order price is not within the price limit."),
    Why.BAND: (51138, "The lowest price limit for sell orders is exceeded."),
    Why.STEP: (51121, "Order quantity must be a multiple of the lot size."),
    Why.TOO_SMALL: (51020, "Your order should meet or exceed the minimum order amount."),
    Why.TOO_LARGE: (51005, "Your order amount exceeds the max order amount."),
    Why.MARKET_TOO_LARGE: TOO_LARGE,
    Why.NOTIONAL: (51020, "Your order should meet or exceed the minimum order amount."),
    Why.MAX_ORDERS: (51174, "Order failed. The number of pending orders reached the upper limit."),
    Why.MAX_STOPS: (51174, "Order failed. The number of pending orders reached the upper limit."),
    Why.FUNDS: (51008, "Order failed. Insufficient {} balance in account."),
    Why.MARGIN: (51008, "Order failed. Insufficient {} margin in account."),
    Why.DUPLICATE: (51016, "Client order ID already exists."),
    Why.NO_LIQUIDITY: (51109, "No available offer"),
    Why.REDUCE_ONLY: (51205, "Reduce Only is not available."),
    Why.BAD_AMEND: (51000, "Parameter newSz error"),
}
GONE = "Order {} failed as the order has been filled, canceled or does not exist."


def translated(error: RefusedError, side: int = 0) -> OkxError:
    """Return a refusal of a new or changed order as OKX says it."""
    if error.why is Why.BAND and side == BUY:
        return OkxError(51137, "The highest price limit for buy orders is exceeded.")
    if error.why in {Why.NO_ORDER, Why.NOT_OPEN}:
        return OkxError(51503, GONE.format("modification"))
    code, message = CODES[error.why]
    return OkxError(code, message.format(error.detail))


def not_cancelled() -> OkxError:
    """Return what is said where a cancel found nothing to cancel."""
    return OkxError(51400, GONE.format("cancellation"))
