"""Candles: what was traded in each minute, and in longer spans made of minutes."""

from decimal import Decimal

from brokers.emulators.core.events import Traded
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY
from brokers.emulators.core.orders import ZERO
from brokers.emulators.core.tape import Tape

SPANS = {
    "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360,
    "8h": 480, "12h": 720, "1d": 1440,
}  # fmt: skip
"""Minutes of the spans that venues name."""
HALF = Decimal("0.5")


class Candle:
    """One span: prices, base and quote volume, trades, and what buyers took."""

    __slots__ = (
        "bought", "bought_quote", "close", "high", "low", "open", "quote", "start", "trades",
        "volume",
    )  # fmt: skip

    def __init__(self, start: int, price: Decimal) -> None:
        """Begin at a price without trades; ``start`` in milliseconds."""
        self.start = start
        self.open = self.high = self.low = self.close = price
        self.volume = self.quote = self.bought = self.bought_quote = ZERO
        self.trades = 0

    def add(self, price: Decimal, quantity: Decimal, *, bought: bool) -> None:
        """Count a trade."""
        if not self.trades:
            self.open = self.high = self.low = price
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.close = price
        self.trades += 1
        self.volume += quantity
        self.quote += quantity * price
        if bought:
            self.bought += quantity
            self.bought_quote += quantity * price

    def join(self, later: "Candle") -> None:
        """Count all of a later one."""
        self.high, self.low = max(self.high, later.high), min(self.low, later.low)
        self.close = later.close
        self.trades += later.trades
        for name in ("volume", "quote", "bought", "bought_quote"):
            setattr(self, name, getattr(self, name) + getattr(later, name))


class Candles:
    """The candles of one market.

    Args:
        began: the venue's time when trading began, milliseconds; what lies before is recorded.
        first: the minute of the recording that came first.
    """

    def __init__(self, market: Market, tape: Tape | None, began: int, first: int) -> None:
        self._market, self._tape = market, tape
        self._began, self._first = began // MINUTE_MS, first
        self._minutes: dict[int, Candle] = {}
        self._latest = self._began - 1

    def add(self, trade: Traded) -> None:
        """Count a trade."""
        minute = trade.time // MINUTE_MS
        if minute not in self._minutes:
            self._carry(minute)
            self._minutes[minute] = Candle(minute * MINUTE_MS, trade.price)
            self._latest = minute
        self._minutes[minute].add(trade.price, trade.quantity, bought=trade.side == BUY)

    def span(self, start: int, minutes: int) -> Candle | None:
        """Return the candle of so many minutes from a start, milliseconds."""
        first = start // MINUTE_MS
        found: Candle | None = None
        for minute in range(first, first + minutes):
            candle = self._minute(minute)
            if candle is None:
                continue
            if found is None:
                found = Candle(start, candle.open)
                found.open = candle.open
            found.join(candle)
        return found

    def last(self, many: int, minutes: int, now: int) -> list[Candle]:
        """Return the last candles that began by ``now``, oldest first."""
        length = minutes * MINUTE_MS
        newest = now // length * length
        starts = range(newest - (many - 1) * length, newest + 1, length)
        found = (self.span(start, minutes) for start in starts)
        return [candle for candle in found if candle is not None]

    def _carry(self, minute: int) -> None:
        """Fill the minutes without trades before one."""
        for quiet in range(max(self._latest + 1, self._began), minute):
            candle = self._minute(quiet)
            if candle is not None:
                self._minutes[quiet], self._latest = candle, quiet

    def _minute(self, minute: int) -> Candle | None:
        if minute in self._minutes:
            return self._minutes[minute]
        if minute < self._began:
            return self._recorded(minute)
        before = self._minute(min(minute - 1, self._latest))
        return None if before is None else Candle(minute * MINUTE_MS, before.close)

    def _recorded(self, minute: int) -> Candle | None:
        """Return a minute of before the beginning, as it was recorded."""
        if self._tape is None:
            return None
        row, market = self._tape.minute(self._first + minute - self._began), self._market
        prices = [market.price(round(each / float(market.tick))) for each in row[:4]]
        candle = Candle(minute * MINUTE_MS, prices[0])
        _, candle.high, candle.low, candle.close = prices
        candle.volume = market.quantity(int(row.volume / float(market.step)))
        candle.quote = candle.volume * (candle.high + candle.low) * HALF
        candle.bought, candle.bought_quote = candle.volume * HALF, candle.quote * HALF
        candle.trades = 1
        self._minutes[minute] = candle
        return candle
