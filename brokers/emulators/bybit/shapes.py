"""JSON as Bybit writes it."""

from decimal import Decimal
from typing import Any

from brokers.emulators.bybit.names import order_id, side, status
from brokers.emulators.core.events import FundingPaid
from brokers.emulators.core.liquidation import LABEL
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.orders import ZERO, Fill, VenueOrder
from brokers.emulators.core.wallets import Position
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

Json = dict[str, Any]


def instrument(market: Market) -> Json:
    """Return one market of instruments-info."""
    common = {
        "symbol": market.symbol,
        "baseCoin": market.base,
        "quoteCoin": market.quote,
        "status": "Trading",
    }
    return {**common, **(_linear(market) if market.kind == LINEAR else _spot(market))}


def _spot(market: Market) -> Json:
    return {
        "innovation": "0",
        "marginTrading": "none",
        "stTag": "0",
        "lotSizeFilter": {
            "basePrecision": plain(market.step),
            "quotePrecision": "0.00000001",
            "minOrderQty": plain(market.min_quantity),
            "maxOrderQty": plain(market.max_quantity),
            "minOrderAmt": plain(market.min_notional),
            "maxOrderAmt": "4000000",
            "maxLimitOrderQty": plain(market.max_quantity),
            "maxMarketOrderQty": plain(market.max_market),
        },
        "priceFilter": {"tickSize": plain(market.tick)},
        "riskParameters": {
            "priceLimitRatioX": plain(market.band_up - 1),
            "priceLimitRatioY": plain(2 * (market.band_up - 1)),
        },
    }


