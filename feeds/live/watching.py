"""Keeps the streams of one venue alive: subscribes, notices silence, dials again."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from feeds.live.dialling import Dialling
from feeds.live.frames import Event, Kind
from feeds.live.harvest import Harvest, kind_of
from feeds.live.making_up import MakingUp
from feeds.live.polling import ASKED, Poller
from feeds.live.resubscribing import Resubscribing
from feeds.live.settings import Live
from feeds.live.tap import Reading, Sink, has_books
from magents.model.errors import ConfigError
from magents.model.time import SECOND
from magents.runtime import wall
from magents.runtime.meter import Meter
from magents.runtime.supervisor import Supervisor

MS = SECOND // 1000
OFFSET_EVERY, FUNDING_EVERY, FUNDING_AFTER = 60.0, 30.0, 1.0
SAMPLES = 8
JUMP = 2 * SECOND
"""How far the machine's clock may run from its steady one in a second before nothing is trusted."""


class Venue:
    """One venue of a session.

    Args:
        name: its ccxt id. exchange: tapped, with its markets. symbols: to be watched.
        live: settings. sink: takes frames. reading: says when connections are read.
    """

    def __init__(
        self,
        name: str,
        exchange: Any,  # noqa: ANN401 - ccxt has no types
        symbols: Sequence[str],
        live: Live,
        sink: Sink,
        reading: Reading,
    ) -> None:
        """Watch nothing yet."""
        self.name = name
        self.exchange = exchange
        self._symbols = list(symbols)
        self._live = live
        self._sink = sink
        self.harvest = Harvest(
            exchange, self._symbols, live.bar, live.levels if live.book == "depth" else 0
        )
        exchange.listen(self.harvest, self._heard, reading)
        self._making_up = MakingUp(exchange, self.harvest, self._heard)
        self._resubscribing = Resubscribing(exchange)
        self._again: dict[str, asyncio.Event] = {}
        self._samples: deque[tuple[int, int]] = deque(maxlen=SAMPLES)
        self.offset = 0
        self.rtt = 0
        self.dialling = Dialling(name, wall.utc_now())
        self.heard = Meter()
        self.asked = name in ASKED

    def start(self, supervisor: Supervisor, failed: Callable[[str, Exception], None]) -> None:
        """Begin to watch."""
        works = {
            "silence": self._watch_silence(),
            "missed trades": self._making_up.run(),
            "clock": self._every(lambda: OFFSET_EVERY, self.measure_offset),
        }
        if self.name in ASKED:
            poller = Poller(self.exchange, self._symbols, self.harvest, self._answered)
            works |= poller.works(book=self._live.book != "none")
        for kind, symbols in self._by_kind().items():
            for channel, watch in self._channels(symbols).items():
                works[f"{channel} of {kind}"] = self._hold(f"{channel} of {kind}", watch)
        if self._live.funding and any(self.exchange.market(s).get("swap") for s in self._symbols):
            works["funding"] = self._every(self._until_funding, self._funding)
        for name, work in works.items():
            supervisor.start(f"{self.name} {name}", work, failed)

    # -- streams ----------------------------------------------------------------------------------

    async def _hold(self, channel: str, watch: Callable[[], Awaitable[object]]) -> None:
        """Keep a channel subscribed; events are taken where ccxt receives them, not from here."""
        import ccxt

        again = self._again[channel] = asyncio.Event()
        dials = self.dialling.channel(channel)
        while True:
            again.clear()
            await dials.begin()
            try:
                await watch()
            except (ccxt.BadSymbol, ccxt.NotSupported, ccxt.AuthenticationError) as error:
                raise ConfigError(f"{self.name} gives no {channel}: {error}") from error
            except ccxt.BaseError:
                pass  # What went wrong with a connection was told when it went wrong.
            else:
                await again.wait()
            await dials.pause()

    def _by_kind(self) -> dict[str, list[str]]:
        """Return the symbols by kind of market: each kind has its own address."""
        kinds: dict[str, list[str]] = {}
        for symbol in () if self.name in ASKED else self._symbols:
            kinds.setdefault(kind_of(self.exchange.market(symbol)), []).append(symbol)
        return kinds

    def _channels(self, symbols: list[str]) -> dict[str, Callable[[], Awaitable[object]]]:
        """Return what is to be watched of some symbols, and how."""
        e, bar, live = self.exchange, self._live.bar, self._live
        found = {"trades": self._all(symbols, "watchTradesForSymbols", e.watch_trades)}
        if live.book != "none":
            found["book"] = self._books(symbols)
        if live.bars_from == "venue":
            found["bars"] = self._bars(symbols, bar)
        return found

    def _books(self, symbols: list[str]) -> Callable[[], Awaitable[object]]:
        """Subscribe books, after leaving those that must come whole again."""
        watch = self._all(symbols, "watchOrderBookForSymbols", self.exchange.watch_order_book)

        async def books() -> object:
            await self._resubscribing.go()
            return await watch()

        return books

    def _all(
        self, symbols: list[str], many: str, one: Callable[[str], Awaitable[object]]
    ) -> Callable[[], Awaitable[object]]:
        """Subscribe all symbols at once where the venue can; ``many`` is ccxt's name for that."""
        if self.exchange.has.get(many):
            watch = getattr(self.exchange, many)
            return lambda: watch(symbols)
        return lambda: _each(symbols, one)

    def _bars(self, symbols: list[str], bar: str) -> Callable[[], Awaitable[object]]:
        if self.exchange.has.get("watchOHLCVForSymbols"):
            pairs = [[symbol, bar] for symbol in symbols]
            return lambda: self._watch_bars(pairs)
        return lambda: _each(symbols, lambda symbol: self.exchange.watch_ohlcv(symbol, bar))

    def _watch_bars(self, pairs: list[list[str]]) -> Awaitable[object]:
        found: Awaitable[object] = self.exchange.watch_ohlcv_for_symbols(pairs)
        return found

    # -- what is heard ----------------------------------------------------------------------------

    def _answered(self, kind: Kind, place: str, text: str, events: Sequence[Event] = ()) -> None:
        """Take an answer of a venue that says nothing by itself."""
        if kind is Kind.POLLED:
            self.heard.add()
        self._sink(kind, place, text, events)

    def _heard(self, kind: Kind, place: str, text: str, events: Sequence[Event] = ()) -> None:
        if kind is Kind.MESSAGE:
            self.heard.add()
        self._sink(kind, place, text, events)
        if kind is Kind.CLOSED:
            for again in self._again.values():
                again.set()
        if self.harvest.lost:
            self._recover()

    def _recover(self) -> None:
        """Get books whole again: by a new subscription, or else by a new connection."""
        lost = set(self.harvest.lost)
        self.harvest.lost.clear()
        for client in list((self.exchange.clients or {}).values()):
            names = " ".join(str(name) for name in client.subscriptions)
            there = [s for s in self.harvest.at(client.url) if s in lost and self._names(s, names)]
            if has_books(client) and there and not self._resubscribing.leave(client, there[0]):
                self._cut(client, "a book must come whole again")
        for channel, again in self._again.items():
            if channel.startswith("book"):
                again.set()

    def _names(self, symbol: str, names: str) -> bool:
        return symbol in names or str(self.exchange.market(symbol)["id"]) in names

    def _cut(self, client: Any, why: str) -> None:  # noqa: ANN401
        """End a connection in a way that every waiter hears of."""
        import ccxt

        asyncio.get_running_loop().call_soon(client.on_error, ccxt.NetworkError(why))

    # -- watch dogs -------------------------------------------------------------------------------

    async def _watch_silence(self) -> None:
        """Cut connections that say nothing, not even an answer to a ping; notice clock jumps."""
        steady, told = wall.monotonic(), wall.utc_now()
        while True:
            await asyncio.sleep(1)
            now, utc = wall.monotonic(), wall.utc_now()
            jump = (utc - told) - round((now - steady) * SECOND)
            steady, told = now, utc
            for client in list((self.exchange.clients or {}).values()):
                age = self._age(client)
                if abs(jump) > JUMP:
                    self._cut(client, f"the machine's clock jumped by {jump / SECOND:.1f} s")
                elif age is not None and age > self._live.silence:
                    self._cut(client, f"nothing was heard for {age:.0f} s")

    def _age(self, client: Any) -> float | None:  # noqa: ANN401
        """Return the seconds since a connection said anything; ``None`` before it is there."""
        if not client.isConnected:
            return None
        last = client.last_message_at or client.connectionEstablished
        return (wall.utc_now() / MS - float(last)) / 1000

    async def _every(
        self, seconds: Callable[[], float], work: Callable[[], Awaitable[None]]
    ) -> None:
        import ccxt

        while True:
            try:
                await work()
            except ccxt.BaseError as error:
                self._sink(Kind.FAILED, "", f"{type(error).__name__}: {error}")
            await asyncio.sleep(seconds())

    async def measure_offset(self) -> None:
        """Compare the venue's clock with ours; the sample with the shortest way counts."""
        if not self.exchange.has.get("fetchTime"):
            return
        sent = wall.utc_now()
        theirs = await self.exchange.fetch_time()
        came = wall.utc_now()
        self._samples.append((came - sent, int(theirs) * MS - (sent + came) // 2))
        self.rtt, self.offset = min(self._samples)
        self._sink(Kind.OFFSET, "", str(self.offset))

    def _until_funding(self) -> float:
        """Return after how many seconds rates are asked for again: soon after one was due too."""
        now = wall.utc_now() + self.offset
        due = [(told - now) / SECOND for told in self.harvest.due if told > now]
        return min(FUNDING_EVERY, *(seconds + FUNDING_AFTER for seconds in due), FUNDING_EVERY)

    async def _funding(self) -> None:
        """Ask for funding rates."""
        swaps = [s for s in self._symbols if self.exchange.market(s).get("swap")]
        if self.exchange.has.get("fetchFundingRates"):
            found = await self.exchange.fetch_funding_rates(swaps)
        elif self.exchange.has.get("fetchFundingRate"):
            found = {symbol: await self.exchange.fetch_funding_rate(symbol) for symbol in swaps}
        else:
            return
        wanted = ("symbol", "fundingRate", "fundingTimestamp", "nextFundingTimestamp")
        plain = {name: {key: rate.get(key) for key in wanted} for name, rate in found.items()}
        for name, rate in plain.items():
            if not rate["fundingTimestamp"] and not rate["nextFundingTimestamp"]:
                rate["nextFundingTimestamp"] = self._whole(found[name].get("interval"))
        self.harvest.on_result(plain)
        self._heard(
            Kind.POLLED, "funding", msgspec.json.encode(plain).decode(), self.harvest.collect()
        )

    def _whole(self, interval: str | None) -> int | None:
        """Return the next whole interval: funding is paid then where no instant is told."""
        if not interval:
            return None
        length = 1000 * int(self.exchange.parse_timeframe(interval))
        return (int(self.exchange.milliseconds()) // length + 1) * length

    @property
    def connections(self) -> int:
        """Return how many connections stand."""
        return len(self._ages())

    @property
    def doubted(self) -> list[str]:
        """Return the markets whose book is not trusted, nothing where none is listened to."""
        if self._live.book == "none":
            return []
        return sorted(each.name for each in self.harvest.symbols.values() if not each.trusted)

    def _ages(self) -> list[float]:
        clients = list((self.exchange.clients or {}).values())
        return [age for client in clients if (age := self._age(client)) is not None]

    def health(self) -> dict[str, object]:
        """Return how the venue is doing, for people."""
        ages = self._ages()
        return {
            "connections": len(ages),
            "silent_s": round(max(ages, default=0.0), 1),
            "messages": self.heard.total,
            "gaps": self.harvest.gaps,
            "subscribed": self.dialling.dials,
            "offset_ms": round(self.offset / MS, 3),
            "rtt_ms": round(self.rtt / MS, 3),
            "stale_books": self.doubted,
        }


async def _each(symbols: Sequence[str], watch: Callable[[str], Awaitable[object]]) -> None:
    """Subscribe one symbol after the other; the first message of each is waited for."""
    for symbol in symbols:
        await watch(symbol)
