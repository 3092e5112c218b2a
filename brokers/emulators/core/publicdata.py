"""What the public may see of one market beside its book: trades, candles, the last day."""

from collections import deque

from brokers.emulators.core.candles import Candle, Candles
from brokers.emulators.core.events import Traded
from brokers.emulators.core.matching import BUY

KEPT = 5000
"""Trades of one market that are remembered for who asks later."""
DAY = 1440
SECOND_MS = 1000


class PublicData:
    """Trades and candles of one market."""

    def __init__(self, candles: Candles) -> None:
        self.candles = candles
        self.trades: deque[Traded] = deque(maxlen=KEPT)

    def add(self, trade: Traded) -> None:
        """Count a trade."""
        self.trades.append(trade)
        self.candles.add(trade)

    def seconds(self, many: int, now: int) -> list[Candle]:
        """Return candles of the last seconds up to ``now``, as far as trades are remembered."""
        first = (now // SECOND_MS - many + 1) * SECOND_MS
        found: list[Candle] = []
        for trade in self.trades:
            start = trade.time // SECOND_MS * SECOND_MS
            if start < first or trade.time > now:
                continue
            while found and found[-1].start < start - SECOND_MS:
                found.append(Candle(found[-1].start + SECOND_MS, found[-1].close))
            if not found or found[-1].start != start:
                found.append(Candle(start, trade.price))
            found[-1].add(trade.price, trade.quantity, bought=trade.side == BUY)
        return found

    def day(self, now: int) -> Candle | None:
        """Return the last 24 hours as one candle; summed anew once a minute only."""
        minute = now // 60_000
        if self._day_of != minute or self._day is None:
            start = (minute - DAY + 1) * 60_000
            self._day, self._day_of = self.candles.span(start, DAY), minute
        return self._day

    _day: Candle | None = None
    _day_of = -1
