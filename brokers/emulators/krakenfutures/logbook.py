"""What happened to accounts, kept as the history endpoints show it: orders, and money."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from brokers.emulators.core.events import (
    Event,
    FundingPaid,
    OrderMoved,
    WalletMoved,
)
from brokers.emulators.core.orders import ZERO, Fill, VenueOrder
from brokers.emulators.krakenfutures.names import iso, order_id, resting, trade_id
from brokers.emulators.venue import Venue

Json = dict[str, Any]
TYPES = {
    "lmt": "Limit", "post": "Post", "ioc": "IoC", "mkt": "Market", "fok": "FoK", "stp": "Stop",
    "take_profit": "TakeProfit",
}  # fmt: skip


class Entry:
    """One line of a history: when, its number, and what stands in it."""

    def __init__(self, at: int, number: int, row: Json) -> None:
        self.at, self.number, self.row = at, number, row


class Logbook:
    """Listens to the exchange and writes down what each account can read later."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._balances: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._sizes: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._realised: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.orders: defaultdict[str, list[Entry]] = defaultdict(list)
        self.money: defaultdict[str, list[Entry]] = defaultdict(list)
        venue.exchange.listeners.append(self._listen)

    def _listen(self, event: Event) -> None:
        if isinstance(event, OrderMoved):
            if event.fill is not None:
                self._traded(event.order, event.fill)
            self._moved(event)
        elif isinstance(event, FundingPaid):
            self._funded(event)
        elif isinstance(event, WalletMoved) and event.delta is not None:
            for asset in event.assets:
                self._entry(event.account, event.time, asset, "cross-exchange transfer")

    # --------------------------------------------------------------------------------- orders

    def _moved(self, event: OrderMoved) -> None:
        order, shown = event.order, _order(event.order, event.filled)
        if event.what == "NEW":
            self._order(order, {"OrderPlaced": {"order": shown, "reason": "new_user_order"}})
        elif event.what == "TRADE" and event.fill is not None and not event.fill.maker:
            self._arrived(order, shown)
        elif event.what == "TRADE":
            reason = "partial_fill" if event.filled < order.quantity else "full_fill"
            before = _order(order, event.filled - (event.fill.quantity if event.fill else ZERO))
            change = {"oldOrder": before, "newOrder": shown, "reason": reason}
            self._order(order, {"OrderUpdated": change})
        elif event.what == "REPLACED":
            change = {"oldOrder": shown, "newOrder": shown, "reason": "edited_by_user"}
            self._order(order, {"OrderEdited": change})
        elif event.what in {"CANCELED", "EXPIRED"}:
            reason = {"user": "cancelled_by_user", "switch": "dead_man_switch"}.get(
                order.cancel_id, "ioc_order_failed_because_it_would_not_be_executed"
            )
            if not order.cancel_id and resting(order):
                reason = "not_enough_margin"
            self._order(order, {"OrderCancelled": {"order": shown, "reason": reason}})

    def _arrived(self, order: VenueOrder, shown: Json) -> None:
        """Show an order that trades as it comes as it was placed: with what it took."""
        for entry in reversed(self.orders[order.account]):
            placed = entry.row["event"].get("OrderPlaced")
            if entry.number == order.number and placed is not None:
                placed["order"] = shown
                return

    def _order(self, order: VenueOrder, event: Json) -> None:
        log, now = self.orders[order.account], self._venue.clock.now()
        number = len(log) + 1
        row = {"uid": f"{number:08x}-0001-{order_id(order)[14:]}", "timestamp": now, "event": event}
        log.append(Entry(now, order.number, row))

    # ---------------------------------------------------------------------------------- money

    def _traded(self, order: VenueOrder, fill: Fill) -> None:
        account, market = order.account, order.market
        held = self._venue.exchange.wallets.position(account, market)
        key = (account, market.key)
        profit = held.realised - self._realised[key]
        self._realised[key] = held.realised
        common = {
            "contract": market.symbol.lower(),
            "execution": trade_id(market, fill.number),
            "trade_price": float(fill.price),
            "mark_price": float(self._venue.exchange.settler.mark(market.key)),
        }
        self._entry(
            account, fill.time, market.quote, "futures trade",
            {**common, "fee": float(fill.fee), "realized_pnl": float(profit)},
        )  # fmt: skip
        sizes = {"old_balance": float(self._sizes[key]), "new_balance": float(held.size)}
        self._sizes[key] = held.size
        contract = {**common, **sizes, "asset": market.symbol.lower()}
        self._write(account, fill.time, "futures trade", contract)

    def _funded(self, event: FundingPaid) -> None:
        extra = {
            "contract": event.market.symbol.lower(),
            "realized_funding": float(event.amount),
            "funding_rate": float(event.rate),
        }
        self._entry(event.account, event.time, event.market.quote, "funding rate change", extra)

    def _entry(
        self, account: str, at: int, asset: str, info: str, extra: Json | None = None
    ) -> None:
        """Write down that money moved, with what was there before and is now."""
        key, now = (account, asset), self._venue.exchange.wallets.of(account).total(asset)
        balances = {"old_balance": float(self._balances[key]), "new_balance": float(now)}
        self._balances[key] = now
        self._write(account, at, info, {"asset": asset.lower(), **balances, **(extra or {})})

    def _write(self, account: str, at: int, info: str, extra: Json) -> None:
        log = self.money[account]
        number = len(log) + 1
        row = {
            "id": number,
            "date": iso(at),
            "info": info,
            "booking_uid": f"{number:08x}-0002-4000-8000-{at:012x}",
            "margin_account": "flex",
            "contract": None,
            "execution": None,
            "collateral": None,
            "fee": 0,
            "funding_rate": None,
            "mark_price": None,
            "trade_price": None,
            "realized_funding": None,
            "realized_pnl": None,
            "conversion_spread_percentage": None,
            "liquidation_fee": None,
            "position_uid": None,
            **extra,
        }
        log.append(Entry(at, number, row))


def _order(order: VenueOrder, filled: Decimal) -> Json:
    """Return an order as histories have it: ``quantity`` is what is left of it."""
    return {
        "uid": order_id(order),
        "accountUid": "",
        "tradeable": order.market.symbol,
        "direction": "Buy" if order.buys else "Sell",
        "quantity": str(order.quantity - filled),
        "filled": str(filled),
        "timestamp": str(order.time),
        "limitPrice": str(order.price or ZERO),
        "orderType": TYPES.get(order.ask.label, "Limit"),
        "clientId": order.ask.client_id,
        "reduceOnly": order.ask.reduce_only,
        "lastUpdateTimestamp": str(order.updated),
    }
