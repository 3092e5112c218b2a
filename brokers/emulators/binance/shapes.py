"""JSON as Binance writes it."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.candles import Candle
from brokers.emulators.core.events import OrderMoved, Traded
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import ZERO, Fill, Status, VenueOrder

Json = dict[str, Any]


def fixed(value: Decimal | int) -> str:
    """Return a number with eight decimals."""
    return f"{value:.8f}"


def side(sign: int) -> str:
    """Return the name of a side."""
    return "BUY" if sign == BUY else "SELL"


def status(value: str) -> str:
    """Return Binance's name of a status; a stop that waits is new there."""
    return "NEW" if value == Status.WAITING.value else value


def symbol(market: Market) -> Json:
    """Return one market of exchangeInfo."""
    kinds = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT"]
    return {
        "symbol": market.symbol,
        "status": "TRADING",
        "baseAsset": market.base,
        "baseAssetPrecision": 8,
        "quoteAsset": market.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": [*kinds, "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": filters(market),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": [
            "NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH",
        ],
    }  # fmt: skip


def filters(market: Market) -> list[Json]:
    """Return the filters of a market."""
    up, down = str(market.band_up), str(market.band_down)
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": fixed(market.min_price),
            "maxPrice": fixed(market.max_price),
            "tickSize": fixed(market.tick),
        },
        _lots("LOT_SIZE", market, market.max_quantity, market.step),
        {"filterType": "ICEBERG_PARTS", "limit": 10},
        _lots("MARKET_LOT_SIZE", market, market.max_market, ZERO),
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": up,
            "bidMultiplierDown": down,
            "askMultiplierUp": up,
            "askMultiplierDown": down,
            "avgPriceMins": 5,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": fixed(market.min_notional),
            "applyMinToMarket": True,
            "maxNotional": fixed(market.max_notional or ZERO),
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": market.max_orders},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": market.max_stops},
    ]


def _lots(name: str, market: Market, most: Decimal, step: Decimal) -> Json:
    least = market.min_quantity if step else ZERO
    return {
        "filterType": name, "minQty": fixed(least), "maxQty": fixed(most), "stepSize": fixed(step)
    }  # fmt: skip


def order(item: VenueOrder) -> Json:
    """Return an order as queries show it."""
    return {
        "symbol": item.market.symbol,
        "orderId": item.number,
        "orderListId": -1,
        "clientOrderId": item.ask.client_id,
        "price": fixed(item.price or ZERO),
        "origQty": fixed(item.quantity),
        "executedQty": fixed(item.filled),
        "cummulativeQuoteQty": fixed(item.paid),
        "status": status(item.status.value),
        "timeInForce": item.ask.life.value,
        "type": item.ask.label,
        "side": side(item.side),
        "stopPrice": fixed(item.ask.stop or ZERO),
        "icebergQty": fixed(0),
        "time": item.time,
        "updateTime": item.updated,
        "isWorking": item.status is not Status.WAITING,
        "workingTime": item.time if item.status is not Status.WAITING else -1,
        "origQuoteOrderQty": fixed(item.ask.spend),
        "selfTradePreventionMode": item.ask.self_trade.value,
    }


def placed(item: VenueOrder, detail: str) -> Json:
    """Return the answer to a new order: ``ACK``, ``RESULT`` or ``FULL``."""
    ack = {
        "symbol": item.market.symbol,
        "orderId": item.number,
        "orderListId": -1,
        "clientOrderId": item.ask.client_id,
        "transactTime": item.updated,
    }
    if detail == "ACK":
        return ack
    left_out = {"time", "updateTime", "isWorking", "stopPrice", "icebergQty"}
    result = {key: value for key, value in order(item).items() if key not in left_out}
    result = {**ack, **result}
    if item.ask.stop is not None:
        result["stopPrice"] = fixed(item.ask.stop)
    if detail == "FULL":
        result["fills"] = [placed_fill(fill) for fill in item.fills]
    return result


def placed_fill(fill: Fill) -> Json:
    """Return a fill as the answer to a new order shows it."""
    return {
        "price": fixed(fill.price),
        "qty": fixed(fill.quantity),
        "commission": fixed(fill.fee),
        "commissionAsset": fill.fee_asset,
        "tradeId": fill.number,
    }


def cancelled(item: VenueOrder) -> Json:
    """Return the answer to a cancellation."""
    left_out = {"time", "updateTime", "isWorking", "icebergQty", "workingTime"}
    shown = {key: value for key, value in order(item).items() if key not in left_out}
    if item.ask.stop is None:
        del shown["stopPrice"]
    return {
        **shown,
        "origClientOrderId": item.ask.client_id,
        "clientOrderId": item.cancel_id,
        "transactTime": item.updated,
    }


