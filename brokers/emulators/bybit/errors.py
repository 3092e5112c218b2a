"""Bybit's codes: HTTP says 200, ``retCode`` says what happened."""

from brokers.emulators.core.market import LINEAR
from brokers.emulators.core.orders import RefusedError, Why


class BybitError(Exception):
    """An error answer."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def bad(message: str) -> BybitError:
    """Return the error for parameters that make no sense."""
    return BybitError(10001, message)


SPOT_CODES = {
    Why.UNKNOWN_SYMBOL: (10001, "params error: symbol invalid"),
    Why.HALTED: (170207, "The trading pair is currently suspended."),
    Why.TICK: (170134, "Order price has too many decimals."),
    Why.PRICE_RANGE: (170132, "Order price too high."),
    Why.BAND: (170193, "Buy order price cannot be higher than the limit price."),
    Why.STEP: (170137, "Order quantity has too many decimals."),
    Why.TOO_SMALL: (170136, "Order quantity below the lower limit."),
    Why.TOO_LARGE: (170135, "Order quantity exceeded the upper limit."),
    Why.MARKET_TOO_LARGE: (170135, "Order quantity exceeded the upper limit."),
    Why.NOTIONAL: (170140, "Order value exceeded lower limit."),
    Why.MAX_ORDERS: (170810, "Cannot exceed maximum of 500 conditional, TP/SL and active orders."),
    Why.MAX_STOPS: (170810, "Cannot exceed maximum of 500 conditional, TP/SL and active orders."),
    Why.FUNDS: (170131, "Insufficient balance."),
    Why.MARGIN: (170131, "Insufficient balance."),
    Why.POST_ONLY: (170218, "The LIMIT-MAKER order is rejected due to invalid price."),
    Why.STOP_AT_ONCE: (170220, "Trigger price would be reached at once."),
    Why.DUPLICATE: (170141, "Duplicate clientOrderId"),
    Why.NO_LIQUIDITY: (170209, "No liquidity for this order."),
    Why.NO_ORDER: (170213, "Order does not exist."),
    Why.NOT_OPEN: (170213, "Order does not exist."),
    Why.REDUCE_ONLY: (170131, "Nothing to reduce."),
    Why.SAME: (10001, "The order remains unchanged as the parameters entered match the existing."),
    Why.BAD_AMEND: (10001, "The order cannot be changed like that."),
}
LINEAR_CODES = {
    **SPOT_CODES,
    Why.HALTED: (110073, "The contract is not trading."),
    Why.TICK: (10001, "params error: price is not a multiple of the tick size"),
    Why.PRICE_RANGE: (110003, "Order price exceeds the allowable range."),
    Why.BAND: (110003, "Order price exceeds the allowable range."),
    Why.STEP: (10001, "Qty invalid"),
    Why.TOO_SMALL: (10001, "The number of contracts is below the minimum limit allowed"),
    Why.TOO_LARGE: (10001, "The number of contracts exceeds maximum limit allowed"),
    Why.MARKET_TOO_LARGE: (10001, "The number of contracts exceeds maximum limit allowed"),
    Why.NOTIONAL: (110094, "Order does not meet minimum order value 5USDT"),
    Why.MAX_ORDERS: (110020, "Not allowed to have more than 500 active orders."),
    Why.MAX_STOPS: (110021, "Too many conditional orders."),
    Why.FUNDS: (110007, "ab not enough for new order"),
    Why.MARGIN: (110007, "ab not enough for new order"),
    Why.STOP_AT_ONCE: (110092, "expect Rising, but trigger_price <= current"),
    Why.DUPLICATE: (110072, "OrderLinkedID is duplicate"),
    Why.NO_ORDER: (110001, "order not exists or too late to cancel"),
    Why.NOT_OPEN: (110001, "order not exists or too late to cancel"),
    Why.REDUCE_ONLY: (110017, "current position is zero, cannot fix reduce-only order qty"),
}


def translated(error: RefusedError, kind: str) -> BybitError:
    """Return a refusal as Bybit says it."""
    code, message = (LINEAR_CODES if kind == LINEAR else SPOT_CODES)[error.why]
    return BybitError(code, message)
