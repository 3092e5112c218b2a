"""Orders at Binance: placing, cancelling, replacing, reducing, asking."""

from decimal import Decimal
from enum import Enum
from typing import Any

from brokers.emulators.binance import shapes
from brokers.emulators.binance.errors import (
    BAD_SIDE,
    BAD_TIF,
    BAD_TYPE,
    ILLEGAL,
    UNEXPECTED,
    BinanceError,
    missing,
    translated,
)
from brokers.emulators.binance.market_api import one
from brokers.emulators.binance.params import Params
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import ZERO, Ask, Kind, Life, RefusedError, VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

ID_LENGTH = 36


class _Side(Enum):
    BUY = BUY
    SELL = SELL


class _Type(Enum):
    """Order types: kind, whether a stop price goes with it."""

    LIMIT = 1
    MARKET = 2
    LIMIT_MAKER = 3
    STOP_LOSS = 4
    STOP_LOSS_LIMIT = 5
    TAKE_PROFIT = 6
    TAKE_PROFIT_LIMIT = 7


LIMITED = frozenset(
    {_Type.LIMIT, _Type.LIMIT_MAKER, _Type.STOP_LOSS_LIMIT, _Type.TAKE_PROFIT_LIMIT}
)
STOPPED = frozenset(
    {_Type.STOP_LOSS, _Type.STOP_LOSS_LIMIT, _Type.TAKE_PROFIT, _Type.TAKE_PROFIT_LIMIT}
)
RISING = frozenset({
    (_Type.STOP_LOSS, BUY), (_Type.STOP_LOSS_LIMIT, BUY),
    (_Type.TAKE_PROFIT, SELL), (_Type.TAKE_PROFIT_LIMIT, SELL),
})  # fmt: skip
"""Stops that wait for a rise."""


