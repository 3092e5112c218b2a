"""Orders at OKX: each of a request is taken or refused by itself; answers are ids only."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from brokers.emulators.core.market import LINEAR
from brokers.emulators.core.matching import BUY, SELL, SelfTrade
from brokers.emulators.core.orders import ZERO, Ask, Kind, Life, RefusedError, VenueOrder, Why
from brokers.emulators.gateway import Call
from brokers.emulators.okx.errors import OkxError, bad, not_cancelled, translated
from brokers.emulators.okx.names import order_id, order_number
from brokers.emulators.okx.reading import MARKET_WORTH, Params
from brokers.emulators.venue import Venue

LIVES = {
    "limit": Life.GTC, "post_only": Life.GTC, "market": Life.GTC, "ioc": Life.IOC, "fok": Life.FOK,
    "optimal_limit_ioc": Life.IOC,
}  # fmt: skip
MARKETS = frozenset({"market", "optimal_limit_ioc"})
"""Orders without a limit; the second is known for swaps only."""
PREVENTIONS = {
    "cancel_maker": SelfTrade.EXPIRE_MAKER,
    "cancel_taker": SelfTrade.EXPIRE_TAKER,
    "cancel_both": SelfTrade.EXPIRE_BOTH,
}
ID_LENGTH, MANY = 32, 20
SHORTEST, LONGEST = 10, 120
"""Seconds a dead man's switch may wait."""
ALL_FAILED, SOME_FAILED = 1, 2
Json = dict[str, Any]


def place(venue: Venue, call: Call) -> list[Json]:
    """Take orders."""
    return _each(venue, call, _place, "Order placed")


def cancel(venue: Venue, call: Call) -> list[Json]:
    """Cancel orders."""
    return _each(venue, call, _cancel, "")


def amend(venue: Venue, call: Call) -> list[Json]:
    """Change size or price of open orders."""
    return _each(venue, call, _amend, "")


def cancel_all_after(venue: Venue, call: Call) -> list[Json]:
    """Set, move or take back the switch that cancels all orders unless it is moved again."""
    seconds = Params(call.params).number("timeOut", 0)
    if seconds and not SHORTEST <= seconds <= LONGEST:
        raise bad("timeOut")
    account, due = call.account, venue.clock.elapsed() + seconds
    venue.switches[account] = due if seconds else None

    def fire() -> None:
        if venue.switches.get(account) == due:
            venue.exchange.cancel_all(account)

    if seconds:
        venue.agenda.at(due, fire)
    now = venue.clock.now()
    return [{"triggerTime": str(now + seconds * 1000 if seconds else 0), "tag": "", "ts": str(now)}]


def _each(
    venue: Venue, call: Call, do: Callable[[Venue, Call, Params], VenueOrder], said: str
) -> list[Json]:
    """Do something with each order of a request.

    Raises:
        OkxError: some or all of it failed, with a row for each.
    """
    asked = getattr(call, "batch", None) or [call.params]
    if len(asked) > MANY:
        raise OkxError(51111, f"Maximum {MANY} orders can be placed in bulk", 400)
    rows, failed = [], 0
    for one in asked:
        params = Params(one if isinstance(one, dict) else {})
        try:
            order = do(venue, call, params)
            rows.append(_row(venue, params, order_id(order), order.ask.client_id, 0, said))
        except OkxError as error:
            failed += 1
            names = params.text("ordId", ""), params.text("clOrdId", "")
            rows.append(_row(venue, params, *names, error.code, error.message))
    if failed:
        none = failed == len(rows)
        text = "All operations failed" if none else "Bulk operation partially succeeded."
        raise OkxError(ALL_FAILED if none else SOME_FAILED, text, 200, rows)
    return rows


def _row(
    venue: Venue, params: Params, number: str, name: str, code: int, said: str
) -> dict[str, str]:
    return {
        "ordId": number,
        "clOrdId": name,
        "tag": params.text("tag", ""),
        "ts": str(venue.clock.now()),
        "reqId": params.text("reqId", ""),
        "sCode": str(code),
        "sMsg": said,
    }


def _place(venue: Venue, call: Call, params: Params) -> VenueOrder:
    ask = read(venue, call.account, params)
    try:
        call.order = order = venue.exchange.place(ask)
    except RefusedError as error:
        raise translated(error, ask.side) from None
    return order


