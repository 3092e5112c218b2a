"""What Kraken futures tells a client of his own."""

from collections.abc import Sequence
from typing import Any

from brokers.emulators.gateway import Call
from brokers.emulators.krakenfutures import shapes
from brokers.emulators.krakenfutures.errors import bad
from brokers.emulators.krakenfutures.logbook import Entry, Logbook
from brokers.emulators.krakenfutures.names import order_number
from brokers.emulators.krakenfutures.reading import Params
from brokers.emulators.venue import Venue

Json = dict[str, Any]
PAGE = 100
YOUNG_MS = 5_000
"""So long an order that is open no more is still known to the query of its status."""
MOST = 100_000


def accounts(venue: Venue, call: Call) -> Json:
    """Show what there is: an empty wallet of cash, and the one that carries all contracts."""
    money = shapes.Money(venue, call.account)
    cash = {"type": "cashAccount", "balances": dict.fromkeys(money.quantities, "0.0")}
    return {"accounts": {"cash": cash, "flex": money.flex()}}


def positions(venue: Venue, call: Call) -> Json:
    """Show the open positions."""
    rows = []
    for market in venue.exchange.markets.values():
        held = venue.exchange.wallets.position(call.account, market)
        if held.size:
            rows.append(shapes.position(market, held, venue.clock.now()))
    return {"openPositions": rows}


def open_orders(venue: Venue, call: Call) -> Json:
    """Show all open orders."""
    found = [o for o in venue.exchange.registry.open(call.account) if venue.visible(o)]
    return {"openOrders": [shapes.open_order(order) for order in reversed(found)]}


def status(venue: Venue, call: Call) -> Json:
    """Show orders by their ids, as long as they are open or were a moment ago."""
    params = Params(call.params)
    numbers = [order_number(each) for each in params.many("orderIds")]
    names = params.many("cliOrdIds")
    if None in numbers:
        raise bad("orderIds")
    since = venue.clock.now() - YOUNG_MS
    found = [
        order
        for order in venue.exchange.registry.all(call.account)
        if (order.number in numbers or order.ask.client_id in names)
        and (order.open or order.updated >= since)
        and venue.visible(order)
    ]
    return {"orders": [shapes.status(order) for order in found]}


def fills(venue: Venue, call: Call) -> Json:
    """Show the last hundred fills of all contracts before an instant, newest first."""
    until = Params(call.params).instant("lastFillTime", 2**60)
    rows = [
        (fill.time, fill.number, order, fill)
        for order in venue.exchange.registry.all(call.account)
        for fill in order.fills
        if fill.time < until and venue.visible(order)
    ]
    rows.sort(key=lambda row: row[:2], reverse=True)
    return {"fills": [shapes.fill(order, fill) for _, _, order, fill in rows[:PAGE]]}


class Histories:
    """Histories of orders and money, from the logbook of the venue."""

    def __init__(self, logbook: Logbook) -> None:
        self._logbook = logbook

    def orders(self, venue: Venue, call: Call) -> Json:
        """Show what happened to orders."""
        orders = venue.exchange.registry.orders
        shown = [
            entry
            for entry in self._logbook.orders[call.account]
            if entry.number in orders and venue.visible(orders[entry.number])
        ]
        params = Params(call.params)
        contract = params.text("tradeable", "").upper()
        rows = [each for each in _page(shown, params) if contract in {"", _contract(each)}]
        return {"accountUid": call.account, "elements": rows, "len": len(rows)}

    def money(self, venue: Venue, call: Call) -> Json:
        """Show how money came and went."""
        params = Params(call.params)
        wanted = params.many("info")
        shown = [
            entry
            for entry in self._logbook.money[call.account]
            if not wanted or entry.row["info"] in wanted
        ]
        return {"accountUid": call.account, "logs": _page(shown, params)}


def _page(entries: Sequence[Entry], params: Params) -> list[Json]:
    since, before = params.instant("since", 0), params.instant("before", 2**60)
    first, last = params.number("from", 0), params.number("to", 2**60)
    found = [
        each.row
        for each in entries
        if since <= each.at < before and first <= each.row.get("id", first) <= last
    ]
    if params.text("sort", "desc") != "asc":
        found.reverse()
    return found[: min(params.number("count", 500), MOST)]


def _contract(row: Json) -> str:
    (change,) = row["event"].values()
    order = change.get("order") or change["newOrder"]
    return str(order["tradeable"])
