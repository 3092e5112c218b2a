"""Orders at Binance's futures: placing, cancelling, asking."""

from typing import Any

from brokers.emulators.binance.errors import BAD_TIF, BAD_TYPE, BinanceError, missing
from brokers.emulators.binance.market_api import one
from brokers.emulators.binance.params import Params
from brokers.emulators.binanceusdm import shapes
from brokers.emulators.binanceusdm.errors import UNKNOWN, translated
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import Ask, Kind, Life, RefusedError, VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

LIVES = {"GTC": Life.GTC, "IOC": Life.IOC, "FOK": Life.FOK, "GTX": Life.GTC}
SIDES = {"BUY": BUY, "SELL": SELL}
ID_LENGTH = 36


def place(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Place an order; the answer shows it as it was taken, unless its result is wanted."""
    params = Params(call.params)
    try:
        call.order = order = venue.exchange.place(read(venue, call.account, params))
    except RefusedError as error:
        raise translated(error) from None
    wanted = params.text("newOrderRespType", "ACK") == "RESULT"
    return shapes.order(order) if wanted else shapes.acknowledged(order)


def cancel(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel an order."""
    try:
        call.order = order = located(venue, call)
        return shapes.order(venue.exchange.cancel(order, cancel_id="user"))
    except RefusedError as error:
        raise translated(error, cancel=True) from None


def cancel_open(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel all open orders of a market."""
    venue.exchange.cancel_all(call.account, one(venue, Params(call.params)))
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def query(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show an order."""
    try:
        return shapes.order(located(venue, call))
    except RefusedError as error:
        raise translated(error) from None


def located(venue: Venue, call: Call) -> VenueOrder:
    """Return the order a request names, by number or by client id.

    Raises:
        RefusedError: there is none. BinanceError: it names none.
    """
    params = Params(call.params)
    name, number = params.text("origClientOrderId", ""), params.number("orderId", 0)
    if not name and not number:
        raise missing("orderId")
    order = venue.find(call.account, number=number or None, client_id=name)
    if order.market is not one(venue, params):
        raise BinanceError(*UNKNOWN)
    return order


def read(venue: Venue, account: str, params: Params) -> Ask:
    """Read a new order.

    Raises:
        BinanceError: a parameter is missing or makes no sense.
    """
    market, label = one(venue, params), params.text("type")
    if label not in {"LIMIT", "MARKET"}:
        # Orders that wait for a price went to the algo service in December 2025.
        raise BinanceError(-4120, "Order type not supported for this endpoint.")
    if params.text("positionSide", "BOTH") != "BOTH":
        raise BinanceError(-4061, "Order's position side does not match user's setting.")
    if params.text("side") not in SIDES:
        raise BinanceError(BAD_TYPE, "Invalid side.")
    limited = label == "LIMIT"
    tif = params.text("timeInForce") if limited else "GTC"
    quantity, price = params.decimal("quantity"), params.decimal("price") if limited else None
    name = params.text("newClientOrderId", "") or f"auto{len(venue.exchange.registry.orders):018d}"
    if tif not in LIVES:
        raise BinanceError(BAD_TIF, "Invalid timeInForce.")
    if quantity is None or (limited and price is None):
        raise missing("quantity" if quantity is None else "price")
    if len(name) > ID_LENGTH:
        raise BinanceError(-4015, "Client order id length should be less than 36 chars.")
    return Ask(
        account=account,
        market=market,
        side=SIDES[params.text("side")],
        kind=Kind.LIMIT if limited else Kind.MARKET,
        life=LIVES[tif],
        quantity=quantity,
        price=price,
        post_only=tif == "GTX",
        reduce_only=params.text("reduceOnly", "false").lower() == "true",
        client_id=name,
        self_trade=SelfTrade.EXPIRE_MAKER,
        label=label,
    )