def place(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Place an order."""
    params = Params(call.params)
    ask = read(venue, call.account, params)
    order = _placed(venue, ask)
    call.order = order
    immediate = ask.label in {"MARKET", "LIMIT"}
    return shapes.placed(order, params.text("newOrderRespType", "FULL" if immediate else "ACK"))


def test(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Read an order, and do nothing with it."""
    read(venue, call.account, Params(call.params))
    return {}


def cancel(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel an order."""
    params = Params(call.params)
    try:
        call.order = order = located(venue, call)
        order = venue.exchange.cancel(order, cancel_id=_cancel_id(venue, params))
    except RefusedError as error:
        raise translated(error, cancel=True) from None
    return shapes.cancelled(order)


def cancel_open(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel all open orders of a market."""
    market = one(venue, Params(call.params))
    orders = venue.exchange.registry.open(call.account, market)
    if not orders:
        raise BinanceError(-2011, "Unknown order sent.")
    mark = _cancel_id(venue, Params({}))
    return [shapes.cancelled(venue.exchange.cancel(order, cancel_id=mark)) for order in orders]


def replace(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel one order and place another."""
    params = Params(call.params)
    anyway = params.text("cancelReplaceMode") == "ALLOW_FAILURE"
    ask = read(venue, call.account, params)
    done: dict[str, Any] = {"cancelResult": "SUCCESS", "newOrderResult": "NOT_ATTEMPTED"}
    done |= {"cancelResponse": None, "newOrderResponse": None}
    try:
        done["cancelResponse"] = _cancelled(venue, call)
    except BinanceError as error:
        done |= {"cancelResult": "FAILURE", "cancelResponse": error.body}
    if done["cancelResult"] == "SUCCESS" or anyway:
        try:
            order = _placed(venue, ask)
            shown = shapes.placed(order, params.text("newOrderRespType", "FULL"))
            done |= {"newOrderResult": "SUCCESS", "newOrderResponse": shown}
        except BinanceError as error:
            done |= {"newOrderResult": "FAILURE", "newOrderResponse": error.body}
    return _all_or_error(done)


def _all_or_error(done: dict[str, Any]) -> dict[str, Any]:
    """Return what was done where all of it was.

    Raises:
        BinanceError: some of it was not, or nothing.
    """
    results = {done["cancelResult"], done["newOrderResult"]}
    if results == {"SUCCESS"}:
        return done
    error = BinanceError(-2022, "Order cancel-replace failed.")
    if "SUCCESS" in results:
        error = BinanceError(-2021, "Order cancel-replace partially failed.", 409)
    error.data = done
    raise error


def reduce(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Leave an order with less quantity; it keeps its place in the queue."""
    params = Params(call.params)
    wanted = params.decimal("newQty")
    if wanted is None:
        raise missing("newQty")
    try:
        call.order = order = located(venue, call)
        if wanted >= order.quantity:
            raise BinanceError(-2038, "Order amend rejected: only a smaller quantity is possible.")
        venue.exchange.amend(order, quantity=wanted)
    except RefusedError as error:
        raise translated(error) from None
    shown = shapes.placed(order, "RESULT")
    names = {"qty": shown["origQty"], "preventedQty": shapes.fixed(0)}
    return {
        "transactTime": order.updated,
        "executionId": order.number,
        "amendedOrder": {**shown, **names},
    }


def query(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show an order."""
    try:
        return shapes.order(located(venue, call))
    except RefusedError as error:
        raise translated(error) from None


def located(venue: Venue, call: Call) -> VenueOrder:
    """Return the order a request names, by number or by client id.

    Raises:
        RefusedError: there is none.
    """
    params = Params(call.params)
    market = one(venue, params)
    name = params.text("origClientOrderId", "") or params.text("cancelOrigClientOrderId", "")
    number = params.number("orderId", 0) or params.number("cancelOrderId", 0)
    if not name and not number:
        words = "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
        raise BinanceError(-1102, words)
    order = venue.find(call.account, number=number or None, client_id=name)
    if order.market is not market or (name and order.ask.client_id != name):
        raise BinanceError(-2013, "Order does not exist.")
    return order


def read(venue: Venue, account: str, params: Params) -> Ask:
    """Read a new order.

    Raises:
        BinanceError: a parameter is missing, or there is one too many.
    """
    market, side = one(venue, params), params.choice("side", _Side, BAD_SIDE).value
    kind = params.choice("type", _Type, BAD_TYPE)
    market_like = kind not in LIMITED
    return Ask(
        account=account,
        market=market,
        side=side,
        kind=Kind.MARKET if market_like else Kind.LIMIT,
        life=_life(params, kind),
        quantity=_quantity(params, kind),
        spend=params.decimal("quoteOrderQty") or ZERO,
        price=_wanted(params, "price", wanted=kind in LIMITED),
        stop=_wanted(params, "stopPrice", wanted=kind in STOPPED),
        rising=(kind, side) in RISING,
        post_only=kind is _Type.LIMIT_MAKER,
        client_id=_client_id(venue, params),
        self_trade=params.choice(
            "selfTradePreventionMode", SelfTrade, ILLEGAL, SelfTrade.EXPIRE_MAKER
        ),
        label=kind.name,
    )


def _life(params: Params, kind: _Type) -> Life:
    if kind in LIMITED - {_Type.LIMIT_MAKER}:
        return params.choice("timeInForce", Life, BAD_TIF)
    if params.has("timeInForce"):
        raise BinanceError(UNEXPECTED, "Parameter 'timeInForce' sent when not required.")
    return Life.GTC


def _quantity(params: Params, kind: _Type) -> Decimal:
    if kind is _Type.MARKET and params.has("quoteOrderQty"):
        if params.has("quantity"):
            raise BinanceError(-1128, "Combination of optional parameters invalid.")
        return ZERO
    quantity = params.decimal("quantity")
    if quantity is None:
        raise missing("quantity")
    return quantity


def _wanted(params: Params, name: str, *, wanted: bool) -> Decimal | None:
    value = params.decimal(name)
    if wanted and value is None:
        raise missing(name)
    if not wanted and value is not None:
        raise BinanceError(UNEXPECTED, f"Parameter '{name}' sent when not required.")
    return value


def _client_id(venue: Venue, params: Params) -> str:
    name = params.text("newClientOrderId", "")
    if len(name) > ID_LENGTH or not set(name) <= _ALPHABET:
        words = "Illegal characters found in parameter 'newClientOrderId'; legal range is "
        raise BinanceError(ILLEGAL, words + "'^[a-zA-Z0-9-_]{1,36}$'.")
    return name or f"auto{len(venue.exchange.registry.orders):018d}"


def _placed(venue: Venue, ask: Ask) -> VenueOrder:
    try:
        return venue.exchange.place(ask)
    except RefusedError as error:
        raise translated(error) from None


def _cancel_id(venue: Venue, params: Params) -> str:
    name = params.text("cancelNewClientOrderId", "") or params.text("newClientOrderId", "")
    return name or f"auto{venue.exchange.now()}c"


def _cancelled(venue: Venue, call: Call) -> dict[str, Any]:
    params = Params(call.params)
    try:
        order = located(venue, call)
        mark = params.text("cancelNewClientOrderId", "") or _cancel_id(venue, Params({}))
        return shapes.cancelled(venue.exchange.cancel(order, cancel_id=mark))
    except RefusedError as error:
        raise translated(error, cancel=True) from None


_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/")