def _linear(market: Market) -> Json:
    return {
        "contractType": "LinearPerpetual",
        "launchTime": "1585526400000",
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": "2",
        "leverageFilter": {
            "minLeverage": "1",
            "maxLeverage": plain(market.leverage),
            "leverageStep": "0.01",
        },
        "priceFilter": {
            "minPrice": plain(market.min_price),
            "maxPrice": plain(market.max_price),
            "tickSize": plain(market.tick),
        },
        "lotSizeFilter": {
            "maxOrderQty": plain(market.max_quantity),
            "minOrderQty": plain(market.min_quantity),
            "qtyStep": plain(market.step),
            "postOnlyMaxOrderQty": plain(market.max_quantity),
            "maxMktOrderQty": plain(market.max_market),
            "minNotionalValue": plain(market.min_notional),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": 480,
        "settleCoin": market.quote,
        "copyTrading": "none",
        "upperFundingRate": "0.005",
        "lowerFundingRate": "-0.005",
        "isPreListing": False,
        "preListingInfo": None,
    }


def order(item: VenueOrder, state: str | None = None) -> Json:
    """Return an order."""
    ask, left = item.ask, item.left if item.open else ZERO
    fees = sum((fill.fee for fill in item.fills), ZERO)
    name = status(item, state or item.status.value)
    linear = item.market.kind == LINEAR
    unit = "quoteCoin" if ask.spend else "baseCoin"
    reason = "EC_PostOnlyWillTakeLiquidity" if item.note == "post only" else "EC_NoError"
    return {
        "orderId": order_id(item),
        "orderLinkId": ask.client_id,
        "blockTradeId": "",
        "symbol": item.market.symbol,
        "price": plain(item.price or ZERO),
        "qty": plain(ask.spend or item.quantity),
        "side": side(item.side),
        "isLeverage": "0",
        "positionIdx": 0,
        "orderStatus": name,
        "createType": "CreateByLiq" if ask.label == LABEL else "CreateByUser",
        "cancelType": "CancelByUser" if item.cancel_id else "UNKNOWN",
        "rejectReason": reason,
        "avgPrice": plain(item.average) if item.filled else "",
        "leavesQty": plain(left),
        "leavesValue": plain(left * (item.price or ZERO)),
        "cumExecQty": plain(item.filled),
        "cumExecValue": plain(item.paid),
        "cumExecFee": plain(fees),
        "timeInForce": "PostOnly" if ask.post_only else ask.life.value,
        "orderType": "Limit" if ask.label == "Limit" else "Market",
        "stopOrderType": "Stop" if ask.stop is not None else "",
        "orderIv": "",
        "marketUnit": "" if linear or ask.label != "Market" else unit,
        "triggerPrice": plain(ask.stop) if ask.stop is not None else "",
        "takeProfit": "",
        "stopLoss": "",
        **({"tpslMode": ""} if linear else {}),
        "tpTriggerBy": "",
        "slTriggerBy": "",
        "triggerDirection": 0 if ask.stop is None else (1 if ask.rising else 2),
        "triggerBy": "LastPrice" if ask.stop is not None else "",
        "lastPriceOnCreated": "",
        "reduceOnly": ask.reduce_only,
        "closeOnTrigger": False,
        "placeType": "",
        "smpType": "None",
        "smpGroup": 0,
        "smpOrderId": "",
        "createdTime": str(item.time),
        "updatedTime": str(item.updated),
    }


def execution(item: VenueOrder, fill: Fill) -> Json:
    """Return a fill."""
    market = item.market
    rate = market.maker if fill.maker else market.taker
    return {
        "symbol": market.symbol,
        "orderId": order_id(item),
        "orderLinkId": item.ask.client_id,
        "side": side(item.side),
        "orderPrice": plain(item.price or ZERO),
        "orderQty": plain(item.quantity),
        "leavesQty": plain(item.left),
        "orderType": "Limit" if item.ask.label == "Limit" else "Market",
        "stopOrderType": "",
        "execFee": plain(fill.fee),
        "feeCurrency": fill.fee_asset,
        "execId": f"{fill.number:08x}-{fill.order:04x}-4000-9000-{fill.number:012x}",
        "execPrice": plain(fill.price),
        "execQty": plain(fill.quantity),
        "execType": "BustTrade" if item.ask.label == LABEL else "Trade",
        "execValue": plain(fill.price * fill.quantity),
        "execTime": str(fill.time),
        "isMaker": fill.maker,
        "feeRate": plain(rate),
        "tradeIv": "",
        "markIv": "",
        "markPrice": plain(fill.price),
        "indexPrice": "",
        "underlyingPrice": "",
        "blockTradeId": "",
        "closedSize": "0",
        "seq": fill.number,
        "isLeverage": "0",
        "marketUnit": "",
        "createType": "CreateByUser",
        "extraFees": "",
    }


def position(market: Market, held: Position, mark: Decimal, now: int) -> Json:
    """Return a position."""
    size = abs(held.size)
    margin = plain(held.margin())
    return {
        "positionIdx": 0,
        "riskId": 1,
        "riskLimitValue": "2000000",
        "symbol": market.symbol,
        "side": side(1 if held.size > 0 else -1) if size else "",
        "size": plain(size),
        "avgPrice": plain(held.entry),
        "entryPrice": plain(held.entry),
        "positionValue": plain(abs(held.cost)),
        "tradeMode": 0,
        "autoAddMargin": 0,
        "positionStatus": "Normal",
        "leverage": plain(held.leverage),
        "markPrice": plain(mark),
        "liqPrice": "",
        "bustPrice": "",
        "positionIM": margin,
        "positionMM": plain(size * mark * market.maintenance),
        "positionBalance": margin,
        "takeProfit": "",
        "stopLoss": "",
        "trailingStop": "0",
        "tpslMode": "Full",
        "sessionAvgPrice": "",
        "unrealisedPnl": plain(held.unrealised(mark)),
        "curRealisedPnl": plain(held.realised),
        "cumRealisedPnl": plain(held.realised),
        "adlRankIndicator": 0,
        "isReduceOnly": False,
        "mmrSysUpdatedTime": "",
        "leverageSysUpdatedTime": "",
        "createdTime": str(now),
        "updatedTime": str(now),
        "seq": 1,
    }


def wallet(venue: Venue, account: str) -> Json:
    """Return a unified account's balances."""
    exchange = venue.exchange
    held = exchange.wallets.of(account)
    coins = [_coin(venue, account, asset) for asset in held.assets()]
    equity = plain(sum((Decimal(coin["usdValue"]) for coin in coins), ZERO))
    return {
        "accountType": "UNIFIED",
        "accountLTV": "",
        "accountIMRate": "0",
        "accountMMRate": "0",
        "accountIMRateByMp": "0",
        "accountMMRateByMp": "0",
        "totalEquity": equity,
        "totalWalletBalance": equity,
        "totalMarginBalance": equity,
        "totalAvailableBalance": equity,
        "totalPerpUPL": "0",
        "totalInitialMargin": "0",
        "totalMaintenanceMargin": "0",
        "totalInitialMarginByMp": "0",
        "totalMaintenanceMarginByMp": "0",
        "coin": coins,
    }


def _coin(venue: Venue, account: str, asset: str) -> Json:
    exchange = venue.exchange
    held, positions = exchange.wallets.of(account), exchange.wallets.positions
    mine = [
        (position, exchange.settler.mark(key))
        for (who, key), position in positions.items()
        if who == account and exchange.markets[key].quote == asset
    ]
    profit = sum((position.unrealised(mark) for position, mark in mine), ZERO)
    margin = sum((position.margin() for position, _ in mine), ZERO)
    total = held.total(asset)
    price = Decimal(1) if asset == "USDT" else _worth(venue, asset)
    return {
        "coin": asset,
        "equity": plain(total + profit),
        "usdValue": plain((total + profit) * price),
        "walletBalance": plain(total),
        "free": "",
        "locked": plain(held.locked[asset]),
        "spotHedgingQty": "0",
        "borrowAmount": "0",
        "availableToWithdraw": "",
        "accruedInterest": "0",
        "totalOrderIM": "0",
        "totalPositionIM": plain(margin),
        "totalPositionMM": "0",
        "unrealisedPnl": plain(profit),
        "cumRealisedPnl": "0",
        "bonus": "0",
        "marginCollateral": True,
        "collateralSwitch": True,
    }


def _worth(venue: Venue, asset: str) -> Decimal:
    market = venue.exchange.markets.get(f"spot:{asset}USDT")
    market = market or venue.exchange.markets.get(f"linear:{asset}USDT")
    return venue.exchange.settler.mark(market.key) if market is not None else ZERO


def funding(event: FundingPaid) -> Json:
    """Return a payment of funding as executions show it; a fee above 0 was paid."""
    return {
        "symbol": event.market.symbol,
        "execType": "Funding",
        "execId": f"funding-{event.market.symbol}-{event.number}",
        "execPrice": str(event.price),
        "execQty": str(abs(event.size)),
        "execFee": str(-event.amount),
        "feeRate": str(event.rate),
        "execTime": str(event.time),
        "side": "Buy" if event.size > 0 else "Sell",
        "orderId": "",
        "orderLinkId": "",
        "isMaker": False,
    }
