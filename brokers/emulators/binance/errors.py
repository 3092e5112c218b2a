"""Binance's error codes and the words it uses with them."""

from typing import Any

from brokers.emulators.core.orders import RefusedError, Why

ILLEGAL, MISSING, TOO_PRECISE = -1100, -1102, -1111
UNEXPECTED = -1106
BAD_TIF, BAD_TYPE, BAD_SIDE, BAD_SYMBOL = -1115, -1116, -1117, -1121
TOO_MANY, BAD_TIME, BAD_SIGNATURE = -1003, -1021, -1022
BAD_KEY_FORMAT, BAD_KEY = -2014, -2015


class BinanceError(Exception):
    """An error answer: HTTP status, code, message; ``data`` is what goes with some."""

    data: Any = None

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    @property
    def body(self) -> dict[str, Any]:
        """Return it as JSON."""
        body: dict[str, Any] = {"code": self.code, "msg": self.message}
        return body if self.data is None else {**body, "data": self.data}


def missing(name: str) -> BinanceError:
    """Return the error for a parameter that is not there."""
    text = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    return BinanceError(MISSING, text)


def unknown_key() -> BinanceError:
    """Return the error for a key nobody has."""
    return BinanceError(BAD_KEY, "Invalid API-key, IP, or permissions for action.", 401)


def too_much(retry_after: int, now: int) -> tuple[int, str]:
    """Return code and message of a 429 or 418."""
    until = now + retry_after * 1000
    text = (
        "Way too much request weight used; IP banned until "
        f"{until}. Please use WebSocket Streams for live updates to avoid bans."
    )
    return TOO_MANY, text


NEW_ORDER = {
    Why.UNKNOWN_SYMBOL: (BAD_SYMBOL, "Invalid symbol."),
    Why.HALTED: (-1013, "Market is closed."),
    Why.TICK: (-1013, "Filter failure: PRICE_FILTER"),
    Why.PRICE_RANGE: (-1013, "Filter failure: PRICE_FILTER"),
    Why.BAND: (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
    Why.STEP: (-1013, "Filter failure: LOT_SIZE"),
    Why.TOO_SMALL: (-1013, "Filter failure: LOT_SIZE"),
    Why.TOO_LARGE: (-1013, "Filter failure: LOT_SIZE"),
    Why.MARKET_TOO_LARGE: (-1013, "Filter failure: MARKET_LOT_SIZE"),
    Why.NOTIONAL: (-1013, "Filter failure: NOTIONAL"),
    Why.MAX_ORDERS: (-1013, "Filter failure: MAX_NUM_ORDERS"),
    Why.MAX_STOPS: (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS"),
    Why.FUNDS: (-2010, "Account has insufficient balance for requested action."),
    Why.POST_ONLY: (-2010, "Order would immediately match and take."),
    Why.STOP_AT_ONCE: (-2010, "Stop price would trigger immediately."),
    Why.DUPLICATE: (-2010, "Duplicate order sent."),
    Why.NO_LIQUIDITY: (-2010, "Market order could not be filled: no liquidity."),
    Why.NO_ORDER: (-2013, "Order does not exist."),
    Why.NOT_OPEN: (-2013, "Order does not exist."),
    Why.SAME: (-2038, "Order amend rejected: the quantity would not change."),
    Why.BAD_AMEND: (-2038, "Order amend rejected: only a smaller quantity is possible."),
}
"""Codes by reason, where an order is placed or asked for."""
CANCEL = {
    **NEW_ORDER,
    Why.NO_ORDER: (-2011, "Unknown order sent."),
    Why.NOT_OPEN: (-2011, "Unknown order sent."),
}
"""Codes by reason, where an order is cancelled."""


def translated(error: RefusedError, *, cancel: bool = False) -> BinanceError:
    """Return a refusal as Binance says it."""
    code, message = (CANCEL if cancel else NEW_ORDER)[error.why]
    return BinanceError(code, message)
