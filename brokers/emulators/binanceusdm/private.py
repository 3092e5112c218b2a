"""The user data stream of Binance's futures: orders, and what they do to money and positions."""

from typing import Any

from brokers.emulators.binance.private import PrivateStreams
from brokers.emulators.binanceusdm import shapes
from brokers.emulators.core.events import Event, FundingPaid, OrderMoved, PositionMoved, WalletMoved
from brokers.emulators.core.market import Market
from brokers.emulators.texts import plain


class FuturesPrivate(PrivateStreams):
    """Publishes to each client what is his."""

    def _listen(self, event: Event) -> None:
        if isinstance(event, OrderMoved):
            update = shapes.order_update(event)
            self._publish(event.order.account, "orders", update, event.order.market.symbol)
        elif isinstance(event, PositionMoved):
            self._tell(event.account, "ORDER", event.time, [event.market])
        elif isinstance(event, FundingPaid):
            self._tell(event.account, "FUNDING_FEE", event.time, [event.market])
        elif isinstance(event, WalletMoved) and event.delta is not None:
            self._tell(event.account, "DEPOSIT", event.time, [])

    def _tell(self, account: str, why: str, time: int, markets: list[Market]) -> None:
        wallets = self._venue.exchange.wallets
        held = wallets.of(account)
        told = {
            "m": why,
            "B": [
                {"a": name, "wb": plain(held.total(name)), "cw": plain(held.total(name)), "bc": "0"}
                for name in held.assets()
            ],
            "P": [self._position(account, market) for market in markets],
        }
        payload = {"e": "ACCOUNT_UPDATE", "E": time, "T": time, "a": told}
        self._publish(account, "balance", payload)

    def _position(self, account: str, market: Market) -> dict[str, Any]:
        exchange = self._venue.exchange
        held = exchange.wallets.position(account, market)
        return {
            "s": market.symbol,
            "pa": plain(held.size),
            "ep": plain(held.entry),
            "bep": plain(held.entry),
            "cr": plain(held.realised),
            "up": plain(held.unrealised(exchange.settler.mark(market.key))),
            "mt": "cross",
            "iw": "0",
            "ps": "BOTH",
        }
