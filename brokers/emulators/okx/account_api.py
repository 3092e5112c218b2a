"""What OKX tells a client."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from brokers.emulators.core.events import FundingPaid
from brokers.emulators.core.market import LINEAR
from brokers.emulators.core.orders import Fill, RefusedError, VenueOrder
from brokers.emulators.gateway import Call
from brokers.emulators.okx import shapes, swaps
from brokers.emulators.okx.errors import OkxError, bad
from brokers.emulators.okx.names import SWAP, kind_of, order_id, state
from brokers.emulators.okx.reading import Params
from brokers.emulators.okx.trade_api import located
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

PAGE = 100
EMPTY_KEPT_MS = 2 * 3600 * 1000
"""A cancelled order that never traded can be asked for so long."""
FUTURES_MODE = "2"
"""Coins and swaps in one account, each swap margined by what it is settled in."""
NET = "net_mode"
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
            "acctLv": FUTURES_MODE,
            "acctStpMode": "cancel_maker",
            "posMode": NET,
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
    kind, swap = kind_of(market), market.kind == LINEAR
    told = {"level": "Lv1", "instType": kind, "category": "1", "ruleType": "normal", "fiat": []}
    names = ("makerU", "takerU") if swap else ("maker", "taker")
    rates = {"maker": "", "taker": "", **none, **dict(zip(names, (maker, taker), strict=True))}
    return [{**told, **rates, "ts": str(venue.clock.now())}]


def currencies(venue: Venue, _call: Call) -> list[Json]:
    """Tell the currencies; none can be moved."""
    names = sorted({each for m in venue.exchange.markets.values() for each in (m.base, m.quote)})
    rights = {"canDep": False, "canWd": False, "canInternal": False}
    return [{"ccy": name, "name": name, "chain": f"{name}-{name}", **rights} for name in names]


def positions(venue: Venue, call: Call) -> list[Json]:
    """Show open positions."""
    params = Params(call.params)
    if params.kind(SWAP) != SWAP:
        return []
    names = params.text("instId", "")
    rows = swaps.positions(venue, call.account)
    return [row for row in rows if not names or row["instId"] in names.split(",")]


def leverage(venue: Venue, call: Call) -> list[Json]:
    """Tell the leverage in a swap."""
    return [_leverage(venue, call, Params(call.params))]


def set_leverage(venue: Venue, call: Call) -> list[Json]:
    """Choose a leverage in a swap, for a position across the account."""
    params = Params(call.params)
    market, wanted = params.market(venue), params.decimal("lever")
    if params.text("mgnMode") != "cross":
        raise bad("mgnMode")
    if wanted is None or market.kind != LINEAR:
        raise bad("lever")
    if not 1 <= wanted <= market.leverage:
        raise OkxError(59102, "Leverage exceeds the maximum leverage. Please lower the leverage.")
    venue.exchange.wallets.position(call.account, market).leverage = wanted
    return [_leverage(venue, call, params)]


def _leverage(venue: Venue, call: Call, params: Params) -> Json:
    market = params.market(venue)
    held = venue.exchange.wallets.position(call.account, market)
    told = {"instId": market.symbol, "mgnMode": "cross", "posSide": "net", "ccy": ""}
    return {**told, "lever": plain(held.leverage)}


def set_position_mode(_venue: Venue, call: Call) -> list[Json]:
    """Choose one position a swap, which is the only way here; each way its own is not emulated."""
    if Params(call.params).text("posMode") != NET:
        raise OkxError(59000, "Setting failed. Close open positions and orders first.")
    return [{"posMode": NET}]


def bills(venue: Venue, call: Call) -> list[Json]:
    """Show lines of the ledger, newest first; only those of funding are kept here."""
    params = Params(call.params)
    if params.kind(SWAP) != SWAP or params.text("type", "8") != "8":
        return []
    market, asset = params.text("instId", ""), params.text("ccy", "")
    found = [
        each
        for each in venue.fundings
        if each.account == call.account
        and market in {"", each.market.symbol}
        and asset in {"", each.market.quote}
        and _within(params, each.time)
    ]
    found.sort(key=_ledger)
    return [swaps.bill(each) for each in _page(params, found, swaps.bill_id)]


def _ledger(event: FundingPaid) -> int:
    return int(swaps.bill_id(event))


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
