"""A session at an emulator: real ccxt, real TLS, real host names, on loopback."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.credentials import Credentials, Secret
from brokers.ccxt_sandbox.gateway import CcxtGateway
from brokers.ccxt_sandbox.limiter import Limiter
from brokers.ccxt_sandbox.opening import open_exchange, shut
from brokers.ccxt_sandbox.session import MachineClock, Parts, Session
from brokers.ccxt_sandbox.store import SqliteStore
from brokers.ccxt_sandbox.stream import PrivateStream
from brokers.ccxt_sandbox.traits import traits_of
from brokers.ccxt_sandbox.truth.holdings import Market
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import Drop, Place, Told, ToldFill
from brokers.ccxt_sandbox.truth.rows import Intent
from brokers.ccxt_sandbox.truth.settings import Patience
from brokers.ccxt_sandbox.truth.state import Truth
from brokers.ccxt_sandbox.venue import client_id
from brokers.ccxt_sandbox.venue_clock import VenueClock
from brokers.emulators.doors import LOOPBACK
from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from magents.model.money import exact
from magents.model.orders import OrderType, Side
from magents.model.time import SECOND
from magents.runtime import wall
from magents.runtime.supervisor import Supervisor

SYMBOL = "BTC/USDT"
QUOTES = {"alpaca": "USD"}
PERPETUAL = "BTC/USD:USD"


def market(name):
    """Return the market that is traded at a venue."""
    if name == "krakenfutures":
        return Market(PERPETUAL, "BTC", "USD", Decimal("0.0001"), contract=True)
    quote = QUOTES.get(name, "USDT")
    return Market(f"BTC/{quote}", "BTC", quote, Decimal("0.00001"))


def perpetual(name, symbol):
    """Return a perpetual that is settled in USDT; OKX counts in contracts."""
    lot, size = ("0.01", "0.01") if name == "okx" else ("0.001", "1")
    return Market(symbol, "BTC", "USDT", Decimal(lot), contract=True, multiplier=Decimal(size))


QUICK = Patience(
    audit=2 * SECOND,
    absent_after=SECOND,
    absent_looks=3,
    looks=(SECOND // 10,),
    settle=SECOND // 10,
    confirm_wait=SECOND // 5,
    dust={
        "USDT": Decimal("0.01"),
        "USD": Decimal("0.011"),
        "BTC": Decimal("0.000005"),
        PERPETUAL: Decimal("0.00005"),
    },
)
MONEY = "100000"
COINS = {"BTC": "2"}


async def _glances():
    while True:
        yield
        await asyncio.sleep(0.02)


@dataclass
class Bench:
    """What a test holds in its hands."""

    emulator: object
    keys: object
    exchange: object
    session: Session
    machine: Machine
    latch: Latch
    news: list
    gateway: CcxtGateway
    market: Market
    count: int = 0

    def place(self, side="buy", quantity="0.01", limit=None, name=None):
        self.count += 1
        name = name or f"pod:{self.count}"
        intent = Intent(
            self.session.now(),
            client=client_id("run", name),
            order=name,
            pod="pod",
            instrument=self.market.symbol,
            symbol=self.market.symbol,
            side=Side(side),
            quantity=self.units(quantity),
            type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit=None if limit is None else exact(limit),
        )
        self.session.offer(Place(intent))
        return intent

    def units(self, coins):
        """Return coins as the venue counts them."""
        return Decimal(coins) / self.market.multiplier

    def drop(self, intent):
        self.session.offer(Drop(intent.order))

    def states(self, intent):
        return [
            n.state.value
            for n in self.news
            if isinstance(n, Told) and n.intent.order == intent.order
        ]

    def filled(self, intent):
        fills = (n.fill for n in self.news if isinstance(n, ToldFill) and n.intent is not None)
        units = sum((abs(f.quantity) for f in fills if f.client == intent.client), start=Decimal(0))
        return units * self.market.multiplier

    def order(self, intent):
        return self.machine.truth.orders.get(intent.client)

    def at_venue(self, intent):
        """Return the venue's own orders of a client id."""
        mine = self.emulator.exchange.registry.all("alice")
        return [order for order in mine if order.ask.client_id == intent.client]

    def open_at_venue(self):
        return self.emulator.exchange.registry.open("alice")

    def held(self):
        """Return what the venue has for the account, apart from dust."""
        wallets, market = self.emulator.exchange.wallets, self.market
        wallet = wallets.of("alice")
        if not market.contract:
            return {asset: wallet.total(asset) for asset in (market.asset, market.quote)}
        position = wallets.position("alice", self.theirs)
        paid = wallet.total(market.quote) - position.cost
        units = position.size / market.multiplier
        return {market.asset: units, market.quote: paid}

    def expected(self):
        found = self.machine.auditor._holdings.expected(self.machine.truth)
        assets = (self.market.asset, self.market.quote)
        return {asset: found.get(asset, Decimal(0)) for asset in assets}

    @property
    def theirs(self):
        """Return the venue's own market of ours."""
        kind = "linear" if self.market.contract else "spot"
        found = self.emulator.exchange.markets.values()
        return next(m for m in found if m.kind == kind and m.base == self.market.base)

    def check(self):
        """The books are the venue's: fills, holdings, and no order twice."""
        mine = self.emulator.exchange.registry.all("alice")
        ours = [order for order in mine if order.ask.client_id.startswith("mag")]
        names = [order.ask.client_id for order in ours]
        assert len(names) == len(set(names)), "duplicate order"
        theirs = {str(fill.number) for order in mine for fill in order.fills}
        booked = {trade for _, trade in self.machine.truth.fills}
        assert len(booked) == len(theirs), "fills"
        for order in ours:
            filled = self.machine.truth.orders[order.ask.client_id].filled
            assert filled * self.market.multiplier == order.filled
        for asset, units in self.held().items():
            assert abs(units - self.expected()[asset]) <= QUICK.dust.get(asset, QUICK.usual_dust), (
                asset
            )

    async def until(self, true, seconds=15.0):
        async with asyncio.timeout(seconds):
            async for _ in _glances():
                if true():
                    return

    async def orderly(self):
        await self.until(lambda: self.machine.auditor.orderly)


