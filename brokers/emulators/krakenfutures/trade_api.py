"""Orders at Kraken futures: what is wrong with one order is told by its status, not as an error."""

import json
from collections.abc import Callable
from typing import Any

from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import (
    ZERO,
    Ask,
    Kind,
    Life,
    RefusedError,
    Status,
    VenueOrder,
    Why,
)
from brokers.emulators.gateway import Call
from brokers.emulators.krakenfutures import shapes
from brokers.emulators.krakenfutures.errors import STATUSES, KrakenError, bad, missing
from brokers.emulators.krakenfutures.names import iso, order_id, order_number
from brokers.emulators.krakenfutures.reading import Params, market_of
from brokers.emulators.venue import Venue

Json = dict[str, Any]
STOPS = frozenset({"stp", "take_profit"})
TYPES = frozenset({"lmt", "post", "ioc", "mkt", "fok"}) | STOPS
ID_LENGTH = 100
EXECUTES_NOT = {"ioc": "iocWouldNotExecute", "mkt": "iocWouldNotExecute", "fok": "fokWouldNotFill"}


def send(venue: Venue, call: Call) -> Json:
    """Take an order."""
    return {"sendStatus": _send(venue, call, Params(call.params))}


def _send(venue: Venue, call: Call, params: Params) -> Json:
    market = params.market(venue)
    ask, wrong = _read(call.account, market, params)
    if wrong:
        return _told(venue, wrong, params)
    try:
        order = venue.exchange.place(ask)
    except RefusedError as error:
        return _told(venue, STATUSES[error.why], params)
    call.order = order
    if not order.filled and not order.open:
        return _told(venue, EXECUTES_NOT.get(ask.label, "cancelled"), params)
    return {
        "order_id": order_id(order),
        "status": "placed",
        **_named(params),
        "receivedTime": iso(venue.clock.now()),
        "orderEvents": shapes.events(order),
    }


def _told(venue: Venue, status: str, params: Params) -> Json:
    said = {"status": status, **_named(params), "receivedTime": iso(venue.clock.now())}
    return {**said, "orderEvents": []}


def _named(params: Params) -> Json:
    name = params.text("cliOrdId", "")
    return {"cliOrdId": name} if name else {}


def _read(account: str, market: Market, params: Params) -> tuple[Ask, str]:
    """Read a new order; return it and the status by which it is refused, empty where it is not.

    Raises:
        KrakenError: an argument is missing or malformed.
    """
    label, name = params.text("orderType").lower(), params.text("cliOrdId", "")
    side = {"buy": BUY, "sell": SELL}.get(params.text("side").lower())
    size = params.decimal("size")
    if size is None:
        raise missing("size")
    limit = None if label == "mkt" else params.decimal("limitPrice")
    stop = params.decimal("stopPrice") if label in STOPS else None
    if (label in {"lmt", "post", "ioc", "fok"} and limit is None) or (
        label in STOPS and stop is None
    ):
        raise missing("stopPrice" if label in STOPS else "limitPrice")
    ask = Ask(
        account=account,
        market=market,
        side=side or BUY,
        kind=Kind.MARKET if limit is None else Kind.LIMIT,
        life={"ioc": Life.IOC, "fok": Life.FOK, "mkt": Life.IOC}.get(label, Life.GTC),
        quantity=size,
        price=limit,
        stop=stop,
        post_only=label == "post",
        reduce_only=params.flag("reduceOnly"),
        client_id=name,
        self_trade=SelfTrade.NONE,
        label=label,
    )
    if stop is not None:
        ask.rising = (label == "stp") == (ask.side == BUY)
    if label not in TYPES:
        return ask, "invalidOrderType"
    if side is None:
        return ask, "invalidSide"
    return ask, "clientOrderIdTooLong" if len(name) > ID_LENGTH else ""


def cancel(venue: Venue, call: Call) -> Json:
    """Cancel an order."""
    return {"cancelStatus": _cancel(venue, call, Params(call.params))}


def _cancel(venue: Venue, call: Call, params: Params) -> Json:
    now = iso(venue.clock.now())
    try:
        call.order = order = _named_order(venue, call.account, params)
        venue.exchange.cancel(order, cancel_id="user")
    except RefusedError as error:
        full = call.order is not None and call.order.status is Status.FILLED
        status = "filled" if full else "notFound"
        if error.why not in {Why.NO_ORDER, Why.NOT_OPEN}:
            status = STATUSES[error.why]
        return {"status": status, "receivedTime": now, "orderEvents": []}
    return {
        "status": "cancelled",
        "order_id": order_id(order),
        **({"cliOrdId": order.ask.client_id} if order.ask.client_id else {}),
        "receivedTime": now,
        "orderEvents": [_cancelled(order)],
    }


def _cancelled(order: VenueOrder) -> Json:
    return {
        "type": "CANCEL",
        "uid": order_id(order),
        "order": shapes.order(order),
        "reducedQuantity": None,
    }


def cancel_all(venue: Venue, call: Call) -> Json:
    """Cancel all open orders, or those of one contract."""
    params = Params(call.params)
    market = params.market(venue) if params.text("symbol", "") else None
    done = [
        venue.exchange.cancel(order, cancel_id="user")
        for order in venue.exchange.registry.open(call.account, market)
    ]
    return {
        "cancelStatus": {
            "receivedTime": iso(venue.clock.now()),
            "cancelOnly": "all" if market is None else market.symbol,
            "status": "cancelled" if done else "noOrdersToCancel",
            "cancelledOrders": [_ids(order) for order in done],
            "orderEvents": [_cancelled(order) for order in done],
        }
    }


