"""One emulated venue without its protocol: market, crowd, accounts, time, faults."""

import base64
import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

import msgspec

from brokers.emulators.agenda import Agenda
from brokers.emulators.clock import BEAT_MS, VenueClock
from brokers.emulators.core.candles import Candles
from brokers.emulators.core.crowd import Crowd
from brokers.emulators.core.events import Event, FundingPaid, Traded
from brokers.emulators.core.exchange import Exchange
from brokers.emulators.core.flow import MINUTE_MS
from brokers.emulators.core.liquidation import liquidate
from brokers.emulators.core.market import LINEAR, Market
from brokers.emulators.core.orders import RefusedError, VenueOrder, Why
from brokers.emulators.core.publicdata import PublicData
from brokers.emulators.core.tape import read_funding, read_tapes
from brokers.emulators.faults import CLOCK, Faults
from brokers.emulators.lines import Lines
from brokers.emulators.markets import FUNDING_HOURS, MARKETS
from brokers.emulators.settings import EmulatorSettings, Keys
from magents.model.errors import DataError

SEEN = 20_000
"""Requests that are remembered."""
ETERNAL_IDS = frozenset({"bybit", "krakenfutures", "alpaca"})
"""Where a client id may never be used again."""
SOFT_POST_ONLY = frozenset({"bybit", "okx"})
"""Where a post-only order that would trade is accepted, and then cancelled."""

RECORDED_HOURS = 8
"""Between two of the recorded funding rates."""


class Seen(msgspec.Struct, frozen=True):
    """A request that came: without keys and signatures."""

    at: float
    host: str
    operation: str
    account: str
    params: Mapping[str, str]


