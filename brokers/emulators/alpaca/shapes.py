"""JSON as Alpaca writes it."""

from decimal import Decimal
from typing import Any

from brokers.emulators.alpaca.names import asset_id, joined, order_id, side, stamp, state
from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import ZERO, Fill, Kind, Status, VenueOrder
from brokers.emulators.texts import plain
from brokers.emulators.venue import Venue

Json = dict[str, Any]


def asset(market: Market) -> Json:
    """Return one market."""
    return {
        "id": asset_id(market),
        "class": "crypto",
        "exchange": "CRYPTO",
        "symbol": market.symbol,
        "name": f"{market.base} / {market.quote}",
        "status": "active",
        "tradable": True,
        "marginable": False,
        "maintenance_margin_requirement": 100,
        "shortable": False,
        "easy_to_borrow": False,
        "fractionable": True,
        "attributes": [],
        "min_order_size": plain(market.min_quantity),
        "min_trade_increment": plain(market.step),
        "price_increment": plain(market.tick),
    }


def order(item: VenueOrder, was: tuple[str, Decimal, Decimal] | None = None) -> Json:
    """Return an order.

    Args:
        was: status, filled and paid as they were, where that is not now.
    """
    ask = item.ask
    status, filled, paid = was or (item.status.value, item.filled, item.paid)
    name = state(status)
    ended = stamp(item.updated)
    usual = "market" if ask.kind is Kind.MARKET else "limit"
    kind = usual if ask.stop is None else "stop_limit"
    return {
        "id": order_id(item),
        "client_order_id": ask.client_id,
        "created_at": stamp(item.time),
        "updated_at": ended,
        "submitted_at": stamp(item.time),
        "filled_at": stamp(item.fills[-1].time) if name == "filled" else None,
        "expired_at": None,
        "canceled_at": ended if name == "canceled" else None,
        "failed_at": None,
        "replaced_at": None,
        "replaced_by": None,
        "replaces": None,
        "asset_id": asset_id(item.market),
        "symbol": item.market.symbol,
        "asset_class": "crypto",
        "notional": plain(ask.spend) if ask.spend else None,
        "qty": None if ask.spend else plain(item.quantity),
        "filled_qty": plain(filled),
        "filled_avg_price": plain(paid / filled) if filled else None,
        "order_class": "",
        "order_type": kind,
        "type": kind,
        "side": side(item.side),
        "position_intent": "buy_to_open" if item.buys else "sell_to_close",
        "time_in_force": ask.life.value.lower(),
        "limit_price": None if ask.price is None else plain(item.price or ask.price),
        "stop_price": None if ask.stop is None else plain(ask.stop),
        "status": name,
        "extended_hours": False,
        "legs": None,
        "trail_percent": None,
        "trail_price": None,
        "hwm": None,
        "subtag": None,
        "source": None,
    }


def placed(item: VenueOrder) -> Json:
    """Return an order as the answer to it: accepted, and nothing known of what came of it."""
    return {**order(item, (Status.NEW.value, ZERO, ZERO)), "status": "pending_new"}


def update(
    item: VenueOrder, event: str, fill: Fill | None, was: tuple[str, Decimal, Decimal], held: str
) -> Json:
    """Return what the stream says of an order."""
    at = stamp(item.updated)
    told: Json = {"event": event, "timestamp": at, "at": at, "order": order(item, was)}
    told["execution_id"] = _execution(item, fill)
    if fill is not None:
        told |= {"price": plain(fill.price), "qty": plain(fill.quantity), "position_qty": held}
    return {"stream": "trade_updates", "data": told}


def activity(item: VenueOrder, fill: Fill) -> Json:
    """Return a fill. What it cost is not in it: that is taken from what was received."""
    done = ZERO
    for each in item.fills:
        done += each.quantity
        if each is fill:
            break
    whole = done == item.quantity
    day = stamp(fill.time).translate(str.maketrans("", "", "-T:.Z"))
    return {
        "activity_type": "FILL",
        "id": f"{day}::{_execution(item, fill)}",
        "cum_qty": plain(done),
        "leaves_qty": plain(item.quantity - done),
        "price": plain(fill.price),
        "qty": plain(fill.quantity),
        "side": side(item.side),
        "symbol": item.market.symbol,
        "transaction_time": stamp(fill.time),
        "order_id": order_id(item),
        "type": "fill" if whole else "partial_fill",
        "order_status": "filled" if whole else "partially_filled",
    }


def _execution(item: VenueOrder, fill: Fill | None) -> str:
    number = fill.number if fill else item.updated % 10**12
    return f"{item.number:08x}-0000-4000-9000-{number:012d}"


def account(venue: Venue, name: str) -> Json:
    """Return an account: what is free, and what all of it is worth."""
    held = venue.exchange.wallets.of(name)
    worth = sum((value(venue, name, market) for market in venue.exchange.markets.values()), ZERO)
    cash, total = plain(held.free["USD"]), plain(held.total("USD") + worth)
    zeros = dict.fromkeys(
        ("accrued_fees", "short_market_value", "initial_margin", "maintenance_margin", "sma",
         "daytrading_buying_power", "regt_buying_power", "pending_transfer_in"), "0"
    )  # fmt: skip
    return {
        **zeros,
        "id": asset_id(next(iter(venue.exchange.markets.values()))),
        "account_number": f"PA{list(venue.accounts).index(name):010d}",
        "status": "ACTIVE",
        "crypto_status": "ACTIVE",
        "currency": "USD",
        "cash": cash,
        "buying_power": cash,
        "non_marginable_buying_power": cash,
        "portfolio_value": total,
        "equity": total,
        "last_equity": total,
        "long_market_value": plain(worth),
        "position_market_value": plain(worth),
        "multiplier": "1",
        "pattern_day_trader": False,
        "trading_blocked": False,
        "transfers_blocked": False,
        "account_blocked": False,
        "trade_suspended_by_user": False,
        "shorting_enabled": False,
        "daytrade_count": 0,
        "created_at": stamp(venue.clock.began),
    }


def value(venue: Venue, name: str, market: Market) -> Decimal:
    """Return what a client's coins of a market are worth, to the cent."""
    units = venue.exchange.wallets.of(name).total(market.base)
    return round(units * venue.exchange.settler.mark(market.key), 2)


def position(venue: Venue, name: str, market: Market) -> Json:
    """Return what a client holds of a coin."""
    held = venue.exchange.wallets.of(name)
    mark, worth = venue.exchange.settler.mark(market.key), plain(value(venue, name, market))
    return {
        "asset_id": asset_id(market),
        "symbol": joined(market),
        "exchange": "CRYPTO",
        "asset_class": "crypto",
        "asset_marginable": False,
        "qty": plain(held.total(market.base)),
        "qty_available": plain(held.free[market.base]),
        "avg_entry_price": plain(mark),
        "side": "long",
        "market_value": worth,
        "cost_basis": worth,
        "unrealized_pl": "0",
        "unrealized_plpc": "0",
        "unrealized_intraday_pl": "0",
        "unrealized_intraday_plpc": "0",
        "current_price": plain(mark),
        "lastday_price": plain(mark),
        "change_today": "0",
    }
