"""What Alpaca tells a client."""

from typing import Any

from brokers.emulators.alpaca import shapes
from brokers.emulators.alpaca.errors import AlpacaError, impossible
from brokers.emulators.alpaca.names import stamp
from brokers.emulators.alpaca.reading import FOREVER, Params, named
from brokers.emulators.gateway import Call
from brokers.emulators.venue import Venue

PAGE = 100


def account(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show the account."""
    return 200, shapes.account(venue, call.account)


def positions(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show the coins that are held."""
    held = venue.exchange.wallets.of(call.account)
    rows = [
        shapes.position(venue, call.account, market)
        for market in venue.exchange.markets.values()
        if held.total(market.base)
    ]
    return 200, rows


def fills(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show fills, newest first unless told."""
    params = Params(call.params)
    after, until = params.instant("after", -1), params.instant("until", FOREVER)
    rows = [
        (fill, order)
        for order in venue.exchange.registry.all(call.account)
        if venue.visible(order)
        for fill in order.fills
        if after < fill.time < until
    ]
    rows.sort(key=lambda row: (row[0].time, row[0].number))
    if params.text("direction", "desc") != "asc":
        rows.reverse()
    shown = [shapes.activity(order, fill) for fill, order in rows]
    token = params.text("page_token", "")
    ids = [row["id"] for row in shown]
    first = ids.index(token) + 1 if token in ids else 0
    return 200, shown[first : first + params.limit("page_size", PAGE, PAGE)]


def activities(venue: Venue, call: Call) -> tuple[int, Any]:
    """Show activities of a type: there are fills only."""
    kinds = Params(call.params).text("activity_type", "FILL")
    return fills(venue, call) if "FILL" in kinds.split(",") else (200, [])


def assets(venue: Venue, call: Call) -> tuple[int, Any]:
    """Tell the markets and their rules."""
    if Params(call.params).text("asset_class", "crypto") != "crypto":
        return 200, []
    return 200, [shapes.asset(market) for market in venue.exchange.markets.values()]


def asset(venue: Venue, call: Call) -> tuple[int, Any]:
    """Tell one market."""
    name = Params(call.params).text("name")
    market = named(venue, name)
    if market is None:
        raise AlpacaError(404, 40410000, f"asset not found for {name}")
    return 200, shapes.asset(market)


def clock(venue: Venue, _call: Call) -> tuple[int, Any]:
    """Tell the time. The stock exchange, which is not emulated, is said to be closed."""
    now = stamp(venue.clock.now())
    return 200, {"timestamp": now, "is_open": False, "next_open": now, "next_close": now}


def not_emulated(_venue: Venue, _call: Call) -> tuple[int, Any]:
    """Refuse to replace an order.

    Raises:
        AlpacaError: always.
    """
    raise impossible("orders cannot be replaced here; cancel and place again")