class Venue:
    """Everything behind the protocol.

    Args:
        settings: how it is set up.

    Attributes:
        exchange: the truth. data: what the public may see, by market. crowds: who else trades.
        switches: when the dead man's switch of an account cancels all, seconds since opening.
        fundings: what perpetuals have paid.
        on_beat: called each step of venue time, after the crowd has traded.
    """

    def __init__(self, settings: EmulatorSettings) -> None:
        self.settings = settings
        self.clock = VenueClock(settings.start_ms if settings.clock == "stepped" else None)
        markets = MARKETS[settings.venue]
        self.exchange = Exchange(
            markets,
            self.clock.now,
            eternal_ids=settings.venue in ETERNAL_IDS,
            soft_post_only=settings.venue in SOFT_POST_ONLY,
        )
        self.exchange.slip = Decimal(str(settings.slip_bps)) / 10_000
        self.faults, self.agenda = Faults(settings.seed), Agenda()
        for rule in settings.faults:
            self.faults.add(rule)
        self.lines = Lines(self.faults, self.agenda, self.clock.elapsed)
        self.seen: deque[Seen] = deque(maxlen=SEEN)
        self.fundings: deque[FundingPaid] = deque(maxlen=SEEN)
        self.accounts: dict[str, Keys] = {}
        self.by_key: dict[str, Keys] = {}
        self.may_withdraw: set[str] = set()
        self.hidden: dict[int, float] = {}
        self.switches: dict[str, float | None] = {}
        self.maintenance_until = 0.0
        self.on_beat: list[Callable[[], None]] = []
        self.crowds: dict[str, Crowd] = {}
        self.data: dict[str, PublicData] = {}
        for market in markets:
            self._open_market(market)
        self.exchange.listeners.append(self._listen)
        self._hours = FUNDING_HOURS.get(settings.venue, RECORDED_HOURS)
        self.funding_ms = round((settings.funding_minutes or 60 * self._hours) * 60_000)
        self._funded = self.clock.true() // self.funding_ms

    # ------------------------------------------------------------------------------ accounts

    def account(
        self, name: str, balances: Mapping[str, str | Decimal], *, withdraw: bool = False
    ) -> Keys:
        """Open an account and return its keys; the same seed and name give the same keys."""
        keys = make_keys(self.settings.venue, self.settings.seed, name)
        self.accounts[name] = self.by_key[keys.key] = keys
        if withdraw:
            self.may_withdraw.add(name)
        for asset, amount in balances.items():
            self.exchange.deposit(name, asset, Decimal(amount))
        return keys

    # ---------------------------------------------------------------------------------- time

    def begin(self) -> None:
        """Open trading."""
        for crowd in self.crowds.values():
            crowd.begin()
        self._mark()

    def advance(self, seconds: float) -> None:
        """Move a stepped clock, beat by beat."""
        left = round(seconds * 1000)
        while left > 0:
            step = min(BEAT_MS, left)
            self.clock.step(step)
            left -= step
            self.beat()

    def beat(self) -> None:
        """Do all that is due by now."""
        elapsed = self.clock.elapsed()
        for crowd in self.crowds.values():
            if crowd.market.key not in self.exchange.halted:
                crowd.advance(elapsed * 1000 * self.settings.speed)
        self._mark()
        self.agenda.run(elapsed)
        rule = self.faults.take("clock", elapsed, what=CLOCK)
        if rule is not None:
            self.clock.skew = rule.ms
        self._fund()
        liquidate(self.exchange)
        for call in self.on_beat:
            call()

    # -------------------------------------------------------------------------------- lookups

    def market(self, symbol: str, kind: str = "spot") -> Market:
        """Return a market, by its symbol or without the dash or stroke in it.

        Raises:
            RefusedError: there is none.
        """
        names = {symbol, symbol.replace("-", "").replace("/", "")}
        for market in self.exchange.markets.values():
            if market.kind == kind and names & {market.symbol, f"{market.base}{market.quote}"}:
                return market
        raise RefusedError(Why.UNKNOWN_SYMBOL, symbol)

    def find(self, account: str, *, number: int | None = None, client_id: str = "") -> VenueOrder:
        """Return an order, unless a fault hides it for the moment.

        Raises:
            RefusedError: there is none that can be seen.
        """
        order = self.exchange.registry.find(account, number=number, client_id=client_id)
        if not self.visible(order):
            raise RefusedError(Why.NO_ORDER)
        return order

    def visible(self, order: VenueOrder) -> bool:
        """Say whether queries see an order yet."""
        return self.hidden.get(order.number, 0.0) <= self.clock.elapsed()

    def funding(self, market: Market, back: int = 0) -> Decimal:
        """Return the recorded funding rate of the present interval, or of one before.

        It is paid where the interval ends.
        Where a venue pays more often than it was recorded, it pays as much less each time.
        """
        venue = self.settings.venue
        rates = read_funding(venue, f"{market.base}-{market.quote}")
        rates = rates or read_funding(market.recorded[0], f"{market.base}-USDT") or (0.0001,)
        number = self.clock.true() // self.funding_ms - self.clock.began // self.funding_ms - back
        return Decimal(str(rates[int(number) % len(rates)])) * self._hours / RECORDED_HOURS

    def next_funding(self) -> int:
        """Return when funding is paid next, milliseconds."""
        return (self.clock.now() // self.funding_ms + 1) * self.funding_ms

    # -------------------------------------------------------------------------------- private

    def _open_market(self, market: Market) -> None:
        tape = None
        if self.settings.flow:
            tapes = read_tapes(self.settings.data)
            if market.recorded not in tapes:
                there = ", ".join("/".join(name) for name in tapes)
                wanted = "/".join(market.recorded)
                raise DataError(f"{self.settings.data}: has no {wanted}; there is {there}.")
            tape = tapes[market.recorded]
        first = round(self.settings.hour * 60)
        began = self.clock.began // MINUTE_MS * MINUTE_MS
        self.data[market.key] = PublicData(Candles(market, tape, began, first))
        if tape is not None:
            seed, many = self.settings.seed, self.settings.trades_a_minute
            self.crowds[market.key] = Crowd(self.exchange, market, tape, seed, first, many)

    def _listen(self, event: Event) -> None:
        if isinstance(event, Traded):
            self.data[event.market.key].add(event)
        elif isinstance(event, FundingPaid):
            self.fundings.append(event)

    def _mark(self) -> None:
        for key, market in self.exchange.markets.items():
            self.exchange.settler.marks[key] = self.exchange.middle(market)

    def _fund(self) -> None:
        number = self.clock.true() // self.funding_ms
        if number == self._funded:
            return
        self._funded = number
        for key, market in self.exchange.markets.items():
            if market.kind == LINEAR:
                mark = self.exchange.settler.mark(key)
                self.exchange.pay_funding(market, self.funding(market, 1), mark)


def make_keys(venue: str, seed: int, name: str) -> Keys:
    """Return the keys of an account; they are made of its name, and protect nothing."""
    key = hashlib.sha256(f"key/{venue}/{seed}/{name}".encode()).hexdigest()
    secret = hashlib.sha256(f"secret/{venue}/{seed}/{name}".encode()).hexdigest()
    if venue == "bybit":
        return Keys(name, key[:18], secret[:36])
    if venue == "krakenfutures":
        pair = (base64.b64encode(bytes.fromhex(each)).decode() for each in (key, secret * 2))
        return Keys(name, *pair)
    if venue == "okx":
        return Keys(name, str(UUID(key[:32])), secret[:32].upper(), f"Pass-{secret[32:40]}")
    if venue == "alpaca":
        return Keys(name, f"PK{key[:18].upper()}", secret[:40])
    return Keys(name, key, secret)