def _cancel(venue: Venue, call: Call, params: Params) -> VenueOrder:
    try:
        call.order = order = located(venue, call.account, params)
        return venue.exchange.cancel(order, cancel_id="user")
    except RefusedError:
        raise not_cancelled() from None


def _amend(venue: Venue, call: Call, params: Params) -> VenueOrder:
    size, price = params.decimal("newSz"), params.decimal("newPx")
    if size is None and price is None:
        raise OkxError(51500, "You must enter a price, quantity, or TP/SL.")
    try:
        call.order = order = located(venue, call.account, params)
        units = None if size is None else size * order.market.face
        venue.exchange.amend(order, quantity=units, price=price)
    except RefusedError as error:
        if error.why is Why.SAME and call.order is not None:
            return call.order
        if call.order is not None and params.text("cxlOnFail", "false") == "true":
            venue.exchange.cancel(call.order, cancel_id="user")
        raise translated(error) from None
    return order


def located(venue: Venue, account: str, params: Params) -> VenueOrder:
    """Return the order a request names, by OKX's number or else by the client's own.

    Raises:
        RefusedError: there is none. OkxError: it names none.
    """
    number, name = params.text("ordId", ""), params.text("clOrdId", "")
    if not number and not name:
        raise OkxError(51003, "Either client order ID or order ID is required.")
    market = params.market(venue)
    found = venue.find(account, number=order_number(number) if number else None, client_id=name)
    if found.market is not market:
        raise RefusedError(Why.NO_ORDER)
    return found


def read(venue: Venue, account: str, params: Params) -> Ask:
    """Read a new order.

    Raises:
        OkxError: a parameter is missing or makes no sense.
    """
    market, label = params.market(venue), params.text("ordType")
    side = {"buy": BUY, "sell": SELL}.get(params.text("side"))
    name, limited, swap = params.text("clOrdId", ""), label not in MARKETS, market.kind == LINEAR
    if side is None or label not in LIVES or (label == "optimal_limit_ioc" and not swap):
        raise bad("side" if side is None else "ordType")
    _check_mode(params, swap=swap)
    if len(name) > ID_LENGTH or (name and not (name.isascii() and name.isalnum())):
        raise bad("clOrdId")
    price = params.decimal("px") if limited else None
    if limited and price is None:
        raise OkxError(51204, "The price cannot be empty for limit orders.")
    prevention = PREVENTIONS.get(params.text("stpMode", "cancel_maker"))
    if prevention is None:
        raise bad("stpMode")
    ask = Ask(
        account=account,
        market=market,
        side=side,
        kind=Kind.LIMIT if limited else Kind.MARKET,
        life=LIVES[label],
        price=price,
        post_only=label == "post_only",
        reduce_only=swap and params.text("reduceOnly", "false").lower() == "true",
        client_id=name,
        self_trade=prevention,
        label=label,
    )
    if swap:
        ask.quantity = _size(params) * market.face
    else:
        _quantify(ask, params)
        _check_worth(venue, ask)
    return ask


def _check_mode(params: Params, *, swap: bool) -> None:
    """Refuse what this account cannot have: borrowing, margin of one position, two ways at once."""
    if params.text("tdMode") != ("cross" if swap else "cash"):
        raise OkxError(51010, "You can't complete this request under your current account mode.")
    if swap and params.text("posSide", "net") != "net":
        raise bad("posSide")


def _size(params: Params) -> Decimal:
    size = params.decimal("sz")
    if size is None or size <= ZERO:
        raise bad("sz")
    return size


def _quantify(ask: Ask, params: Params) -> None:
    """Read the size; that of a market buy is in quote currency unless it says otherwise."""
    size = _size(params)
    usual = "quote_ccy" if ask.side == BUY else "base_ccy"
    unit = params.text("tgtCcy", usual)
    if unit not in {"quote_ccy", "base_ccy"}:
        raise bad("tgtCcy")
    if ask.kind is Kind.MARKET and unit == "quote_ccy":
        ask.spend = size
    else:
        ask.quantity = size


def _check_worth(venue: Venue, ask: Ask) -> None:
    """Refuse a market order that is worth too much."""
    worth = ask.spend or ask.quantity * venue.exchange.middle(ask.market)
    if ask.kind is Kind.MARKET and worth > MARKET_WORTH:
        raise OkxError(51201, f"The highest value per market order is {MARKET_WORTH} USDT.")
