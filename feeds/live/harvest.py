"""Takes market events out of a ccxt exchange as it handles each message, one by one.

ccxt keeps caches and hands out what is in them when somebody asks: in a burst most trades are
overwritten before that.  Here nothing is asked: the caches are ours and note each append, and each
book is looked at right after the message that changed it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ccxt.async_support.base.ws.cache import ArrayCache, ArrayCacheByTimestamp
from ccxt.async_support.base.ws.order_book import OrderBook

from feeds.live.frames import Candle, Depth, Event, Funding, Level, Note, Top, Trade
from feeds.live.missed import Missed, Row
from feeds.live.sequence import sequencer_of

MS = 1_000_000
NAN = math.nan
KEPT = 8
"""Bars that ccxt's own caches keep; nobody reads them."""
LAST = 256
"""Trades that are kept, to know again what was told when a connection is lost."""
POLLED = "polled"
"""Marks what was asked for: trades or a book."""
DEEPEST = 5_000
"""Levels a side of a book may have before the far ones are let go."""
_SIDES = {"buy": 1, "sell": -1}
Levels = tuple[tuple[float, float], ...]


class TradeCache(ArrayCache):  # type: ignore[misc] # ccxt has no types
    """ccxt's cache of trades, which also notes each one."""

    def __init__(self, fresh: list[dict[str, Any]]) -> None:
        super().__init__(LAST)
        self._fresh = fresh

    def append(self, item: dict[str, Any]) -> None:
        """Note a trade."""
        super().append(item)
        self._fresh.append(item)


class CandleCache(ArrayCacheByTimestamp):  # type: ignore[misc]
    """ccxt's cache of bars, which also notes each state of each bar."""

    def __init__(self, symbol: str, timeframe: str, fresh: list[Candle]) -> None:
        super().__init__(KEPT)
        self._symbol = symbol
        self._timeframe = timeframe
        self._fresh = fresh

    def append(self, item: list[float | None]) -> None:
        """Note a bar as it stands."""
        super().append(item)
        self._fresh.append(candle_of(self._symbol, self._timeframe, item))


def candle_of(symbol: str, timeframe: str, row: Sequence[float | None]) -> Candle:
    """Return a bar as ccxt gives it: time of opening in milliseconds, five numbers."""
    numbers = [NAN if value is None else float(value) for value in row[1:6]]
    return Candle(symbol, timeframe, int(row[0] or 0) * MS, *numbers)


class Book(OrderBook):  # type: ignore[misc]
    """ccxt's book, which nobody but its messages cuts off."""

    def limit(self) -> "Book":
        """Leave the book as it is: a watcher that comes and goes must not change it."""
        return self


class Symbol:
    """What is known of one symbol's market."""

    __slots__ = ("asks", "bids", "last_id", "market", "name", "top", "trusted")

    def __init__(self, name: str, market: str) -> None:
        """Start without a book; ``market`` is the venue's own id."""
        self.name = name
        self.market = market
        self.bids: Levels = ()
        self.asks: Levels = ()
        self.top: tuple[float, ...] = ()
        self.trusted = False
        self.last_id = 0


