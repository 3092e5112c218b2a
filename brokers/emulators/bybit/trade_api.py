"""Orders at Bybit: all answers to commands are acknowledgements only."""

from decimal import Decimal
from typing import Any

from brokers.emulators.bybit.errors import bad, translated
from brokers.emulators.bybit.names import order_id, order_number
from brokers.emulators.bybit.reading import Params
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import ZERO, Ask, Kind, Life, RefusedError, VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

LIVES = {"GTC": Life.GTC, "IOC": Life.IOC, "FOK": Life.FOK, "PostOnly": Life.GTC}
ID_LENGTH = 36
RISES = 1


def create(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Take an order."""
    params = Params(call.params)
    market = params.market(venue)
    try:
        call.order = order = venue.exchange.place(read(venue, call.account, market, params))
    except RefusedError as error:
        raise translated(error, market.kind) from None
    return acknowledged(order)


def cancel(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel an order."""
    params = Params(call.params)
    try:
        call.order = order = located(venue, call)
        venue.exchange.cancel(order, cancel_id="user")
    except RefusedError as error:
        raise translated(error, params.kind()) from None
    return acknowledged(order)


def cancel_all(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Cancel all open orders of a market or a category."""
    params = Params(call.params)
    done = [
        acknowledged(venue.exchange.cancel(order, cancel_id="user"))
        for market in params.markets(venue)
        for order in venue.exchange.registry.open(call.account, market)
    ]
    return {"list": done, "success": "1"}


def amend(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Change price or quantity of an open order."""
    params = Params(call.params)
    try:
        call.order = order = located(venue, call)
        venue.exchange.amend(
            order,
            quantity=params.decimal("qty"),
            price=params.decimal("price"),
            stop=params.decimal("triggerPrice"),
        )
    except RefusedError as error:
        raise translated(error, params.kind()) from None
    return acknowledged(order)


def acknowledged(order: VenueOrder) -> dict[str, str]:
    """Return what Bybit says to a command: the ids, and nothing of the order's state."""
    return {"orderId": order_id(order), "orderLinkId": order.ask.client_id}


def located(venue: Venue, call: Call) -> VenueOrder:
    """Return the order a request names.

    Raises:
        RefusedError: there is none.
        BybitError: it names none.
    """
    params = Params(call.params)
    number, name = params.text("orderId", ""), params.text("orderLinkId", "")
    if not number and not name:
        raise bad("params error: OrderId or OrderLinkId is required")
    return venue.find(call.account, number=order_number(number) if number else None, client_id=name)


def read(venue: Venue, account: str, market: Market, params: Params) -> Ask:
    """Read a new order.

    Raises:
        BybitError: a parameter is missing or makes no sense.
    """
    side = {"Buy": BUY, "Sell": SELL}.get(params.text("side"))
    label = params.text("orderType")
    if side is None or label not in {"Limit", "Market"}:
        raise bad("params error: side or orderType invalid")
    tif = params.text("timeInForce", "IOC" if label == "Market" else "GTC")
    name = params.text("orderLinkId", "")
    if tif not in LIVES or len(name) > ID_LENGTH:
        raise bad("params error: timeInForce or orderLinkId invalid")
    limited = label == "Limit"
    price = params.decimal("price") if limited else None
    if limited and price is None:
        raise bad("params error: price is required")
    ask = Ask(
        account=account,
        market=market,
        side=side,
        kind=Kind.LIMIT if limited else Kind.MARKET,
        life=LIVES[tif],
        price=price,
        post_only=tif == "PostOnly",
        reduce_only=params.text("reduceOnly", "false").lower() == "true",
        client_id=name,
        self_trade=SelfTrade.NONE,
        label=label,
    )
    _quantify(ask, params)
    _trigger(venue, ask, params)
    return ask


def _quantify(ask: Ask, params: Params) -> None:
    """Read the quantity; that of a spot market buy is in quote currency unless it says so."""
    quantity = params.decimal("qty")
    if quantity is None:
        raise bad("params error: qty is required")
    spends = ask.market.kind != LINEAR and ask.kind is Kind.MARKET
    unit = params.text("marketUnit", "quoteCoin" if ask.side == BUY else "baseCoin")
    if spends and unit == "quoteCoin":
        ask.spend = quantity
    else:
        ask.quantity = quantity


def _trigger(venue: Venue, ask: Ask, params: Params) -> None:
    ask.stop = params.decimal("triggerPrice")
    if ask.stop is None:
        return
    last: Decimal = venue.exchange.last.get(ask.market.key) or venue.exchange.middle(ask.market)
    ask.rising = ask.stop > (last or ZERO)
    if ask.market.kind == LINEAR:
        ask.rising = params.number("triggerDirection", 0) == RISES
