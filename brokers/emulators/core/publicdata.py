"""What the public may see of one market beside its book: trades, candles, the last day."""

from collections import deque

from brokers.emulators.core.candles import Candle, Candles
from brokers.emulators.core.events import Traded

KEPT = 5000
"""Trades of one market that are remembered for who asks later."""
DAY = 1440


class PublicData:
    """Trades and candles of one market."""

    def __init__(self, candles: Candles) -> None:
        self.candles = candles
        self.trades: deque[Traded] = deque(maxlen=KEPT)

    def add(self, trade: Traded) -> None:
        """Count a trade."""
        self.trades.append(trade)
        self.candles.add(trade)

    def day(self, now: int) -> Candle | None:
        """Return the last 24 hours as one candle; summed anew once a minute only."""
        minute = now // 60_000
        if self._day_of != minute or self._day is None:
            start = (minute - DAY + 1) * 60_000
            self._day, self._day_of = self.candles.span(start, DAY), minute
        return self._day

    _day: Candle | None = None
    _day_of = -1
