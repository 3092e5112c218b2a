"""What a margin account holds: positions, and money as if contracts had been paid in full."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from brokers.ccxt_sandbox.parsing import number
from magents.model.errors import Retry
from magents.model.money import ONE, ZERO

Money = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Balances by currency, without open profit, in what ccxt makes of an account."""


def totals(balance: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what ccxt calls the total, at venues where open profit is no part of it."""
    found: Mapping[str, Any] = balance.get("total") or {}
    return found


async def margin(
    exchange: Any,  # noqa: ANN401 - ccxt has no types
    symbols: Sequence[str],
    money_in: Money = totals,
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return positions and money, and by how much rounded entry prices may blur the money.

    Money is the balance less what the open positions have cost, also those in other contracts that
    are settled in it.
    """
    balance = await exchange.fetch_balance()
    positions = await exchange.fetch_positions()
    total = money_in(balance)
    settled = {str(exchange.market(symbol)["settle"]) for symbol in symbols}
    money = {each: number(total.get(each)) or ZERO for each in settled}
    blur = dict.fromkeys(money, ZERO)
    found: dict[str, Decimal] = {}
    for each in positions:
        units, entry = number(each.get("contracts")), number(each.get("entryPrice"))
        if not units or entry is None:
            continue
        signed = -abs(units) if each.get("side") == "short" else abs(units)
        name = str(each["symbol"])
        if name not in exchange.markets:
            name = exchange.safe_symbol(name.upper())  # some write their ids in small letters
        market = exchange.markets.get(name)
        if market is None:
            raise Retry(f"the venue tells of a position in {name}, which it does not list")
        size, settle = number(market.get("contractSize")) or ONE, str(market["settle"])
        found[name] = signed
        if settle in money:
            money[settle] -= signed * entry * size
            tick = number((market.get("precision") or {}).get("price")) or ZERO
            blur[settle] += abs(signed) * size * tick
    return {**found, **money}, blur