def _ids(order: VenueOrder) -> Json:
    named = {"cliOrdId": order.ask.client_id} if order.ask.client_id else {}
    return {"order_id": order_id(order), **named}


def edit(venue: Venue, call: Call) -> Json:
    """Change size or price of an open order."""
    return {"editStatus": _edit(venue, call, Params(call.params))}


def _edit(venue: Venue, call: Call, params: Params) -> Json:
    now = iso(venue.clock.now())
    try:
        call.order = order = _named_order(venue, call.account, params, "orderId")
    except RefusedError:
        return {"status": "orderForEditNotFound", "receivedTime": now, "orderEvents": []}
    size, stop = params.decimal("size"), params.decimal("stopPrice")
    if size is not None and params.text("qtyMode", "RELATIVE") != "ABSOLUTE":
        # What the order is to have open; its fills come on top.
        size += order.filled
    if stop is not None and order.ask.stop is None:
        return {"status": "orderForEditNotAStop", "receivedTime": now, "orderEvents": []}
    before, status = shapes.order(order), "edited"
    try:
        venue.exchange.amend(order, quantity=size, price=params.decimal("limitPrice"), stop=stop)
    except RefusedError as error:
        status = STATUSES[error.why]
        if error.why is Why.NOT_OPEN:
            status = "filled" if order.status is Status.FILLED else "orderForEditNotFound"
    found = {"status": status, **_edited(order), "receivedTime": now}
    change = {"type": "EDIT", "old": before, "new": shapes.order(order), "reducedQuantity": None}
    return {**found, "orderEvents": [change] if status == "edited" else []}


def _edited(order: VenueOrder) -> Json:
    named = {"cliOrdId": order.ask.client_id} if order.ask.client_id else {}
    return {"orderId": order_id(order), **named}


def switch(venue: Venue, call: Call) -> Json:
    """Arm the dead man's switch: all is cancelled after a while, unless it is armed anew."""
    seconds = Params(call.params).number("timeout", -1)
    if seconds < 0:
        raise bad("timeout")
    until = venue.clock.elapsed() + seconds if seconds else None
    venue.switches[call.account] = until
    if until is not None:
        venue.agenda.at(until, lambda: _fire(venue, call.account, until))
    now = venue.clock.now()
    trigger = iso(now + 1000 * seconds) if seconds else "0"
    return {"status": {"currentTime": iso(now), "triggerTime": trigger}}


def _fire(venue: Venue, account: str, until: float) -> None:
    if venue.switches.get(account) == until:
        venue.switches[account] = None
        for order in venue.exchange.registry.open(account):
            venue.exchange.cancel(order, cancel_id="switch")


def batch(venue: Venue, call: Call) -> Json:
    """Send, edit and cancel several orders in one request; each has a status of its own."""
    try:
        wanted = json.loads(Params(call.params).text("json"))["batchOrder"]
    except (ValueError, KeyError, TypeError):
        raise bad("json") from None
    deeds: dict[str, Callable[[Venue, Call, Params], Json]] = {
        "send": _send, "edit": _edit, "cancel": _cancel,
    }  # fmt: skip
    told = []
    for each in wanted:
        deed = deeds.get(str(each.get("order")))
        if deed is None:
            raise bad("order")
        tag = {"order_tag": each["order_tag"]} if "order_tag" in each else {}
        try:
            told.append({**tag, **deed(venue, call, Params(each))})
        except KrakenError as error:
            told.append({**tag, "status": error.error.partition(":")[0], "orderEvents": []})
    return {"batchStatus": told}


def located(venue: Venue, call: Call) -> VenueOrder | None:
    """Return the order a request names, ``None`` where it names none that is there."""
    params = Params(call.params)
    try:
        return _named_order(venue, call.account, params, "order_id", "orderId")
    except (KrakenError, RefusedError):
        return None


def _named_order(venue: Venue, account: str, params: Params, *names: str) -> VenueOrder:
    """Return an order by the venue's id or the client's.

    Raises:
        RefusedError: there is none. KrakenError: the request names none, or wrongly.
    """
    text = next((found for name in names or ("order_id",) if (found := params.text(name, ""))), "")
    client = params.text("cliOrdId", "")
    if not text and not client:
        raise missing("order_id")
    if not text:
        return venue.find(account, client_id=client)
    number = order_number(text)
    if number is None:
        raise bad("order_id")
    return venue.find(account, number=number)


def preferences(venue: Venue, call: Call) -> Json:
    """Tell the leverage chosen for contracts."""
    rows = [
        {
            "symbol": market.symbol,
            "maxLeverage": float(venue.exchange.wallets.position(call.account, market).leverage),
        }
        for market in Params(call.params).markets(venue)
    ]
    return {"leveragePreferences": rows}


def prefer(venue: Venue, call: Call) -> Json:
    """Choose a leverage for a contract."""
    params = Params(call.params)
    market, wanted = market_of(venue, params.text("symbol")), params.decimal("maxLeverage")
    if wanted is None or not ZERO < wanted <= market.leverage:
        raise bad("maxLeverage")
    venue.exchange.wallets.position(call.account, market).leverage = wanted
    return {}
