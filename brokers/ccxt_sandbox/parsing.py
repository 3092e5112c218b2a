"""What ccxt says of orders, trades and holdings, as exact reports; nothing is made up."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from brokers.ccxt_sandbox.truth.messages import Report, Trade
from brokers.ccxt_sandbox.truth.rows import State
from magents.model.money import ZERO

STATES: Mapping[str, State] = {
    "open": State.WORKING,
    "closed": State.FILLED,
    "canceled": State.CANCELLED,
    "canceling": State.WORKING,
    "expired": State.EXPIRED,
    "expired_in_match": State.EXPIRED,
    "rejected": State.REJECTED,
}
MILLISECOND = 1_000_000


def number(value: object) -> Decimal | None:
    """Return an exact number, ``None`` for what is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def report_of(order: Mapping[str, Any], client: str = "") -> Report | None:
    """Return what an order of ccxt says, ``None`` where it says nothing of use.

    Args:
        client: the client id asked for, where the answer does not repeat it.
    """
    state = STATES.get(str(order.get("status") or "").lower())
    symbol, venue_id = order.get("symbol"), order.get("id")
    if state is None or not symbol or not venue_id:
        return None
    filled, amount = number(order.get("filled")), number(order.get("amount"))
    return Report(
        str(order.get("clientOrderId") or client),
        str(venue_id),
        str(symbol),
        _ended(state, filled, amount),
        filled,
        amount,
        number(order.get("price")),
    )


def _ended(state: State, filled: Decimal | None, amount: Decimal | None) -> State:
    """Return what an order has come to; a rejection after the answer is a cancel.

    ccxt calls an order ``closed`` that Bybit has cancelled in parts (PartiallyFilledCanceled).
    """
    if state is State.FILLED and filled is not None and amount is not None and filled < amount:
        return State.CANCELLED
    return State.CANCELLED if state is State.REJECTED else state


def trade_of(trade: Mapping[str, Any], untold: Decimal = ZERO) -> Trade | None:
    """Return what a trade of ccxt says, ``None`` where it cannot be booked by it.

    Args:
        untold: the fraction of what is received that the venue keeps without telling.
    """
    amount, price = number(trade.get("amount")), number(trade.get("price"))
    named = trade.get("id") and trade.get("order") and trade.get("symbol")
    if not named or amount is None or price is None or amount <= ZERO:
        return None
    return Trade(
        str(trade["id"]),
        str(trade["order"]),
        str(trade["symbol"]),
        amount if trade.get("side") == "buy" else -amount,
        price,
        _client_of(trade),
        *(_untold(trade, amount, price, untold) if untold else _fee_of(trade)),
        int(trade.get("timestamp") or 0) * MILLISECOND,
    )


def _client_of(trade: Mapping[str, Any]) -> str:
    """Return the client id of a trade's order; ccxt leaves that of Kraken futures where it was."""
    info = trade.get("info") or {}
    named = trade.get("clientOrderId") or info.get("cliOrdId") or info.get("cli_ord_id")
    return str(named or "")


def _fee_of(trade: Mapping[str, Any]) -> tuple[Decimal, str]:
    """Return what a trade has cost, and in which currency; a rebate is negative.

    OKX tells what is paid as a negative number. ccxt turns the sign in what it asks for, and
    not in what it hears (4.5.90): there OKX's own word counts.
    """
    fee = trade.get("fee") or {}
    heard = number((trade.get("info") or {}).get("fillFee"))
    cost = number(fee.get("cost")) if heard is None else -heard
    return cost or ZERO, str(fee.get("currency") or "")


def _untold(
    trade: Mapping[str, Any], amount: Decimal, price: Decimal, rate: Decimal
) -> tuple[Decimal, str]:
    """Return what a venue keeps of what was received, in coin or money."""
    base, _, quote = str(trade["symbol"]).partition("/")
    if trade.get("side") == "buy":
        return amount * rate, base
    return amount * price * rate, quote


def holdings_of(balance: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return all that is held, free or not, by currency."""
    found = {name: number(units) for name, units in (balance.get("total") or {}).items()}
    return {name: units for name, units in found.items() if units}


def positions_of(positions: list[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Return signed contracts by symbol."""
    found: dict[str, Decimal] = {}
    for each in positions:
        units = number(each.get("contracts"))
        if units and each.get("symbol"):
            found[str(each["symbol"])] = -abs(units) if each.get("side") == "short" else abs(units)
    return found
