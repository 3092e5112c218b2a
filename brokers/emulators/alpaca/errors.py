"""Alpaca's codes: an HTTP status, and a number that begins with it."""

from decimal import Decimal

from brokers.emulators.core.orders import RefusedError, Why
from brokers.emulators.texts import plain


class AlpacaError(Exception):
    """An error answer; ``code`` 0 for those that have a message only."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def wrong(message: str) -> AlpacaError:
    """Return the error for parameters that make no sense."""
    return AlpacaError(422, 40010001, message)


def impossible(message: str) -> AlpacaError:
    """Return the error for what cannot be done as it is asked for."""
    return AlpacaError(422, 42210000, message)


def forbidden(message: str) -> AlpacaError:
    """Return the error for what the account may not do."""
    return AlpacaError(403, 40310000, message)


def not_authorized() -> AlpacaError:
    """Return the error for keys that nobody has, or not here."""
    return AlpacaError(401, 40110000, "request is not authorized")


def missing(name: str) -> AlpacaError:
    """Return the error for an order that is not there."""
    return AlpacaError(404, 40410000, f"order not found for {name}")


def not_cancelable(state: str) -> AlpacaError:
    """Return what is said where an order has ended already."""
    return impossible(f'order is already in "{state}" state')


def translated(error: RefusedError, available: Decimal = Decimal(0)) -> AlpacaError:
    """Return a refusal of a new order as Alpaca says it."""
    if error.why is Why.DUPLICATE:
        return wrong("client_order_id must be unique")
    if error.why in {Why.FUNDS, Why.MARGIN}:
        return forbidden(f"insufficient balance for {error.detail} (available: {plain(available)})")
    if error.why is Why.NOTIONAL:
        return forbidden("cost basis must be >= minimal amount of order 10")
    if error.why is Why.UNKNOWN_SYMBOL:
        return impossible(f"invalid symbol: {error.detail}")
    if error.why is Why.TICK:
        return impossible("invalid limit_price: increment does not fulfill pricing criteria")
    return impossible(f"order is refused: {error.why.value}")
