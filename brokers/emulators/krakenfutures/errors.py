"""What Kraken futures refuses: whole requests by ``error``, single orders by a status."""

from collections.abc import Mapping

from brokers.emulators.core.orders import Why


class KrakenError(Exception):
    """A request is refused as a whole."""

    def __init__(self, error: str, status: int = 200) -> None:
        super().__init__(error)
        self.error, self.status = error, status


def bad(name: str) -> KrakenError:
    """Return the error for an argument that makes no sense."""
    return KrakenError(f"invalidArgument: {name}")


def missing(name: str) -> KrakenError:
    """Return the error for an argument that is not there."""
    return KrakenError(f"requiredArgumentMissing: {name}")


STATUSES: Mapping[Why, str] = {
    Why.UNKNOWN_SYMBOL: "contractNotFound",
    Why.HALTED: "marketSuspended",
    Why.TICK: "invalidPrice",
    Why.PRICE_RANGE: "invalidPrice",
    Why.BAND: "outsidePriceCollar",
    Why.STEP: "invalidSize",
    Why.TOO_SMALL: "invalidSize",
    Why.TOO_LARGE: "maxPositionViolation",
    Why.MARKET_TOO_LARGE: "maxPositionViolation",
    Why.NOTIONAL: "invalidSize",
    Why.FUNDS: "insufficientAvailableFunds",
    Why.MARGIN: "insufficientAvailableFunds",
    Why.POST_ONLY: "postWouldExecute",
    Why.STOP_AT_ONCE: "invalidPrice",
    Why.DUPLICATE: "clientOrderIdAlreadyExist",
    Why.NO_LIQUIDITY: "iocWouldNotExecute",
    Why.NO_ORDER: "notFound",
    Why.NOT_OPEN: "notFound",
    Why.MAX_ORDERS: "tooManySmallOrders",
    Why.MAX_STOPS: "tooManySmallOrders",
    Why.REDUCE_ONLY: "wouldNotReducePosition",
    Why.SAME: "edited",
    Why.BAD_AMEND: "invalidSize",
}