@asynccontextmanager
async def venue(name="binance", **settings):
    """An emulator with an account; tests ask more often than Alpaca's 200 times a minute."""
    settings = {"limits": name != "alpaca", **settings}
    async with open_emulator(EmulatorSettings(venue=name, **settings)) as emulator:
        yield emulator, emulator.account("alice", {market(name).quote: MONEY, **COINS})


@asynccontextmanager
async def bench(
    emulator,
    keys,
    folder,
    *,
    stream=True,
    patience=QUICK,
    keep_orders=False,
    mined=None,
    symbol=None,
    timeout_ms=1_000,
):
    """A session at an emulator; several after another may use one folder."""
    name = emulator.settings.venue
    traded = market(name) if symbol is None else perpetual(name, symbol)
    traits = traits_of(name, (traded.symbol,))
    secrets = {"key": keys.key, "secret": keys.secret, "password": keys.password}
    credentials = Credentials(
        traits.id, {name: Secret(secrets[name]) for name in traits.secrets}, "test"
    )
    limiter = Limiter(6000, 100, int(wall.monotonic() * SECOND))
    doors = dict.fromkeys(emulator.hosts, (LOOPBACK, emulator.port))
    exchange = open_exchange(traits, credentials, limiter, doors, emulator.ca_pem.decode())
    store = SqliteStore(folder / "truth.sqlite")
    quick = replace(patience, overcharged=traits.untold_fee > 0)
    machine = Machine(Truth.of(store.load()), {traded.symbol: traded}, quick)
    news, latch = [], Latch(folder)
    gateway = CcxtGateway(exchange, traits, [traded.symbol], credentials)
    if mined is not None:
        mined(store, gateway)
    parts = Parts(machine, store, gateway, limiter, latch, news.extend, MachineClock(), keep_orders)
    session, supervisor = Session(parts), Supervisor()
    failed = []

    def start(task, work):
        return supervisor.start(task, work, lambda _, error: failed.append(error))

    try:
        exchange.timeout = timeout_ms
        await exchange.load_markets()
        if stream:
            PrivateStream(exchange, session.offer, credentials.redact).start(start)
        session.begin(machine.start(session.now(), {traded.quote: Decimal(50_000)}), start)
        clock = VenueClock(exchange, session.offer, MachineClock())
        if clock.needed:
            start("venue clock", clock.run())
        yield Bench(emulator, keys, exchange, session, machine, latch, news, gateway, traded)
    finally:
        await supervisor.stop()
        await shut(exchange)
        store.close()
        latch.close()
    assert not failed, failed
