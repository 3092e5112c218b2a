"""JSON of orders, fills, positions and money as Kraken futures writes it."""

from decimal import Decimal
from typing import Any

from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import ZERO, Fill, Status, VenueOrder
from brokers.emulators.core.wallets import Position
from brokers.emulators.krakenfutures.names import (
    iso,
    kind,
    number,
    order_id,
    side,
    trade_id,
)
from brokers.emulators.venue import Venue

Json = dict[str, Any]
STABLE = frozenset({"USD", "USDT", "USDC"})


def order(item: VenueOrder, filled: Decimal | None = None) -> Json:
    """Return an order as order events have it.

    Args:
        filled: as it was at that moment; as it is now by default.
    """
    return {
        "orderId": order_id(item),
        "cliOrdId": item.ask.client_id or None,
        "type": kind(item),
        "symbol": item.market.symbol,
        "side": side(item.side),
        "quantity": number(item.quantity),
        "filled": number(item.filled if filled is None else filled),
        "limitPrice": None if item.price is None else number(item.price),
        **({} if item.ask.stop is None else {"stopPrice": number(item.ask.stop)}),
        "reduceOnly": item.ask.reduce_only,
        "timestamp": iso(item.time),
        "lastUpdateTimestamp": iso(item.updated),
    }


def events(item: VenueOrder) -> list[Json]:
    """Return what happened to an order that has just come: executions first, then it rests."""
    done, found = ZERO, []
    for fill in item.fills:
        found.append({
            "type": "EXECUTION",
            "executionId": trade_id(item.market, fill.number),
            "price": number(fill.price),
            "amount": number(fill.quantity),
            "orderPriorEdit": None,
            "orderPriorExecution": order(item, done),
            "takerReducedQuantity": None,
        })  # fmt: skip
        done += fill.quantity
    if item.open:
        found.append({"type": "PLACE", "order": order(item), "reducedQuantity": None})
    return found


def open_order(item: VenueOrder) -> Json:
    """Return a row of the list of open orders; it has what is left, not the size asked for."""
    waits = item.status is Status.WAITING
    return {
        "order_id": order_id(item),
        **({"cliOrdId": item.ask.client_id} if item.ask.client_id else {}),
        "symbol": item.market.symbol,
        "side": side(item.side),
        "orderType": item.ask.label if waits else "lmt",
        **({} if item.price is None else {"limitPrice": number(item.price)}),
        **({} if not waits else {"stopPrice": number(item.ask.stop or ZERO)}),
        **({} if not waits else {"triggerSignal": "last"}),
        "unfilledSize": number(item.left),
        "filledSize": number(item.filled),
        "receivedTime": iso(item.time),
        "lastUpdateTime": iso(item.updated),
        "status": "partiallyFilled" if item.filled else "untouched",
        "reduceOnly": item.ask.reduce_only,
    }


def status(item: VenueOrder) -> Json:
    """Return an order as the query of its status has it."""
    names = {Status.WAITING: "TRIGGER_PLACED", Status.FILLED: "FULLY_EXECUTED"}
    name = names.get(item.status, "ENTERED_BOOK" if item.open else "CANCELLED")
    waits = item.status is Status.WAITING
    shown = {"type": "TRIGGER_ORDER" if waits else "ORDER", **_statused(item)}
    return {"order": shown, "status": name, "updateReason": None, "error": None}


def _statused(item: VenueOrder) -> Json:
    return {key: value for key, value in order(item).items() if key != "type"}


def fill(item: VenueOrder, each: Fill) -> Json:
    """Return a fill; Kraken does not say here what it cost."""
    return {
        "fill_id": trade_id(item.market, each.number),
        "symbol": item.market.symbol,
        "side": side(item.side),
        "order_id": order_id(item),
        **({"cliOrdId": item.ask.client_id} if item.ask.client_id else {}),
        "size": number(each.quantity),
        "price": number(each.price),
        "fillTime": iso(each.time),
        "fillType": "maker" if each.maker else "taker",
    }


def position(market: Market, held: Position, at: int) -> Json:
    """Return an open position; size is never negative."""
    return {
        "side": "long" if held.size > 0 else "short",
        "symbol": market.symbol,
        "price": number(held.entry),
        "fillTime": iso(at),
        "size": number(abs(held.size)),
        "unrealizedFunding": 0.0,
        "pnlCurrency": market.quote,
    }


