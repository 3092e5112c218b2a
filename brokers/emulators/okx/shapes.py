"""JSON as OKX writes it."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.orders import ZERO, Fill, Kind, VenueOrder
from brokers.emulators.okx import swaps
from brokers.emulators.okx.names import (
    cancel_source,
    charged,
    kind_of,
    order_id,
    side,
    size,
    state,
)
from brokers.emulators.okx.reading import MARKET_WORTH, coded
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

Json = dict[str, Any]
MOST = "9999999999"
SINCE = "1597026383085"


def instrument(market: Market) -> Json:
    """Return one market."""
    empty = dict.fromkeys(
        (
            "ctMult", "ctType", "ctVal", "ctValCcy", "expTime", "instFamily", "optType",
            "settleCcy", "stk", "uly", "openType", "auctionEndTime", "contTdSwTime",
        ),
        "",
    )  # fmt: skip
    return {
        **empty,
        "instType": "SPOT",
        "instId": market.symbol,
        "instIdCode": coded(market),
        "baseCcy": market.base,
        "quoteCcy": market.quote,
        "category": "1",
        "alias": "",
        "lever": "",
        "listTime": SINCE,
        "lotSz": size(market, market.step),
        "minSz": size(market, market.min_quantity),
        "tickSz": plain(market.tick),
        "maxLmtSz": size(market, market.max_quantity),
        "maxLmtAmt": "20000000",
        "maxMktSz": plain(MARKET_WORTH),
        "maxMktAmt": plain(MARKET_WORTH),
        "maxIcebergSz": MOST,
        "maxTriggerSz": MOST,
        "maxTwapSz": MOST,
        "maxStopSz": plain(MARKET_WORTH),
        "ruleType": "normal",
        "state": "live",
        **(swaps.terms(market) if market.kind == LINEAR else {}),
    }


def order(item: VenueOrder, was: tuple[str, Decimal, Decimal] | None = None) -> Json:
    """Return an order.

    Args:
        was: status, filled and paid as they were, where that is not now.
    """
    ask = item.ask
    status, filled, paid = was or (item.status.value, item.filled, item.paid)
    last = item.fills[-1] if item.fills else None
    fees = sum((fill.fee for fill in item.fills), ZERO)
    market_like = ask.kind is Kind.MARKET
    unit, market = ("quote_ccy" if ask.spend else "base_ccy"), item.market
    swap = market.kind == LINEAR
    got, given = (market.base, market.quote) if item.buys else (market.quote, market.base)
    return {
        **_unused(),
        "instType": kind_of(market),
        "instId": market.symbol,
        "ordId": order_id(item),
        "clOrdId": ask.client_id,
        "px": "" if item.price is None else plain(item.price),
        "sz": plain(ask.spend) if ask.spend else size(market, item.quantity),
        "ordType": ask.label,
        "side": side(item.side),
        "posSide": "net",
        "tdMode": "cross" if swap else "cash",
        "tgtCcy": unit if market_like and not swap else "",
        "accFillSz": size(market, filled),
        "avgPx": plain(paid / filled) if filled else "",
        "fillPx": plain(last.price) if last else "",
        "fillSz": size(market, last.quantity) if last else "0",
        "fillTime": str(last.time) if last else "",
        "tradeId": str(last.number) if last else "",
        "state": state(status),
        "fee": plain(charged(fees)),
        "feeCcy": market.quote if swap else got,
        "rebate": "0",
        "rebateCcy": market.quote if swap else given,
        "pnl": "0",
        "source": "",
        "category": "normal",
        "stpMode": "cancel_maker",
        "reduceOnly": "true" if ask.reduce_only else "false",
        "cancelSource": cancel_source(item) if state(status) == "canceled" else "",
        "cTime": str(item.time),
        "uTime": str(item.updated),
    }


def _unused() -> Json:
    names = (
        "ccy", "tag", "lever", "tpTriggerPx", "tpTriggerPxType", "tpOrdPx", "slTriggerPx",
        "slTriggerPxType", "slOrdPx", "stpId", "algoId", "algoClOrdId", "attachAlgoClOrdId",
        "isTpLimit", "pxType", "pxUsd", "pxVol", "quickMgnType", "cancelSourceReason",
    )  # fmt: skip
    return {**dict.fromkeys(names, ""), "attachAlgoOrds": [], "linkedAlgoOrd": {"algoId": ""}}


def moved(
    item: VenueOrder, what: str, fill: Fill | None, was: tuple[str, Decimal, Decimal]
) -> Json:
    """Return an order as the stream shows it; a trade is told in its own frame only."""
    traded = {
        "fillPx": plain(fill.price) if fill else "",
        "fillSz": size(item.market, fill.quantity) if fill else "0",
        "fillTime": str(fill.time) if fill else "",
        "tradeId": str(fill.number) if fill else "",
        "fillFee": plain(charged(fill.fee)) if fill else "0",
        "fillFeeCcy": fill.fee_asset if fill else "",
        "fillNotionalUsd": plain(fill.price * fill.quantity) if fill else "",
        "execType": _role(fill) if fill else "",
    }
    return {
        **order(item, was),
        **traded,
        "fillPnl": "0",
        "notionalUsd": plain((item.price or ZERO) * item.quantity),
        "amendResult": "0" if what == "REPLACED" else "",
        "amendSource": "1" if what == "REPLACED" else "",
        "reqId": "",
        "code": "0",
        "msg": "",
    }


def execution(item: VenueOrder, fill: Fill) -> Json:
    """Return a fill."""
    market = item.market
    rate = market.maker if fill.maker else market.taker
    return {
        "instType": kind_of(market),
        "instId": market.symbol,
        "tradeId": str(fill.number),
        "ordId": order_id(item),
        "clOrdId": item.ask.client_id,
        "billId": bill(fill),
        "subType": "1" if item.buys else "2",
        "tag": "",
        "fillPx": plain(fill.price),
        "fillSz": size(market, fill.quantity),
        "fillIdxPx": plain(fill.price),
        "fillPnl": "0",
        "fillPxVol": "",
        "fillPxUsd": "",
        "fillMarkVol": "",
        "fillFwdPx": "",
        "fillMarkPx": "",
        "side": side(item.side),
        "posSide": "net",
        "execType": _role(fill),
        "fee": plain(charged(fill.fee)),
        "feeCcy": fill.fee_asset,
        "feeRate": plain(charged(rate)),
        "ts": str(fill.time),
        "fillTime": str(fill.time),
    }


def bill(fill: Fill) -> str:
    """Return the number of a fill in the ledger, by which lists are paged."""
    return str(fill.order * 1_000_000_000 + fill.number)


def _role(fill: Fill) -> str:
    return "M" if fill.maker else "T"


def balance(venue: Venue, account: str, assets: tuple[str, ...] | None = None) -> Json:
    """Return the trading account of a client, or some currencies of it."""
    held = venue.exchange.wallets.of(account)
    every = {asset: _detail(venue, account, asset) for asset in held.assets()}
    worth = sum((Decimal(row["eqUsd"]) for row in every.values()), ZERO)
    shown = [row for asset, row in every.items() if assets is None or asset in assets]
    # In futures mode OKX tells these by currency only.
    names = ("adjEq", "borrowFroz", "imr", "isoEq", "mgnRatio", "mmr", "notionalUsd", "ordFroz",
             "upl", "availEq")  # fmt: skip
    return {
        **dict.fromkeys(names, ""),
        "totalEq": plain(worth),
        "uTime": str(venue.clock.now()),
        "details": shown,
    }


def _detail(venue: Venue, account: str, asset: str) -> Json:
    held = venue.exchange.wallets.of(account)
    total, locked = held.total(asset), held.locked[asset]
    profit, margin = swaps.margin_of(venue, account, asset)
    free = plain(held.free[asset] + profit - margin)
    names = (
        "borrowFroz", "crossLiab", "disEq", "interest", "isoLiab", "liab", "maxLoan", "mgnRatio",
        "rewardBal", "smtSyncEq", "spotInUseAmt", "stgyEq", "twap", "uplLiab",
    )  # fmt: skip
    return {
        **dict.fromkeys(names, ""),
        "ccy": asset,
        "eq": plain(total + profit),
        "cashBal": plain(total),
        "spotBal": "",
        "availEq": free,
        "availBal": free,
        "frozenBal": plain(locked + margin),
        "ordFrozen": plain(locked),
        "fixedBal": "0",
        "imr": plain(margin),
        "mmr": "0",
        "isoEq": "0",
        "isoUpl": "0",
        "notionalLever": "0",
        "upl": plain(profit),
        "eqUsd": plain((total + profit) * _worth(venue, asset)),
        "uTime": str(venue.clock.now()),
    }


def _worth(venue: Venue, asset: str) -> Decimal:
    if asset == "USDT":
        return Decimal(1)
    market = venue.exchange.markets.get(f"spot:{asset}-USDT")
    return venue.exchange.settler.mark(market.key) if market is not None else ZERO
