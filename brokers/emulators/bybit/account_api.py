"""What Bybit tells a client."""

from collections.abc import Sequence
from typing import Any

from brokers.emulators.bybit import shapes
from brokers.emulators.bybit.errors import BybitError, bad
from brokers.emulators.bybit.names import order_number
from brokers.emulators.bybit.reading import Params
from brokers.emulators.core.orders import VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

WEEK_MS = 7 * 86_400_000
CLOSED_KEPT = 500
"""Closed orders that the list of open ones still shows."""


def api_key(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell what a key may do."""
    may = ["AccountTransfer", "SubMemberTransfer"]
    return {
        "id": "1",
        "note": call.account,
        "apiKey": venue.accounts[call.account].key,
        "readOnly": 0,
        "secret": "",
        "permissions": {
            "ContractTrade": ["Order", "Position"],
            "Spot": ["SpotTrade"],
            "Wallet": [*may, "Withdraw"] if call.account in venue.may_withdraw else [],
            "Options": [],
            "Derivatives": ["DerivativesTrade"],
            "CopyTrading": [],
            "BlockTrade": [],
            "Exchange": [],
            "NFT": [],
            "Affiliate": [],
        },
        "ips": ["*"],
        "type": 1,
        "deadlineDay": 90,
        "expiredAt": "2099-01-01T00:00:00Z",
        "createdAt": "2022-01-01T00:00:00Z",
        "unified": 0,
        "uta": 1,
        "userID": 1000 + list(venue.accounts).index(call.account),
        "inviterID": 0,
        "vipLevel": "No VIP",
        "mktMakerLevel": "0",
        "affiliateID": 0,
        "rsaPublicKey": "",
        "isMaster": True,
        "parentUid": "0",
        "kycLevel": "LEVEL_DEFAULT",
        "kycRegion": "",
    }


def account_info(venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Tell what kind of account it is."""
    return {
        "unifiedMarginStatus": 6,
        "marginMode": "REGULAR_MARGIN",
        "isMasterTrader": False,
        "spotHedgingStatus": "OFF",
        "updatedTime": str(venue.clock.began),
    }


def wallet(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show balances."""
    return {"list": [shapes.wallet(venue, call.account)]}


def coins(venue: Venue, _call: Call) -> Any:  # noqa: ANN401
    """Tell the currencies."""
    names = sorted({each for m in venue.exchange.markets.values() for each in (m.base, m.quote)})
    return {
        "rows": [{"name": name, "coin": name, "remainAmount": "0", "chains": []} for name in names]
    }


def fee_rates(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Tell the fees."""
    rows = [
        {
            "symbol": market.symbol,
            "takerFeeRate": str(market.taker),
            "makerFeeRate": str(market.maker),
        }
        for market in Params(call.params).markets(venue)
    ]
    return {"list": rows}


def realtime(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show open orders; one asked for by its id is shown closed too, if it is young."""
    params = Params(call.params)
    orders = _chosen(venue, call, params)
    named = params.text("orderId", "") or params.text("orderLinkId", "")
    shown = orders if named or params.number("openOnly", 0) else [o for o in orders if o.open]
    return _page(params, [shapes.order(order) for order in reversed(shown[-CLOSED_KEPT:])], 20)


def history(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show orders, newest first."""
    params = Params(call.params)
    orders = [order for order in _chosen(venue, call, params) if not order.open]
    return _page(params, [shapes.order(order) for order in reversed(orders)], 20)


def executions(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show fills, newest first."""
    params = Params(call.params)
    start, end = _span(venue, params)
    if params.text("execType", "Trade") == "Funding":
        return _page(params, _fundings(venue, call, params, start, end), 50)
    fills = [
        (fill, order)
        for order in _chosen(venue, call, params)
        for fill in order.fills
        if start <= fill.time <= end
    ]
    fills.sort(key=lambda row: (row[0].time, row[0].number), reverse=True)
    rows = [shapes.execution(order, fill) for fill, order in fills]
    return _page(params, rows, 50)


def _span(venue: Venue, params: Params) -> tuple[int, int]:
    """Return from when to when: a week at most, unless told the last one.

    Raises:
        BybitError: more than a week was asked for.
    """
    start, end = params.number("startTime", 0), params.number("endTime", 0)
    if not start and not end:
        end = venue.clock.now() + WEEK_MS
        start = end - 2 * WEEK_MS
    elif not end:
        end = start + WEEK_MS
    elif not start:
        start = end - WEEK_MS
    elif end - start > WEEK_MS:
        raise bad("The time range between startTime and endTime cannot exceed 7 days")
    return start, end


def _fundings(venue: Venue, call: Call, params: Params, start: int, end: int) -> list[Any]:
    """Return payments of funding, newest first."""
    kind, symbol = params.kind(), params.text("symbol", "")
    found = [
        shapes.funding(each)
        for each in venue.fundings
        if each.account == call.account
        and each.market.kind == kind
        and symbol in {"", each.market.symbol}
        and start <= each.time <= end
    ]
    return list(reversed(found))


def positions(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Show positions; all that are open, or one market's in any case."""
    params = Params(call.params)
    if params.kind() == "spot":
        raise bad("params error: category spot has no positions")
    exchange, named = venue.exchange, params.text("symbol", "")
    rows = []
    for market in params.markets(venue):
        held = exchange.wallets.position(call.account, market)
        if held.size or named:
            mark = exchange.settler.mark(market.key)
            rows.append(shapes.position(market, held, mark, venue.clock.now()))
    return _page(params, rows, 200)


def set_leverage(venue: Venue, call: Call) -> Any:  # noqa: ANN401
    """Choose a leverage."""
    params = Params(call.params)
    market, wanted = params.market(venue), params.decimal("buyLeverage")
    if wanted is None or not 1 <= wanted <= market.leverage:
        raise bad("params error: buyLeverage invalid")
    held = venue.exchange.wallets.position(call.account, market)
    if held.leverage == wanted:
        raise BybitError(110043, "leverage not modified")
    held.leverage = wanted
    return {}


def _chosen(venue: Venue, call: Call, params: Params) -> list[VenueOrder]:
    number, name = params.text("orderId", ""), params.text("orderLinkId", "")
    kind, symbol = params.kind(), params.text("symbol", "")
    return [
        order
        for order in venue.exchange.registry.all(call.account)
        if order.market.kind == kind
        and symbol in {"", order.market.symbol}
        and (not number or order.number == order_number(number))
        and name in {"", order.ask.client_id}
        and venue.visible(order)
    ]


def _page(params: Params, rows: Sequence[Any], most: int) -> dict[str, Any]:
    """Return a page of rows; the cursor is where the next begins."""
    many, first = params.number("limit", most), params.number("cursor", 0)
    more = first + many < len(rows)
    return {
        "category": params.kind(),
        "list": rows[first : first + many],
        "nextPageCursor": str(first + many) if more else "",
    }