class Harvest:
    """The events of one exchange object.

    Args:
        exchange: a ccxt.pro exchange with its markets, live or the player's.
        symbols: whose markets. timeframe: of bars.
        depth: levels a side that are told; 0 tells the best only.

    Attributes:
        gaps: how often a book could not be trusted any more, or trades were missing.
    """

    def __init__(
        self,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        symbols: Sequence[str],
        timeframe: str,
        depth: int,
    ) -> None:
        """Put our caches in place of ccxt's."""
        self._exchange = exchange
        self._depth = depth
        self._sequencer = sequencer_of(exchange.id)
        self.symbols = {name: Symbol(name, str(exchange.market(name)["id"])) for name in symbols}
        self._by_market: dict[str, list[Symbol]] = {}
        for symbol in self.symbols.values():
            self._by_market.setdefault(symbol.market, []).append(symbol)
        self._touched: dict[str, Symbol] = {}
        self._rates: dict[str, Funding] = {}
        self._trades: list[dict[str, Any]] = []
        self._candles: list[Candle] = []
        self._told: list[Event] = []
        self.lost: list[str] = []
        self.missed = Missed(symbols)
        self.gaps = 0
        for name in symbols:
            exchange.trades[name] = TradeCache(self._trades)
            exchange.ohlcvs[name] = {timeframe: CandleCache(name, timeframe, self._candles)}

    # -- what ccxt tells --------------------------------------------------------------------------

    def on_message(self, url: str, message: object) -> None:
        """Look at a message before ccxt does: its number must follow the one before."""
        step = self._sequencer.read(message) if isinstance(message, dict) else None
        symbol = self._meant(url, step.market) if step is not None else None
        if step is not None and symbol is not None:
            missing = self._sequencer.follow(symbol.name, step)
            if missing:
                self.distrust(symbol.name, missing)

    def _meant(self, url: str, market: str) -> Symbol | None:
        """Return whose book it is: venues call a coin and its perpetual by the same id."""
        same = self._by_market.get(market, [])
        for symbol in same if len(same) > 1 else ():
            if kind_of(self._exchange.market(symbol.name)) in url:
                return symbol
        return same[0] if same else None

    def on_result(self, result: object) -> None:
        """Take note of what ccxt resolves: a book that changed, a ticker with a funding rate."""
        if isinstance(result, OrderBook):
            symbol = self.symbols.get(result.get("symbol"))
            if symbol is not None:
                self._touched[symbol.name] = symbol
        elif isinstance(result, dict) and POLLED in result:
            self._polled(result)
        elif isinstance(result, dict):
            tickers = (result,) if "symbol" in result else result.values()
            for each in tickers:
                if isinstance(each, dict):
                    self._funding(each)

    def _polled(self, found: dict[str, Any]) -> None:
        """Take in trades or a book that were asked for."""
        if found[POLLED] == "trades":
            for trade in found["rows"]:
                self._exchange.trades[trade["symbol"]].append(trade)
            return
        name = found["symbol"]
        self._exchange.orderbooks[name] = Book({side: found[side] for side in ("bids", "asks")})
        self._touched[name] = self.symbols[name]

    @property
    def due(self) -> list[int]:
        """Return when the fundings that were told are due."""
        return [told.next_ts for told in self._rates.values()]

    def on_refusal(self) -> None:
        """Take note that ccxt has given up on something: a book it dropped is not trusted."""
        for symbol in self.symbols.values():
            if symbol.trusted and symbol.name not in self._exchange.orderbooks:
                self.distrust(symbol.name, "ccxt found a message missing")

    def distrust(self, name: str, why: str) -> None:
        """Let nobody trust a book until it comes whole again; drop it."""
        symbol = self.symbols[name]
        self._exchange.orderbooks.pop(name, None)
        self._sequencer.lose(symbol.name)
        self._touched.pop(name, None)
        if symbol.trusted:
            self.gaps += 1
            self.lost.append(name)
            self._told += [
                Note(f"{self._exchange.id} {name}: book not trusted: {why}"),
                Top(name, NAN, NAN, NAN, NAN),
                Depth(name, (), reset=True, mid=NAN),
            ]
        symbol.trusted = False
        symbol.top = symbol.bids = symbol.asks = ()

    def distrust_all(self, why: str) -> None:
        """Let nobody trust any book: a connection is gone."""
        for name in self.symbols:
            self.distrust(name, why)

    def at(self, url: str) -> list[str]:
        """Return the symbols whose market an address is for: all where it names no kind."""
        kinds = {name: kind_of(self._exchange.market(name)) for name in self.symbols}
        named = [name for name, kind in kinds.items() if f"/{kind}" in url]
        return named or list(kinds)

    def miss_trades(self, url: str) -> None:
        """Take note that trades may be missed from now on: a connection of theirs is gone."""
        self._tell_trades()
        for name in self.at(url):
            self.missed.lose(name, list(self._exchange.trades[name]))

    def make_up(self, found: Mapping[str, Sequence[Row] | None]) -> None:
        """Tell the trades that were missed, and then those kept back meanwhile.

        Args:
            found: by symbol, the venue's last trades; ``None`` where it did not tell them.
        """
        for name, rows in found.items():
            trades, count, why = self.missed.make_up(name, rows)
            for trade in trades:
                self._trade(trade)
            who = f"{self._exchange.id} {name}"
            if count:
                text = f"{who}: a trade of a lost connection was fetched"
                self._told.append(Note(text, count))
            if why:
                self._told.append(Note(f"{who}: {why}"))

    # -- what comes of it -------------------------------------------------------------------------

    def collect(self) -> list[Event]:
        """Return what has happened since the last time, in order."""
        self._tell_trades()
        self._told += self._candles
        self._candles.clear()
        for symbol in self._touched.copy().values():
            self._book(symbol)
        self._touched.clear()
        told, self._told = self._told, []
        return told

    def _tell_trades(self) -> None:
        for trade in self._trades:
            if self.missed.idle:
                self._trade(trade)
            else:
                for admitted in self.missed.admit(trade):
                    self._trade(admitted)
        self._trades.clear()

    def _trade(self, trade: Row) -> None:
        symbol = self.symbols[trade["symbol"]]
        number = str(trade["id"] or "")
        if self._sequencer.numbered and number.isdigit():
            self._count(symbol, int(number))
        side, ts = _SIDES.get(trade["side"] or "", 0), int(trade["timestamp"]) * MS
        price, size = float(trade["price"]), float(trade["amount"])
        self._told.append(Trade(symbol.name, ts, price, size, side, number))

    def _count(self, symbol: Symbol, number: int) -> None:
        """Say how many trades are missing, where the venue numbers them one by one."""
        missing = number - symbol.last_id - 1
        if symbol.last_id and missing > 0:
            text = f"{self._exchange.id} {symbol.name}: {missing} trades missing before {number}"
            self._told.append(Note(text, missing))
            self.gaps += 1
        symbol.last_id = max(number, symbol.last_id)

    def _funding(self, ticker: dict[str, Any]) -> None:
        name = ticker.get("symbol")
        rate = funding_rate(ticker) if name in self.symbols else None
        if rate is None:
            return
        told = Funding(str(name), rate, _next_funding(ticker))
        if self._rates.get(told.symbol) != told:
            self._rates[told.symbol] = told
            self._told.append(told)

    def _book(self, symbol: Symbol) -> None:
        book = self._exchange.orderbooks.get(symbol.name)
        if book is None:
            return
        bids, asks = book["bids"], book["asks"]
        whole = bids and asks and self._sequencer.whole(book, symbol.name)
        if not symbol.trusted and not whole:
            return
        if bids and asks and bids[0][0] >= asks[0][0]:
            symbol.trusted = True
            self.distrust(symbol.name, f"bid {bids[0][0]} is not below ask {asks[0][0]}")
            return
        fresh, symbol.trusted = not symbol.trusted, True
        self._top(symbol, bids, asks)
        if self._depth:
            self._levels(symbol, bids, asks, fresh=fresh)
        for side in (bids, asks):
            if len(side) > DEEPEST:
                del side[DEEPEST // 2 :], side._index[DEEPEST // 2 :]  # noqa: SLF001 - ccxt's own

    def _top(self, symbol: Symbol, bids: Any, asks: Any) -> None:  # noqa: ANN401
        bid, bid_size = bids[0][:2] if bids else (NAN, NAN)
        ask, ask_size = asks[0][:2] if asks else (NAN, NAN)
        top = (float(bid), float(ask), float(bid_size), float(ask_size))
        if top != symbol.top:
            symbol.top = top
            self._told.append(Top(symbol.name, *top))

    def _levels(self, symbol: Symbol, bids: Any, asks: Any, *, fresh: bool) -> None:  # noqa: ANN401
        old_bids, old_asks = symbol.bids, symbol.asks
        symbol.bids, symbol.asks = _cut(bids, self._depth), _cut(asks, self._depth)
        changed = (*changes(1, old_bids, symbol.bids), *changes(-1, old_asks, symbol.asks))
        if changed:
            both = symbol.bids and symbol.asks
            mid = (symbol.bids[0][0] + symbol.asks[0][0]) / 2 if both else NAN
            self._told.append(Depth(symbol.name, changed, fresh, mid))


def kind_of(market: Mapping[str, Any]) -> str:
    """Return the kind of a market as venues' addresses name it: spot, linear, inverse, option."""
    for kind in ("spot", "linear", "inverse", "option"):
        if market.get(kind):
            return kind
    return str(market.get("type"))


def _cut(side: Any, depth: int) -> Levels:  # noqa: ANN401
    return tuple((float(level[0]), float(level[1])) for level in side[:depth])


def changes(side: int, before: Levels, after: Levels) -> tuple[Level, ...]:
    """Return the levels that make one side of a book into another."""
    if before == after:
        return ()
    old, new = dict(before), dict(after)
    gone = [Level(side, price, 0.0) for price in old if price not in new]
    there = [Level(side, price, size) for price, size in after if old.get(price) != size]
    return (*gone, *there)


def funding_rate(ticker: dict[str, Any]) -> float | None:
    """Return the funding rate in what ccxt makes of a ticker or a funding rate."""
    info = ticker.get("info")
    raw = ticker.get("fundingRate")
    if raw is None and isinstance(info, dict):
        raw = info.get("fundingRate", info.get("r"))
    return None if raw in {None, ""} else float(str(raw))


def _next_funding(ticker: dict[str, Any]) -> int:
    info = ticker.get("info")
    raw = ticker.get("fundingTimestamp") or ticker.get("nextFundingTimestamp")
    if raw is None and isinstance(info, dict):
        raw = info.get("nextFundingTime", info.get("T"))
    return int(raw) * MS if raw else 0
