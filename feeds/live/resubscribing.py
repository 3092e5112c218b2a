"""Gets a book whole again without touching what else comes over its connection, where a venue can.

A new subscription begins with a snapshot at Bybit; ccxt knows of no way to ask for one.
"""

import contextlib
from collections.abc import Mapping
from typing import Any

HASH = "orderbook:"
"""What ccxt calls the subscription of a book, before its symbol."""
LEVELS = 50
"""Levels of the book that ccxt subscribes at Bybit where it is not told otherwise."""


class Resubscribing:
    """Leaves the subscriptions of books that must come whole again.

    Args:
        exchange: tapped; what ccxt has noted of its connections is what is left.
    """

    def __init__(self, exchange: Any) -> None:  # noqa: ANN401
        """Leave nothing yet."""
        self._exchange = exchange
        self._leaving: set[str] = set()

    def leave(self, client: Any, symbol: str) -> bool:  # noqa: ANN401
        """Note to leave the books of a connection; return whether that can be done here.

        All of them: ccxt asks for all again, and Bybit refuses what is subscribed already.
        """
        there = f"{HASH}{symbol}" in client.subscriptions
        if self._exchange.id == "bybit" and there:
            self._leaving.add(client.url)
            return True
        return False

    async def go(self) -> None:
        """Leave what was noted; it is asked for anew right after."""
        leaving, self._leaving = self._leaving, set()
        clients: Mapping[str, Any] = self._exchange.clients or {}
        for url in leaving & set(clients):
            client = clients[url]
            hashes = [h for h in map(str, client.subscriptions) if h.startswith(HASH)]
            for each in hashes:
                client.subscriptions.pop(each)
            ids = (self._exchange.market(each.removeprefix(HASH))["id"] for each in hashes)
            topics = [f"orderbook.{LEVELS}.{market}" for market in ids]
            # Where it is gone by now, all that came over it is asked for anyway.
            with contextlib.suppress(ConnectionError):
                await client.send({"op": "unsubscribe", "args": topics})
