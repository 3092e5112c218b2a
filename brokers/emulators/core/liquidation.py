"""Perpetuals that nobody can carry any more: found, and closed in the market."""

from decimal import Decimal

from brokers.emulators.core.exchange import Exchange
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.core.orders import ZERO, Ask, Kind, RefusedError

LABEL = "Liquidation"


def liquidate(exchange: Exchange) -> list[str]:
    """Close the positions of who has less than the maintenance margin; return who that was."""
    open_accounts = dict.fromkeys(
        who for (who, _), position in exchange.wallets.positions.items() if position.size
    )
    under = [who for who in open_accounts if equity(exchange, who) < maintenance(exchange, who)]
    for account in under:
        for market in _markets(exchange, account):
            exchange.cancel_all(account, market)
            _close(exchange, account, market)
    return under


def equity(exchange: Exchange, account: str) -> Decimal:
    """Return what a client has of the settlement currencies, open profits included."""
    wallets = exchange.wallets
    markets = _markets(exchange, account)
    money = sum((wallets.of(account).total(a) for a in {m.quote for m in markets}), ZERO)
    return money + sum(
        (
            wallets.position(account, market).unrealised(exchange.settler.mark(market.key))
            for market in markets
        ),
        ZERO,
    )


def maintenance(exchange: Exchange, account: str) -> Decimal:
    """Return the margin a client must keep."""
    return sum(
        (
            abs(exchange.wallets.position(account, market).size)
            * exchange.settler.mark(market.key)
            * market.maintenance
            for market in _markets(exchange, account)
        ),
        ZERO,
    )


def _markets(exchange: Exchange, account: str) -> list[Market]:
    """Return the perpetuals in which a client has a position."""
    every = (market for market in exchange.markets.values() if market.kind == LINEAR)
    return [market for market in every if exchange.wallets.position(account, market).size]


def _close(exchange: Exchange, account: str, market: Market) -> None:
    size = exchange.wallets.position(account, market).size
    left = min(abs(size), market.max_market)
    ask = Ask(
        account=account,
        market=market,
        side=SELL if size > 0 else BUY,
        kind=Kind.MARKET,
        quantity=left,
        reduce_only=True,
        label=LABEL,
    )
    try:
        exchange.place(ask)
    except RefusedError:
        # Nobody to trade with, or trading is halted: the next look tries again.
        return
