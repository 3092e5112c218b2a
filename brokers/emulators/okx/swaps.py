"""Swaps at OKX as JSON: the market, positions, funding rates, and what funding has moved."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.events import FundingPaid
from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import ZERO
from brokers.emulators.core.wallets import Position
from brokers.emulators.okx.names import SWAP, size
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

Json = dict[str, Any]
PAID, GOT = "173", "174"
"""Kinds of bill: funding that was paid, and that was received."""
FIRST_BILL = 700_000_000_000_000_000
HIGHEST = "0.00375"
GREEKS = (
    "adl", "availPos", "baseBal", "baseBorrowed", "baseInterest", "bizRefId", "bizRefType",
    "closeOrderAlgo", "deltaBS", "deltaPA", "gammaBS", "gammaPA", "interest", "liab", "liabCcy",
    "liqPenalty", "liqPx", "margin", "optVal", "posCcy", "quoteBal", "quoteBorrowed",
    "quoteInterest", "spotInUseAmt", "spotInUseCcy", "thetaBS", "thetaPA", "usdPx", "vegaBS",
    "vegaPA",
)  # fmt: skip


def terms(market: Market) -> Json:
    """Return what a swap's listing has other than that of a coin."""
    family = f"{market.base}-{market.quote}"
    return {
        "instType": SWAP,
        "baseCcy": "",
        "quoteCcy": "",
        "settleCcy": market.quote,
        "ctMult": "1",
        "ctType": "linear",
        "ctVal": plain(market.face),
        "ctValCcy": market.base,
        "instFamily": family,
        "uly": family,
        "lever": plain(market.leverage),
        "maxLmtAmt": "20000000",
        "maxMktAmt": "",
        "maxMktSz": size(market, market.max_market),
        "maxStopSz": size(market, market.max_market),
    }


def positions(venue: Venue, account: str, market: Market | None = None) -> list[Json]:
    """Return the open positions of a client, all or that in one market."""
    exchange = venue.exchange
    return [
        position(venue, exchange.markets[key], held)
        for (who, key), held in exchange.wallets.positions.items()
        if who == account and held.size and market in {None, exchange.markets[key]}
    ]


def position(venue: Venue, market: Market, held: Position) -> Json:
    """Return a position; of one that is flat its sizes are 0."""
    mark, now = venue.exchange.settler.mark(market.key), str(venue.clock.now())
    profit, margin = held.unrealised(mark), held.margin()
    units = size(market, held.size)
    return {
        **dict.fromkeys(GREEKS, ""),
        "instType": SWAP,
        "instId": market.symbol,
        "posId": str(100_000 + sum(market.symbol.encode())),
        "posSide": "net",
        "mgnMode": "cross",
        "ccy": market.quote,
        "pos": units,
        "availPos": units,
        "avgPx": plain(held.entry) if held.size else "",
        "nonSettleAvgPx": "",
        "bePx": plain(held.entry) if held.size else "",
        "markPx": plain(mark),
        "idxPx": plain(mark),
        "last": plain(venue.exchange.last.get(market.key, mark)),
        "lever": plain(held.leverage),
        "imr": plain(margin),
        "mmr": plain(abs(held.size) * mark * market.maintenance),
        "mgnRatio": "",
        "notionalUsd": plain(abs(held.size) * mark),
        "upl": plain(profit),
        "uplLastPx": plain(profit),
        "uplRatio": plain(profit / margin) if margin else "0",
        "uplRatioLastPx": "0",
        "pnl": plain(held.realised),
        "realizedPnl": plain(held.realised),
        "settledPnl": "",
        "fee": "0",
        "fundingFee": "0",
        "tradeId": "",
        "cTime": now,
        "uTime": now,
        "pTime": now,
    }


def funding_rate(venue: Venue, market: Market) -> Json:
    """Return the rate by which funding is paid next."""
    due = venue.next_funding()
    return {
        "instType": SWAP,
        "instId": market.symbol,
        "method": "current_period",
        "formulaType": "noRate",
        "fundingRate": plain(venue.funding(market)),
        "nextFundingRate": "",
        "fundingTime": str(due),
        "nextFundingTime": str(due + venue.funding_ms),
        "prevFundingTime": str(due - venue.funding_ms),
        "minFundingRate": f"-{HIGHEST}",
        "maxFundingRate": HIGHEST,
        "settState": "settled",
        "settFundingRate": plain(venue.funding(market, 1)),
        "interestRate": "0.0001",
        "impactValue": "",
        "premium": "",
        "ts": str(venue.clock.now()),
    }


def paid_rate(venue: Venue, market: Market, back: int) -> Json:
    """Return the rate that was paid so many intervals ago; 0 is the last one."""
    rate = plain(venue.funding(market, back + 1))
    at = (venue.clock.now() // venue.funding_ms - back) * venue.funding_ms
    return {
        "instType": SWAP,
        "instId": market.symbol,
        "formulaType": "noRate",
        "method": "current_period",
        "fundingRate": rate,
        "realizedRate": rate,
        "fundingTime": str(at),
    }


def mark_price(venue: Venue, market: Market) -> Json:
    """Return the price by which positions are valued."""
    price = plain(venue.exchange.settler.mark(market.key))
    now = str(venue.clock.now())
    return {"instType": SWAP, "instId": market.symbol, "markPx": price, "ts": now}


def bill(event: FundingPaid) -> Json:
    """Return the line of the ledger in which a payment of funding stands."""
    empty = dict.fromkeys(
        ("clOrdId", "execType", "fillFwdPx", "fillIdxPx", "fillMarkPx", "from", "notes", "ordId",
         "tag", "to", "tradeId", "bal", "earnAmt", "earnApr", "fillPxUsd"), ""
    )  # fmt: skip
    amount = plain(event.amount)
    return {
        **empty,
        "billId": bill_id(event),
        "type": "8",
        "subType": GOT if event.amount > ZERO else PAID,
        "instType": SWAP,
        "instId": event.market.symbol,
        "mgnMode": "cross",
        "ccy": event.market.quote,
        "balChg": amount,
        "pnl": amount,
        "fee": "0",
        "interest": "0",
        "posBal": "0",
        "posBalChg": "0",
        "px": plain(event.price),
        "sz": size(event.market, abs(event.size)),
        "ts": str(event.time),
        "fillTime": str(event.time),
    }


def bill_id(event: FundingPaid) -> str:
    """Return the number of a payment in the ledger."""
    return str(FIRST_BILL + event.number)


def margin_of(venue: Venue, account: str, asset: str) -> tuple[Decimal, Decimal]:
    """Return open profit and margin held of a client's positions that an asset settles."""
    exchange = venue.exchange
    mine = [
        (held, exchange.settler.mark(key))
        for (who, key), held in exchange.wallets.positions.items()
        if who == account and held.asset == asset and held.size
    ]
    profit = sum((held.unrealised(mark) for held, mark in mine), ZERO)
    return profit, sum((held.margin() for held, _ in mine), ZERO)