class Money:
    """What an account is worth and needs: one wallet for all contracts."""

    def __init__(self, venue: Venue, account: str) -> None:
        exchange, wallets = venue.exchange, venue.exchange.wallets
        held = wallets.of(account)
        self.quantities = {each: held.total(each) for each in held.assets()}
        self.values = {each: total * _price(venue, each) for each, total in self.quantities.items()}
        self.balance = sum(self.values.values(), ZERO)
        self.pnl = self.margin = self.maintenance = ZERO
        for market in (each for each in exchange.markets.values() if each.kind == LINEAR):
            mine, mark = wallets.position(account, market), exchange.settler.mark(market.key)
            self.pnl += mine.unrealised(mark)
            self.margin += mine.margin()
            self.maintenance += abs(mine.size) * mark * market.maintenance
        self.reserved = sum(held.locked.values(), ZERO)
        self.equity = self.balance + self.pnl
        self.available = self.equity - self.margin - self.reserved

    def flex(self) -> Json:
        """Return the multi-collateral account as REST has it."""
        currencies = {
            asset: {
                "quantity": number(total),
                "value": number(self.values[asset]),
                "collateral": number(self.values[asset]),
                "available": number(min(total, max(ZERO, self.available))),
            }
            for asset, total in self.quantities.items()
        }
        return {
            "type": "multiCollateralMarginAccount",
            "currencies": currencies,
            "initialMargin": number(self.margin),
            "initialMarginWithOrders": number(self.margin + self.reserved),
            "maintenanceMargin": number(self.maintenance),
            "balanceValue": number(self.balance),
            "portfolioValue": number(self.equity),
            "collateralValue": number(self.balance),
            "pnl": number(self.pnl),
            "unrealizedFunding": 0.0,
            "totalUnrealized": number(self.pnl),
            "totalUnrealizedAsMargin": number(self.pnl),
            "availableMargin": number(self.available),
            "marginEquity": number(self.equity),
        }

    def stream(self) -> Json:
        """Return the multi-collateral account as the stream of balances has it."""
        flex = self.flex()
        currencies = {
            asset: {
                "quantity": each["quantity"],
                "value": each["value"],
                "collateral_value": each["collateral"],
                "available": each["available"],
                "haircut": 0.0,
                "conversion_spread": 0.0,
            }
            for asset, each in flex["currencies"].items()
        }
        return {
            "currencies": currencies,
            "balance_value": flex["balanceValue"],
            "portfolio_value": flex["portfolioValue"],
            "collateral_value": flex["collateralValue"],
            "initial_margin": flex["initialMarginWithOrders"],
            "initial_margin_without_orders": flex["initialMargin"],
            "maintenance_margin": flex["maintenanceMargin"],
            "pnl": flex["pnl"],
            "unrealized_funding": 0.0,
            "total_unrealized": flex["totalUnrealized"],
            "total_unrealized_as_margin": flex["totalUnrealizedAsMargin"],
            "margin_equity": flex["marginEquity"],
            "available_margin": flex["availableMargin"],
            "isolated": {},
            "cross": {},
        }


def _price(venue: Venue, asset: str) -> Decimal:
    if asset in STABLE:
        return Decimal(1)
    found = (m for m in venue.exchange.markets.values() if m.base == asset)
    return next((venue.exchange.settler.mark(market.key) for market in found), ZERO)


def stream_order(item: VenueOrder, filled: Decimal) -> Json:
    """Return an order as the stream of open orders has it: ``qty`` is what is left."""
    waits = item.ask.stop is not None and not item.triggered
    return {
        "instrument": item.market.symbol,
        "time": item.time,
        "last_update_time": item.updated,
        "qty": number(item.quantity - filled),
        "filled": number(filled),
        "limit_price": number(item.price or ZERO),
        "stop_price": number(item.ask.stop or ZERO),
        "type": {"take_profit": "take_profit"}.get(item.ask.label, "stop") if waits else "limit",
        "order_id": order_id(item),
        **({"cli_ord_id": item.ask.client_id} if item.ask.client_id else {}),
        "direction": 0 if item.side == BUY else 1,
        "reduce_only": item.ask.reduce_only,
        **({"triggerSignal": "last"} if waits else {}),
    }


def stream_fill(item: VenueOrder, each: Fill, seq: int) -> Json:
    """Return a fill as the stream of fills has it, with what it cost."""
    return {
        "instrument": item.market.symbol,
        "time": each.time,
        "price": number(each.price),
        "seq": seq,
        "buy": item.side == BUY,
        "qty": number(each.quantity),
        "remaining_order_qty": number(item.left),
        "order_id": order_id(item),
        **({"cli_ord_id": item.ask.client_id} if item.ask.client_id else {}),
        "fill_id": trade_id(item.market, each.number),
        "fill_type": "maker" if each.maker else "taker",
        "fee_paid": number(each.fee),
        "fee_currency": each.fee_asset,
        "taker_order_type": "lmt" if each.maker else kind(item),
        "order_type": "limit" if item.price is not None else "market",
    }


def stream_position(venue: Venue, account: str, market: Market) -> Json:
    """Return a position as the stream of positions has it; ``balance`` is signed."""
    held = venue.exchange.wallets.position(account, market)
    mark = venue.exchange.settler.mark(market.key)
    return {
        "instrument": market.symbol,
        "balance": number(held.size),
        "pnl": number(held.unrealised(mark)),
        "entry_price": number(held.entry),
        "mark_price": number(mark),
        "index_price": number(mark),
        "liquidation_threshold": 0.0,
        "effective_leverage": number(held.leverage),
        "return_on_equity": 0.0,
        "unrealized_funding": 0.0,
        "initial_margin": number(held.margin()),
        "initial_margin_with_orders": number(held.margin()),
        "maintenance_margin": number(abs(held.size) * mark * market.maintenance),
        "pnl_currency": market.quote,
    }
