"""Market streams of Binance's futures: those of the coins' market, and mark prices."""

from functools import partial
from typing import Any

from brokers.emulators.binance.streams import MarketStreams
from brokers.emulators.core.market import Market
from brokers.emulators.texts import plain

MARKS = ("markPrice", "markPrice@1s")
SLOW_BEATS = 10


class FuturesStreams(MarketStreams):
    """Publishes what the public may see."""

    def known(self, topic: str) -> bool:
        """Say whether there is such a stream."""
        name, _, kind = topic.partition("@")
        return (kind in MARKS and self._market(name) is not None) or super().known(topic)

    def beat(self) -> None:
        """Publish what comes at intervals."""
        super().beat()
        if self._beats % SLOW_BEATS == 0:
            for market in self._venue.exchange.markets.values():
                for kind in MARKS:
                    topic = f"{market.symbol.lower()}@{kind}"
                    self._publish(market, topic, "ticker", partial(self._mark, market))

    def _diff(
        self, market: Market, touched: list[tuple[int, int]], first: int, last: int
    ) -> dict[str, Any]:
        told = super()._diff(market, touched, first, last)
        return {**told, "T": told["E"], "pu": first - 1}

    def _mark(self, market: Market) -> dict[str, Any]:
        mark = plain(self._venue.exchange.settler.mark(market.key))
        return {
            "e": "markPriceUpdate",
            "E": self._venue.clock.now(),
            "s": market.symbol,
            "p": mark,
            "ap": mark,
            "i": mark,
            "P": mark,
            "r": plain(self._venue.funding(market)),
            "T": self._venue.next_funding(),
        }
