"""JSON as Binance's futures write it."""

from decimal import Decimal
from typing import Any

from brokers.emulators.binance.shapes import fixed, side, status
from brokers.emulators.core.events import FundingPaid, OrderMoved
from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import ZERO, Fill, VenueOrder
from brokers.emulators.core.wallets import Position
from brokers.emulators.texts import plain

Json = dict[str, Any]
ENDLESS = 4_133_404_800_000
"""The day on which a perpetual ends, as the venue tells it."""
SINCE = 1_569_398_400_000


def symbol(market: Market) -> Json:
    """Return one market of exchangeInfo."""
    lots = {"minQty": plain(market.min_quantity), "stepSize": plain(market.step)}
    return {
        "symbol": market.symbol,
        "pair": market.symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": ENDLESS,
        "onboardDate": SINCE,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": market.base,
        "quoteAsset": market.quote,
        "marginAsset": market.quote,
        "pricePrecision": _digits(market.tick),
        "quantityPrecision": _digits(market.step),
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "orderTypes": ["LIMIT", "MARKET"],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": plain(market.min_price),
                "maxPrice": plain(market.max_price),
                "tickSize": plain(market.tick),
            },
            {"filterType": "LOT_SIZE", "maxQty": plain(market.max_quantity), **lots},
            {"filterType": "MARKET_LOT_SIZE", "maxQty": plain(market.max_market), **lots},
            {"filterType": "MAX_NUM_ORDERS", "limit": market.max_orders},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": market.max_stops},
            {"filterType": "MIN_NOTIONAL", "notional": plain(market.min_notional)},
            {
                "filterType": "PERCENT_PRICE",
                "multiplierUp": plain(market.band_up),
                "multiplierDown": plain(market.band_down),
                "multiplierDecimal": "4",
            },
        ],
    }


def _digits(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def order(item: VenueOrder) -> Json:
    """Return an order as queries and answers show it."""
    return {
        "orderId": item.number,
        "symbol": item.market.symbol,
        "status": status(item.status.value),
        "clientOrderId": item.ask.client_id,
        "price": fixed(item.price or ZERO),
        "avgPrice": fixed(item.average),
        "origQty": plain(item.quantity),
        "executedQty": plain(item.filled),
        "cumQty": plain(item.filled),
        "cumQuote": fixed(item.paid),
        "timeInForce": _life(item),
        "type": item.ask.label,
        "origType": item.ask.label,
        "reduceOnly": item.ask.reduce_only,
        "closePosition": False,
        "side": side(item.side),
        "positionSide": "BOTH",
        "stopPrice": "0",
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "priceMatch": "NONE",
        "selfTradePreventionMode": item.ask.self_trade.value,
        "goodTillDate": 0,
        "time": item.time,
        "updateTime": item.updated,
    }


def acknowledged(item: VenueOrder) -> Json:
    """Return an order as it was when it was taken: nothing of it had traded."""
    none = {"executedQty": "0", "cumQty": "0", "cumQuote": "0", "avgPrice": "0.00"}
    return {**order(item), **none, "status": "NEW"}


def _life(item: VenueOrder) -> str:
    return "GTX" if item.ask.post_only else item.ask.life.value


def trade(item: VenueOrder, fill: Fill) -> Json:
    """Return one of userTrades."""
    return {
        "symbol": item.market.symbol,
        "id": fill.number,
        "orderId": fill.order,
        "side": side(item.side),
        "price": plain(fill.price),
        "qty": plain(fill.quantity),
        "realizedPnl": "0",
        "quoteQty": plain(fill.price * fill.quantity),
        "commission": plain(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.time,
        "positionSide": "BOTH",
        "buyer": item.buys,
        "maker": fill.maker,
    }


def position(market: Market, held: Position, mark: Decimal, now: int) -> Json:
    """Return a position as positionRisk shows it."""
    margin = plain(held.margin())
    return {
        "symbol": market.symbol,
        "positionSide": "BOTH",
        "positionAmt": plain(held.size),
        "entryPrice": plain(held.entry),
        "breakEvenPrice": plain(held.entry),
        "markPrice": plain(mark),
        "unRealizedProfit": plain(held.unrealised(mark)),
        "unrealizedProfit": plain(held.unrealised(mark)),
        "liquidationPrice": "0",
        "isolatedMargin": "0",
        "isolatedWallet": "0",
        "notional": plain(held.size * mark),
        "marginAsset": market.quote,
        "initialMargin": margin,
        "maintMargin": plain(abs(held.size) * mark * market.maintenance),
        "positionInitialMargin": margin,
        "openOrderInitialMargin": "0",
        "leverage": plain(held.leverage),
        "marginType": "cross",
        "adl": 1,
        "bidNotional": "0",
        "askNotional": "0",
        "updateTime": now,
    }


def income(event: FundingPaid) -> Json:
    """Return a payment of funding as the list of incomes shows it."""
    return {
        "symbol": event.market.symbol,
        "incomeType": "FUNDING_FEE",
        "income": plain(event.amount),
        "asset": event.market.quote,
        "info": "FUNDING_FEE",
        "time": event.time,
        "tranId": 900_000_000_000 + event.number,
        "tradeId": "",
    }


def order_update(moved: OrderMoved) -> Json:
    """Return the event of an order."""
    item, fill, ask = moved.order, moved.fill, moved.order.ask
    what = {"REPLACED": "AMENDMENT", "TRIGGERED": "NEW"}.get(moved.what, moved.what)
    told = {
        "s": item.market.symbol,
        "c": ask.client_id,
        "S": side(item.side),
        "o": ask.label,
        "f": _life(item),
        "q": plain(item.quantity),
        "p": fixed(item.price or ZERO),
        "ap": fixed(moved.paid / moved.filled if moved.filled else ZERO),
        "sp": "0",
        "x": what,
        "X": status(moved.status),
        "i": item.number,
        "l": plain(fill.quantity if fill else ZERO),
        "z": plain(moved.filled),
        "L": plain(fill.price if fill else ZERO),
        "T": moved.time,
        "t": fill.number if fill else 0,
        "b": "0",
        "a": "0",
        "m": bool(fill and fill.maker),
        "R": ask.reduce_only,
        "wt": "CONTRACT_PRICE",
        "ot": ask.label,
        "ps": "BOTH",
        "cp": False,
        "rp": "0",
        "pP": False,
        "si": 0,
        "ss": 0,
        "V": ask.self_trade.value,
        "pm": "NONE",
        "gtd": 0,
    }
    if fill is not None:
        told |= {"n": plain(fill.fee), "N": fill.fee_asset}
    return {"e": "ORDER_TRADE_UPDATE", "T": moved.time, "E": moved.time, "o": told}
