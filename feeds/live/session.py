"""A live session: venues outside, the feed inside, the recording between them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from feeds.barlength import parse_length
from feeds.live.connect import (
    Door,
    at_test,
    close_exchange,
    coins_only,
    open_exchange,
    unreached,
)
from feeds.live.feed import LiveFeed, Sources
from feeds.live.frames import Event, Frame, Kind, Missed, Opening
from feeds.live.fundings import missed
from feeds.live.health import feed_row
from feeds.live.markets import anywhere, chosen, picked
from feeds.live.polling import ASKED, patient
from feeds.live.recording import Recorder
from feeds.live.settings import Live
from feeds.live.staging import Staging
from feeds.live.watching import Venue
from magents.model.errors import ConfigError
from magents.model.ports import Clock
from magents.runtime import wall
from magents.runtime.live_loop import LiveLoop
from magents.runtime.supervisor import Supervisor

MS = 1_000_000
BATCH = 5_000
"""Frames that are told in one turn of the fund at most."""


class LiveSession:
    """Everything live of one run.

    Args:
        live: settings; venues and symbols must be named. loop: the running one.
        folder: of the recording, ``None`` for none. doors: by venue, where its hosts really are.
        notes: what the opening is to say of the run.
        markets: by venue, as ccxt describes them, where the venue tells them to account holders
            only; they are not asked for then.
    """

    def __init__(
        self,
        live: Live,
        loop: LiveLoop,
        folder: Path | None,
        doors: Mapping[str, Door] | None = None,
        notes: Mapping[str, object] | None = None,
        markets: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    ) -> None:
        """Open nothing yet.

        Raises:
            ConfigError: no venue or no market is named.
        """
        if not live.venues or not live.symbols:
            raise ConfigError("live: name venue and markets: --venue binance --symbols BTC/USDT")
        self._live = patient(live)
        self._loop = loop
        self._doors = doors or {}
        self._notes = dict(notes or {})
        self._markets = markets or {}
        self._recorder = Recorder(folder) if folder is not None else None
        self._supervisor = Supervisor()
        self._exchanges: dict[str, Any] = {}
        self._tests: list[str] = []
        self.venues: dict[str, Venue] = {}
        self.staging = Staging()
        self._posted = self._began = self._ended = False
        self._seq = 0
        self.failure: Exception | None = None
        self.opening: Opening | None = None
        self.feed: LiveFeed | None = None

    # -- beginning --------------------------------------------------------------------------------

    async def connect(self, since: int = 0) -> Opening:
        """Load markets, measure clocks, fetch bars from before; return what it begins with.

        Args:
            since: up to when an earlier process has booked funding, 0 where none has.

        Raises:
            ConfigError: a venue or market is not there. Retry: a venue cannot be reached.
        """
        import ccxt

        markets, candles, offsets = {}, {}, {}
        fundings: dict[str, dict[str, list[Missed]]] = {}
        lacking = self._not_here()
        for name in self._live.venues:
            try:
                markets[name] = await self._open(name)
                candles[name] = await self._candles(name)
                await self._compare_clocks(name)
            except ccxt.BaseError as error:
                raise unreached(name, self._doors.get(name), error) from error
            offsets[name] = self.venues[name].offset
            fundings[name], lacks = await self._fundings(name, since)
            lacking += lacks
        self.opening = Opening(
            ccxt=str(ccxt.__version__),
            markets=markets,
            candles=candles,
            offsets=offsets,
            tests=self._tests,
            feed=msgspec.to_builtins(self._live),
            fundings=fundings,
            lacking=lacking,
            **self._notes,  # type: ignore[arg-type]
        )
        return self.opening

    async def _open(self, name: str) -> dict[str, dict[str, object]]:
        spot_only = all(":" not in each for each in self._asked_of(name))
        exchange = open_exchange(name, self._doors.get(name), spot_only=spot_only)
        self._exchanges[name] = exchange
        if at_test(exchange, self._doors.get(name), self._live.data_from):
            self._tests.append(name)
        if name in self._markets:
            exchange.set_markets([dict(each) for each in self._markets[name]])
        elif name in ASKED:
            raise ConfigError(
                f"live.venues: {name} lists its markets to account holders only, and a session on "
                "public data has no keys; magents sandbox has an account"
            )
        else:
            await exchange.load_markets()
        found = picked(self._live, name, exchange.markets)
        self.venues[name] = Venue(
            name, exchange, list(found), self._live, self._sink_of(name), self.staging.read
        )
        return found

    async def _compare_clocks(self, name: str) -> None:
        """Measure a venue's clock, where it tells the time; else ours is taken for it."""
        import ccxt

        try:
            for _ in range(2):  # the first one also opens a connection
                await self.venues[name].measure_offset()
        except ccxt.ExchangeError:
            self._sink_of(name)(Kind.FAILED, "", f"{name} does not tell the time")

    def _asked_of(self, name: str) -> list[str]:
        """Return the symbols asked of a venue; no perpetual of any where it has coins only here."""
        left = anywhere(self._live) if coins_only(name, self._doors.get(name)) else []
        return [each for each in chosen(self._live, name) if each not in left]

    def _not_here(self) -> list[str]:
        """Say of which venues a perpetual cannot be that is not said to be of one."""
        venues = self._live.venues
        coins = [each for each in venues if coins_only(each, self._doors.get(each))]
        others = [each for each in venues if each not in coins]
        return [
            f"{symbol} is not of {venue}, which trades coins only on this machine; "
            f"{symbol}@{other} says whose it is"
            for symbol in anywhere(self._live)
            for venue in coins
            for other in others[:1]
        ]

    async def _candles(self, name: str) -> dict[str, list[list[float | None]]]:
        exchange, live = self._exchanges[name], self._live
        if not live.warmup or not exchange.has.get("fetchOHLCV"):
            return {}
        if live.bar not in (exchange.timeframes or {}):
            return {}
        since = None
        if name in ASKED:  # it shows the day from its beginning unless told
            since = exchange.milliseconds() - live.warmup * parse_length(live.bar) // MS
        return {
            symbol: await self._before(name, symbol, since)
            for symbol in self.venues[name].harvest.symbols
        }

    async def _before(self, name: str, symbol: str, since: int | None) -> list[list[float | None]]:
        """Return the bars from before of one market: none where the venue has none to tell."""
        import ccxt

        live = self._live
        try:
            found: list[list[float | None]] = await self._exchanges[name].fetch_ohlcv(
                symbol, live.bar, since, live.warmup
            )
        except ccxt.ExchangeError as error:
            text = f"{name} {symbol}: no bars from before the session: {error}"
            self._sink_of(name)(Kind.FAILED, "", text)
            return []
        return found

    async def _fundings(self, name: str, since: int) -> tuple[dict[str, list[Missed]], list[str]]:
        """Ask what perpetuals have paid since an earlier process ended."""
        venue, exchange = self.venues[name], self._exchanges[name]
        swaps = [symbol for symbol in venue.harvest.symbols if exchange.market(symbol).get("swap")]
        if not swaps or not since or not self._live.funding:
            return {}, []
        return await missed(exchange, swaps, since, wall.utc_now() + venue.offset)

    def open_feed(self, clock: Clock) -> LiveFeed:
        """Return the feed; the session begins when the fund waits for its opening."""
        if self.opening is None:
            raise ConfigError("a session is connected before its feed is opened")
        self._clock = clock
        self.feed = LiveFeed(self.opening, self._live, clock, self._begins, self._sources)
        return self.feed

    def _sources(self) -> Sources:
        """Return how each venue is doing, and how far the worst clock is off."""
        venues = self.venues.values()
        offsets = [venue.offset for venue in venues]
        offset = max(offsets, key=abs, default=None)
        return Sources([feed_row(venue) for venue in venues], [self.staging.row()], offset)

    async def _begins(self) -> int:
        """Begin in a turn of its own."""
        began: asyncio.Future[int] = self._loop.create_future()
        self._loop.post(lambda: self._begin(began))
        return await began

    def _begin(self, began: "asyncio.Future[int]") -> None:
        now = self._clock.now()
        self._record(
            Frame(0, now, now, "", Kind.BEGIN, "", msgspec.json.encode(self.opening).decode()), now
        )
        self._began = True
        for venue in self.venues.values():
            venue.start(self._supervisor, self._failed)
        self._post()
        began.set_result(now)

    # -- going on ---------------------------------------------------------------------------------

    def _sink_of(self, venue: str) -> Callable[..., None]:
        def sink(kind: Kind, place: str, text: str, events: Sequence[Event] = ()) -> None:
            self._stage(Frame(0, 0, wall.utc_now(), venue, kind, place, text), events)

        return sink

    def _stage(self, frame: Frame, events: Sequence[Event]) -> None:
        """Let a frame wait for the fund's next turn."""
        if self._ended:
            return
        self.staging.add(frame, events)
        self._post()

    def _post(self) -> None:
        if self._began and len(self.staging) and not self._posted:
            self._posted = True
            self._loop.post(self._turn)

    def _turn(self) -> None:
        """Tell the fund what waits, and write it down as it was told."""
        self._posted = False
        now = self._clock.now()
        batch = self.staging.take(BATCH)
        for frame, _ in batch:
            self._record(frame, now)
        if self.feed is not None:
            self.feed.take(batch)
        self._post()

    def _record(self, frame: Frame, now: int) -> None:
        self._seq += 1
        frame.seq, frame.instant = self._seq, now
        if self._recorder is not None:
            self._recorder.write(frame)

    def flush(self) -> None:
        """Make sure that the recording survives the death of this process."""
        if self._recorder is not None:
            self._recorder.flush()

    # -- ending -----------------------------------------------------------------------------------

    def stop(self, why: str) -> None:
        """End the session in the fund's next turn; nothing is heard after that."""
        self._stage(Frame(0, 0, wall.utc_now(), "", Kind.END, "", why), ())
        self._ended = True

    def _failed(self, name: str, error: Exception) -> None:
        self.failure = self.failure or error
        self.stop(f"{name}: {error}")

    def fail(self, name: str, error: Exception) -> None:
        """End the session because something it needs has failed."""
        self._failed(name, error)

    async def close(self) -> None:
        """Close all connections and the recording."""
        self._ended = True
        await self._supervisor.stop()
        for exchange in self._exchanges.values():
            await close_exchange(exchange)
        if self._recorder is not None:
            self._recorder.close()

    def health(self) -> dict[str, object]:
        """Return how the session is doing, for people."""
        return {
            "venues": {name: venue.health() for name, venue in self.venues.items()},
            **self.staging.health(),
            "frames": self._seq,
            **(self.feed.counts if self.feed is not None else {}),
        }
