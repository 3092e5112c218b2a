"""Orders at Alpaca: an order is accepted at once, and what becomes of it is told later."""

from decimal import Decimal
from typing import Any

from brokers.emulators.alpaca import shapes
from brokers.emulators.alpaca.errors import (
    forbidden,
    impossible,
    missing,
    not_cancelable,
    translated,
    wrong,
)
from brokers.emulators.alpaca.names import order_id, order_number, state
from brokers.emulators.alpaca.reading import Params
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import ZERO, Ask, Kind, Life, RefusedError, VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

KINDS = frozenset({"market", "limit", "stop_limit"})
LIVES = {"gtc": Life.GTC, "ioc": Life.IOC}
ID_LENGTH = 128
MOST = Decimal(200_000)
"""USD an order for coins may be worth."""
NO_CONTENT, SEVERAL = 204, 207
Json = dict[str, Any]


def place(venue: Venue, call: Call) -> tuple[int, Any]:
    """Take an order."""
    ask = read(venue, call.account, Params(call.params))
    try:
        call.order = order = venue.exchange.place(ask)
    except RefusedError as error:
        free = venue.exchange.wallets.of(call.account).free
        raise translated(error, free.get(error.detail, ZERO)) from None
    return 200, shapes.placed(order)


def cancel(venue: Venue, call: Call) -> tuple[int, Any]:
    """Cancel an order; the answer is empty."""
    call.order = order = located(venue, call)
    if not order.open:
        raise not_cancelable(state(order.status.value))
    venue.exchange.cancel(order, cancel_id="user")
    return NO_CONTENT, ""


def cancel_all(venue: Venue, call: Call) -> tuple[int, Any]:
    """Cancel all open orders."""
    rows = []
    for order in venue.exchange.registry.open(call.account):
        venue.exchange.cancel(order, cancel_id="user")
        rows.append({"id": order_id(order), "status": 200})
    return SEVERAL, rows


def show(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show an order by its id."""
    call.order = order = located(venue, call)
    return 200, shapes.order(order)


def show_named(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show an order by the client's own id."""
    name = Params(call.params).text("client_order_id")
    try:
        call.order = order = venue.find(call.account, client_id=name)
    except RefusedError:
        raise missing(name) from None
    return 200, shapes.order(order)


def listed(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show orders: open, closed or all, of some markets, by the time they came."""
    params = Params(call.params)
    status, markets = params.text("status", "open"), params.markets(venue)
    if status not in {"open", "closed", "all"}:
        raise wrong(f"invalid status: {status}")
    after, until = params.instant("after", -1), params.instant("until", 2**60)
    found = [
        order
        for order in venue.exchange.registry.all(call.account)
        if order.market in markets
        and venue.visible(order)
        and status in {"all", "open" if order.open else "closed"}
        and after < order.time < until
    ]
    if params.text("direction", "desc") != "asc":
        found.reverse()
    return 200, [shapes.order(each) for each in found[: params.limit("limit", 50, 500)]]


def located(venue: Venue, call: Call) -> VenueOrder:
    """Return the order a path names.

    Raises:
        AlpacaError: there is none.
    """
    name = Params(call.params).text("order_id")
    try:
        return venue.find(call.account, number=order_number(name))
    except RefusedError:
        raise missing(name) from None


def read(venue: Venue, account: str, params: Params) -> Ask:
    """Read a new order.

    Raises:
        AlpacaError: a parameter is missing or makes no sense.
    """
    market, kind = params.market(venue), params.text("type")
    side = {"buy": BUY, "sell": SELL}.get(params.text("side"))
    life = LIVES.get(params.text("time_in_force"))
    name = params.text("client_order_id", "")
    if side is None:
        raise wrong("side must be buy or sell")
    if kind not in KINDS:
        raise wrong("invalid order type for crypto order")
    if life is None:
        raise impossible("invalid crypto time_in_force")
    if len(name) > ID_LENGTH:
        raise wrong("client_order_id must be no more than 128 characters")
    limited, price, stop = kind != "market", params.decimal("limit_price"), _stop(params, kind)
    if (price is None) == limited:
        raise impossible(f"{kind} orders and limit_price do not go together")
    ask = Ask(
        account=account,
        market=market,
        side=side,
        kind=Kind.LIMIT if limited else Kind.MARKET,
        life=life,
        price=price,
        stop=stop,
        rising=side == BUY,
        client_id=name or f"auto-{len(venue.exchange.registry.orders)}",
        self_trade=SelfTrade.EXPIRE_TAKER,
        label=kind,
    )
    _quantify(ask, params)
    _check_worth(venue, ask, market)
    return ask


def _stop(params: Params, kind: str) -> Decimal | None:
    """Return the price at which a stop fires.

    Raises:
        AlpacaError: a stop has none, or another order has one.
    """
    stop = params.decimal("stop_price")
    if (stop is None) == (kind == "stop_limit"):
        raise impossible(f"{kind} orders and stop_price do not go together")
    return stop


def _quantify(ask: Ask, params: Params) -> None:
    quantity, notional = params.decimal("qty"), params.decimal("notional")
    if (quantity is None) == (notional is None):
        raise impossible("one of qty and notional is required")
    if notional is not None and ask.kind is Kind.LIMIT:
        raise impossible("notional orders are market orders here")
    ask.quantity, ask.spend = quantity or ZERO, notional or ZERO


def _check_worth(venue: Venue, ask: Ask, market: Market) -> None:
    price = ask.price or venue.exchange.middle(market)
    if (ask.spend or ask.quantity * price) > MOST:
        raise forbidden(f"order value exceeds the maximum of {MOST} USD")
