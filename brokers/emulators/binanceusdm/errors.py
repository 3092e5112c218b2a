"""How Binance's futures refuse; codes and words of their own where the coins' do not fit."""

from brokers.emulators.binance.errors import BAD_SYMBOL, BinanceError
from brokers.emulators.core.orders import RefusedError, Why

CODES = {
    Why.UNKNOWN_SYMBOL: (BAD_SYMBOL, "Invalid symbol."),
    Why.HALTED: (-4108, "This symbol is not trading."),
    Why.TICK: (-4014, "Price not increased by tick size."),
    Why.PRICE_RANGE: (-4016, "Limit price is out of range."),
    Why.BAND: (
        -4131,
        "The best price does not meet the PERCENT_PRICE filter limit.",
    ),
    Why.STEP: (-4023, "Qty not increased by step size."),
    Why.TOO_SMALL: (-4003, "Quantity less than or equal to zero."),
    Why.TOO_LARGE: (-4005, "Quantity greater than max quantity."),
    Why.MARKET_TOO_LARGE: (-4005, "Quantity greater than max quantity."),
    Why.NOTIONAL: (-4164, "Order's notional is too small (unless you choose reduce only)."),
    Why.MAX_ORDERS: (-2025, "Reach max open order limit."),
    Why.MAX_STOPS: (-4045, "Reach max stop order limit."),
    Why.MARGIN: (-2019, "Margin is insufficient."),
    Why.POST_ONLY: (-5022, "The Post Only order will be rejected: it could not be a maker."),
    Why.DUPLICATE: (-4116, "ClientOrderId is duplicated."),
    Why.NO_LIQUIDITY: (-2020, "Unable to fill."),
    Why.REDUCE_ONLY: (-2022, "ReduceOnly Order is rejected."),
    Why.NO_ORDER: (-2013, "Order does not exist."),
    Why.NOT_OPEN: (-2013, "Order does not exist."),
}
UNKNOWN = (-2011, "Unknown order sent.")


def translated(error: RefusedError, *, cancel: bool = False) -> BinanceError:
    """Return a refusal as the futures say it."""
    gone = cancel and error.why in {Why.NO_ORDER, Why.NOT_OPEN}
    return BinanceError(*(UNKNOWN if gone else CODES[error.why]))
