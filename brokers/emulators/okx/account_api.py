"""What OKX tells a client."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from brokers.emulators.core.orders import Fill, RefusedError, VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.okx import shapes
from brokers.emulators.okx.errors import OkxError
from brokers.emulators.okx.names import order_id, state
from brokers.emulators.okx.reading import SPOT, Params
from brokers.emulators.okx.trade_api import located
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

PAGE = 100
EMPTY_KEPT_MS = 2 * 3600 * 1000
"""A cancelled order that never traded can be asked for so long."""
Json = dict[str, Any]
Row = TypeVar("Row")


def config(venue: Venue, call: Call) -> list[Json]:
    """Tell what kind of account it is, and what the key may do."""
    rights = "read_only,trade"
    if call.account in venue.may_withdraw:
        rights += ",withdraw"
    number = str(200_000_000_000_000_000 + list(venue.accounts).index(call.account))
    return [
        {
            "uid": number,
            "mainUid": number,
            "acctLv": "1",
            "acctStpMode": "cancel_maker",
            "posMode": "net_mode",
            "autoLoan": False,
            "greeksType": "PA",
            "level": "Lv1",
            "levelTmp": "",
            "ctIsoMode": "automatic",
            "mgnIsoMode": "automatic",
            "spotOffsetType": "",
            "label": call.account,
            "roleType": "0",
            "opAuth": "0",
            "kycLv": "2",
            "ip": "",
            "perm": rights,
            "enableSpotBorrow": False,
            "type": "0",
        }
    ]


def balance(venue: Venue, call: Call) -> list[Json]:
    """Show balances."""
    names = Params(call.params).text("ccy", "")
    return [shapes.balance(venue, call.account, tuple(names.split(",")) if names else None)]


def fees(venue: Venue, call: Call) -> list[Json]:
    """Tell the fees; negative is what is paid."""
    market = next(iter(Params(call.params).markets(venue)), None)
    if market is None:
        return []
    maker, taker = plain(-market.maker), plain(-market.taker)
    none = dict.fromkeys(("makerU", "takerU", "makerUSDC", "takerUSDC", "delivery", "exercise"), "")
    told = {"level": "Lv1", "instType": SPOT, "category": "1", "ruleType": "normal", "fiat": []}
    return [{**told, **none, "maker": maker, "taker": taker, "ts": str(venue.clock.now())}]


def currencies(venue: Venue, _call: Call) -> list[Json]:
    """Tell the currencies; none can be moved."""
    names = sorted({each for m in venue.exchange.markets.values() for each in (m.base, m.quote)})
    rights = {"canDep": False, "canWd": False, "canInternal": False}
    return [{"ccy": name, "name": name, "chain": f"{name}-{name}", **rights} for name in names]


def positions(_venue: Venue, _call: Call) -> list[Json]:
    """Show no positions: an account in spot mode has none."""
    return []


def order(venue: Venue, call: Call) -> list[Json]:
    """Show one order; of several with one client id the latest."""
    try:
        found = located(venue, call.account, Params(call.params))
    except RefusedError:
        found = None
    if found is None or _forgotten(venue, found):
        raise OkxError(51603, "Order does not exist")
    call.order = found
    return [shapes.order(found)]


def pending(venue: Venue, call: Call) -> list[Json]:
    """Show open orders, newest first."""
    params = Params(call.params)
    found = [each for each in _chosen(venue, call, params) if each.open]
    return [shapes.order(each) for each in _page(params, found, order_id)]


def history(venue: Venue, call: Call) -> list[Json]:
    """Show closed orders, newest first; those that never traded for two hours only."""
    params = Params(call.params)
    params.kind()
    found = [
        each
        for each in _chosen(venue, call, params)
        if not each.open and not _forgotten(venue, each) and _within(params, each.time)
    ]
    return [shapes.order(each) for each in _page(params, found, order_id)]


def fills(venue: Venue, call: Call) -> list[Json]:
    """Show fills, newest first; those of one market, order or time."""
    params = Params(call.params)
    named = params.text("ordId", "")
    rows = [
        (each, fill)
        for each in _chosen(venue, call, params, plain_states=False)
        for fill in each.fills
        if named in {"", order_id(each)} and _within(params, fill.time)
    ]
    rows.sort(key=lambda row: (row[1].time, row[1].number))
    return [shapes.execution(*row) for row in _page(params, rows, _billed)]


def archived_fills(venue: Venue, call: Call) -> list[Json]:
    """Show fills of three months; the type of instrument must be said here."""
    Params(call.params).kind()
    return fills(venue, call)


def _billed(row: tuple[VenueOrder, Fill]) -> str:
    return shapes.bill(row[1])


def _forgotten(venue: Venue, order: VenueOrder) -> bool:
    """Say whether a cancelled order without a trade is too old to be shown."""
    gone = not order.open and not order.filled
    return gone and venue.clock.now() - order.updated > EMPTY_KEPT_MS


def _within(params: Params, time: int) -> bool:
    return params.number("begin", 0) <= time <= params.number("end", 2**60)


def _chosen(
    venue: Venue, call: Call, params: Params, *, plain_states: bool = True
) -> list[VenueOrder]:
    """Return a client's orders that a list is asked for, oldest first."""
    if params.kind(SPOT) != SPOT:
        return []
    markets = params.markets(venue)
    label, wanted = params.text("ordType", ""), params.text("state", "") if plain_states else ""
    return [
        each
        for each in venue.exchange.registry.all(call.account)
        if each.market in markets
        and venue.visible(each)
        and (not label or each.ask.label in label.split(","))
        and wanted in {"", state(each.status.value)}
    ]


def _page(params: Params, rows: Sequence[Row], number: Callable[[Row], str]) -> list[Row]:
    """Return a page, newest first: before (newer than) or after (older than) a number."""
    newer, older = params.number("before", 0), params.number("after", 2**60)
    kept = [row for row in rows if newer < int(number(row)) < older]
    return list(reversed(kept))[: params.limit(PAGE)]
