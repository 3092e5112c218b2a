"""The other participants of one market: they quote and trade along the recording.

The crowd has no privileges.  Its quotes are orders in the book, in line with everybody's; where its
price moves through a client's order it trades with that order first, as whoever came would have.
"""

from decimal import Decimal

from brokers.emulators.core.exchange import Exchange
from brokers.emulators.core.flow import MINUTE_MS, Print, prints
from brokers.emulators.core.market import Market
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.core.tape import Tape, read_ladders
from magents.runtime.streams import Streams

LEVELS = 25
"""Levels the crowd shows of each side."""


class Crowd:
    """Plays a recording into one market.

    Args:
        many: trades a minute at most. first: the minute of the recording that comes first.
    """

    def __init__(
        self, exchange: Exchange, market: Market, tape: Tape, seed: int, first: int, many: int
    ) -> None:
        self._exchange, self.market, self.tape = exchange, market, tape
        self._streams, self._many = Streams(seed), many
        self.first = first
        self._minute = first - 1
        self._waiting: list[Print] = []
        self._mine: dict[int, dict[int, list[int]]] = {BUY: {}, SELL: {}}
        self._ladder = self._rows = 0
        self.shift = Decimal(1)

    def begin(self) -> None:
        """Show the first quotes."""
        minute = self.tape.minute(self.first)
        bid = self._ticks(minute.open)
        self._load(self.first)
        self.quote(bid, bid + self._gap)

    def advance(self, played: float) -> None:
        """Play up to an instant of the recording, milliseconds since the first minute's start."""
        while True:
            base = (self._minute - self.first) * MINUTE_MS
            while self._waiting and base + self._waiting[0].at <= played:
                self._play(self._waiting.pop(0))
            if self._waiting or base + MINUTE_MS > played:
                return
            self._load(self._minute + 1)

    def burst(self, trades: int) -> None:
        """Trade many times at once, one lot each."""
        book = self._exchange.books[self.market.key]
        for count in range(trades):
            side = BUY if count % 2 else SELL
            best = book.best(-side)
            if best is None or self._exchange.crowd_take(self.market, side, best, 1):
                middle = self._ticks(self.tape.minute(self._minute).close)
                self.quote(middle, middle + self._gap)

    def move(self, price: Decimal) -> None:
        """Let the price jump; the recording goes on from there."""
        now = self._exchange.last.get(self.market.key) or self._exchange.middle(self.market)
        self.shift *= price / now
        self._load(self._minute)
        self._waiting = []
        ticks = self.market.ticks(price)
        self.quote(ticks - self._gap, ticks)
        self._exchange.crowd_take(self.market, BUY, ticks, 1)

    def quote(self, bid: int, ask: int) -> None:
        """Move the quotes; what is in their way trades with them."""
        row = read_ladders()[self._ladder % self._rows]
        self._ladder += 1
        for side, best in ((BUY, bid), (SELL, ask)):
            self._withdraw(side, best)
        for side, best in ((BUY, bid), (SELL, ask)):
            for level, price in enumerate(self._prices(side, best)):
                self._show(side, price, max(1, int(self._size * row[level % len(row)])))

    def _load(self, index: int) -> None:
        minute = self.tape.minute(index)
        self._minute = index
        draw = self._streams.stream(f"flow/{self.market.key}/{index}")
        shift = float(self.shift)
        moved = minute._replace(
            open=minute.open * shift,
            high=minute.high * shift,
            low=minute.low * shift,
            close=minute.close * shift,
        )
        self._waiting = prints(moved, self.market, self._many, draw)
        tick, step = float(self.market.tick), float(self.market.step)
        self._gap = max(1, round(minute.spread / tick))
        self._grid = max(1, self._gap // 2, round(minute.open * shift / tick / 100_000))
        self._size = max(minute.shown, minute.volume / max(len(self._waiting), 1)) / step
        self._rows = len(read_ladders())
        self._ladder = int(draw.integers(self._rows))

    def _play(self, trade: Print) -> None:
        side, price = trade.side, trade.price
        bid, ask = (price - self._gap, price) if side == BUY else (price, price + self._gap)
        self.quote(bid, ask)
        book = self._exchange.books[self.market.key]
        short = trade.lots - book.size(-side, price)
        if short > 0:
            number = self._exchange.crowd_rest(self.market, -side, price, short)
            self._mine[-side].setdefault(price, []).append(number)
        self._exchange.crowd_take(self.market, side, price, trade.lots)

    def _prices(self, side: int, best: int) -> list[int]:
        """Return the prices of the levels to show, best first; the others lie on a fixed grid."""
        grid = self._grid
        behind = (best - side) // grid * grid if side == BUY else -(-(best - side) // grid) * grid
        return [best] + [behind - side * grid * level for level in range(LEVELS - 1)]

    def _withdraw(self, side: int, best: int) -> None:
        """Cancel quotes better than the best to be, and those that lie far behind."""
        book, mine = self._exchange.books[self.market.key], self._mine[side]
        far = best - side * self._grid * 2 * LEVELS
        for price in list(mine):
            if side * price > side * best or side * price < side * far:
                for number in mine.pop(price):
                    book.cancel(number)

    def _show(self, side: int, price: int, lots: int) -> None:
        mine, book = self._mine[side], self._exchange.books[self.market.key]
        if price <= 0 or any(number in book for number in mine.get(price, ())):
            return
        mine[price] = [self._exchange.crowd_rest(self.market, side, price, lots)]

    def _ticks(self, price: float) -> int:
        return round(price * float(self.shift) / float(self.market.tick))