def my_trade(item: VenueOrder, fill: Fill) -> Json:
    """Return one of myTrades."""
    return {
        "symbol": item.market.symbol,
        "id": fill.number,
        "orderId": fill.order,
        "orderListId": -1,
        "price": fixed(fill.price),
        "qty": fixed(fill.quantity),
        "quoteQty": fixed(fill.price * fill.quantity),
        "commission": fixed(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.time,
        "isBuyer": item.side == BUY,
        "isMaker": fill.maker,
        "isBestMatch": True,
    }


def public_trade(trade: Traded) -> Json:
    """Return one of the recent trades."""
    return {
        "id": trade.number,
        "price": fixed(trade.price),
        "qty": fixed(trade.quantity),
        "quoteQty": fixed(trade.price * trade.quantity),
        "time": trade.time,
        "isBuyerMaker": trade.side != BUY,
        "isBestMatch": True,
    }


def kline(candle: Candle, length: int) -> list[Any]:
    """Return a candle of so many milliseconds as klines lists it."""
    return [
        candle.start,
        fixed(candle.open),
        fixed(candle.high),
        fixed(candle.low),
        fixed(candle.close),
        fixed(candle.volume),
        candle.start + length - 1,
        fixed(candle.quote),
        candle.trades,
        fixed(candle.bought),
        fixed(candle.bought_quote),
        "0",
    ]


def execution_report(moved: OrderMoved) -> Json:
    """Return the event of an order."""
    item, fill, ask = moved.order, moved.fill, moved.order.ask
    cancelled_now = moved.what == "CANCELED" and item.cancel_id
    return {
        "e": "executionReport",
        "E": moved.time,
        "s": item.market.symbol,
        "c": item.cancel_id if cancelled_now else ask.client_id,
        "S": side(item.side),
        "o": ask.label,
        "f": ask.life.value,
        "q": fixed(item.quantity),
        "p": fixed(item.price or ZERO),
        "P": fixed(ask.stop or ZERO),
        "F": fixed(0),
        "g": -1,
        "C": ask.client_id if cancelled_now else "",
        "x": "NEW" if moved.what == "TRIGGERED" else _execution(moved),
        "X": status(moved.status),
        "r": "NONE",
        "i": item.number,
        "l": fixed(fill.quantity if fill else ZERO),
        "z": fixed(moved.filled),
        "L": fixed(fill.price if fill else ZERO),
        "n": fixed(fill.fee) if fill else "0",
        "N": fill.fee_asset if fill else None,
        "T": moved.time,
        "t": fill.number if fill else -1,
        "I": item.number * 2,
        "w": moved.status in {"NEW", "PARTIALLY_FILLED"},
        "m": fill.maker if fill else False,
        "M": False,
        "O": item.time,
        "Z": fixed(moved.paid),
        "Y": fixed(fill.price * fill.quantity if fill else ZERO),
        "Q": fixed(ask.spend),
        "W": item.time,
        "V": ask.self_trade.value,
    }


def _execution(moved: OrderMoved) -> str:
    """Return the execution type."""
    return "TRADE_PREVENTION" if moved.status == "EXPIRED_IN_MATCH" else moved.what


def trade_event(trade: Traded, now: int) -> Json:
    """Return the public event of a trade."""
    return {
        "e": "trade",
        "E": now,
        "s": trade.market.symbol,
        "t": trade.number,
        "p": fixed(trade.price),
        "q": fixed(trade.quantity),
        "T": trade.time,
        "m": trade.side != BUY,
        "M": True,
    }


def aggregate_event(trade: Traded, now: int) -> Json:
    """Return the public event of an aggregate trade; here each is one trade."""
    return {
        **trade_event(trade, now),
        "e": "aggTrade",
        "a": trade.number,
        "f": trade.number,
        "l": trade.number,
    }


def kline_event(market: Market, name: str, candle: Candle, length: int, now: int) -> Json:
    """Return the public event of a candle."""
    return {
        "e": "kline",
        "E": now,
        "s": market.symbol,
        "k": {
            "t": candle.start,
            "T": candle.start + length - 1,
            "s": market.symbol,
            "i": name,
            "f": -1,
            "L": -1,
            "o": fixed(candle.open),
            "c": fixed(candle.close),
            "h": fixed(candle.high),
            "l": fixed(candle.low),
            "v": fixed(candle.volume),
            "n": candle.trades,
            "x": now >= candle.start + length,
            "q": fixed(candle.quote),
            "V": fixed(candle.bought),
            "Q": fixed(candle.bought_quote),
            "B": "0",
        },
    }
