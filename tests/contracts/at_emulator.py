"""The contract's rig for a test account: the sandbox's broker, real ccxt, an emulated venue.

A venue is added by one small file in ``venues/``; see ``venues/binance.py``.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.books import Books
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
from brokers.ccxt_sandbox.truth.settings import Patience
from brokers.ccxt_sandbox.truth.state import Truth
from brokers.ccxt_sandbox.venue import SandboxVenue, client_id, poster, teller
from brokers.emulators.core.matching import BUY, SELL
from brokers.emulators.doors import LOOPBACK
from brokers.emulators.serving import open_emulator
from brokers.emulators.settings import EmulatorSettings
from feeds.live.markets import instrument_of
from magents.book.worth import Rules
from magents.model.instruments import Kind
from magents.model.records import Adjustment, Amendment, Fill
from magents.model.time import SECOND
from magents.runtime import wall
from magents.runtime.supervisor import Supervisor
from tests.contracts.rig import CAPITAL, HIGH, LOW, Declared, Rig
from tests.contracts.stages import Stage
from tests.emulators_rig import listening

RUN = "contract"
SIDES = {"buy": BUY, "sell": SELL}
CENT = Decimal("0.01")


class InCoins:
    """A broker that is told sizes in coins, where its venue counts in contracts of several."""

    def __init__(self, broker, size):
        self._broker, self._size = broker, size

    async def submit(self, order):
        await self._broker.submit(_scaled(order, 1 / self._size))

    async def cancel(self, order_id):
        await self._broker.cancel(order_id)

    async def amend(self, change):
        await self._broker.amend(_scaled(change, 1 / self._size))


def in_coins(traded):
    """Return an instrument as it would be if a contract were one coin."""
    size, most = traded.multiplier, traded.max_quantity
    most = None if most is None else most * size
    return msgspec.structs.replace(
        traded, lot=traded.lot * size, max_quantity=most, multiplier=Decimal(1)
    )


def told_in_coins(event, size):
    """Return what a broker told with its sizes in coins."""
    if isinstance(event, Adjustment):
        return msgspec.structs.replace(event, units=event.units * size)
    return _scaled(event, size) if isinstance(event, Fill | Amendment) else event


def _scaled(what, by):
    if what.quantity is None:
        return what
    return msgspec.structs.replace(what, quantity=what.quantity * by)


@dataclass(frozen=True)
class Case:
    """A venue of the suite.

    Attributes:
        venue: of the emulator, and of ccxt. symbol: as ccxt calls it.
        stream: whether it tells by itself; else it is polled, and its websockets are refused.
        money: what the fund is counted in.
    """

    venue: str
    symbol: str = "BTC/USDT"
    stream: bool = True
    money: str = "USDT"

    @property
    def traits(self):
        """Return the sandbox's row of it."""
        traits = traits_of(self.venue, (self.symbol,))
        return replace(traits, stream=traits.stream and self.stream)


class EmulatedRig(Rig):
    """A session of the sandbox at an emulator, and the others in its market.

    Args:
        case: what venue. emulator: open. account: a name nobody had before. folder: of the run.
    """

    def __init__(self, case, emulator, account, folder):
        super().__init__()
        self._case, self._emulator, self._account, self._folder = case, emulator, account, folder
        self._stack = AsyncExitStack()
        self._failed = []
        self._supervisor = Supervisor()
        self.declared = None
        self.said = []

    async def open(self):
        """Open account, exchange and session."""
        case, traits = self._case, self._case.traits
        keys = self._emulator.account(self._account, {case.money: CAPITAL})
        secrets = {name: Secret(getattr(keys, name)) for name in traits.secrets}
        self._credentials = Credentials(traits.id, secrets, "test")
        limiter = Limiter(60_000, 1_000, int(wall.monotonic() * SECOND))
        doors = dict.fromkeys(self._emulator.hosts, (LOOPBACK, self._emulator.port))
        ca = self._emulator.ca_pem.decode()
        exchange = open_exchange(traits, self._credentials, limiter, doors, ca)
        self._stack.push_async_callback(shut, exchange)
        await exchange.load_markets()
        described = exchange.markets[case.symbol]
        self._traded = instrument_of(traits.id, case.symbol, described, several=False)
        self.instrument = in_coins(self._traded)
        self._market = self._venue_market(described)
        self.declared = Declared(
            traits.takes,
            self._market.maker,
            self._market.taker,
            coins=self.instrument.kind is Kind.SPOT_CRYPTO,
        )
        self._join(exchange, limiter)
        await self.rest("buy", LOW, 1)
        await self.rest("sell", HIGH, 1)
        if traits.stream:
            await self._until(listening(self._emulator, self._account))
        await self._until(lambda: self._machine.auditor.orderly)
        return self

    def _venue_market(self, described):
        """Return the emulator's own market of ours."""
        kind = "spot" if described["spot"] else "linear"
        found = self._emulator.exchange.markets.values()
        return next(m for m in found if m.kind == kind and m.base == described["base"])

    def _join(self, exchange, limiter):
        """Put the sandbox together as the command does."""
        case, traits, traded = self._case, self._case.traits, self._traded
        contract = traded.kind is not Kind.SPOT_CRYPTO
        markets = {
            case.symbol: Market(
                case.symbol,
                traded.base,
                traded.currency,
                traded.lot,
                contract=contract,
                multiplier=traded.multiplier,
            )
        }
        store = SqliteStore(self._folder / "truth.sqlite")
        self._stack.callback(store.close)
        latch = Latch(self._folder)
        self._stack.callback(latch.close)
        gateway = CcxtGateway(exchange, traits, [case.symbol], self._credentials)
        self._machine = Machine(Truth.of(store.load()), markets, self._patience())
        books = Books(
            {case.symbol: traded},
            Rules([traded], case.money),
            CAPITAL,
            self._now,
            lambda event: self.events.append(told_in_coins(event, traded.multiplier)),
            lambda _: float(LOW + HIGH) / 2,
        )
        tell = teller(books, poster(), self.said.append)
        parts = Parts(self._machine, store, gateway, limiter, latch, tell, MachineClock())
        session = self._session = Session(parts)
        opening = {case.money: CAPITAL}

        def begin():
            if traits.stream:
                stream = PrivateStream(exchange, session.offer, self._credentials.redact)
                stream.start(self._start)
            session.begin(self._machine.start(session.now(), opening), self._start)

        broker = SandboxVenue(
            RUN, traits, {case.symbol: traded}, self._machine, session, books, poster(), begin
        )
        broker.open()
        self.broker = InCoins(broker, traded.multiplier)

    def _now(self):
        return self._session.now()

    def _patience(self):
        """Return how patient the session is: as ever, in quick motion."""
        audit = 2 * SECOND if self._case.stream else SECOND // 4
        return Patience(
            audit=audit,
            overcharged=self._case.traits.untold_fee > 0,
            looks=(SECOND // 20,),
            settle=SECOND // 20,
            surprise=SECOND // 20,
            confirm_wait=SECOND // 5,
            dust={self._case.money: CENT, self.instrument.base: self.instrument.lot / 2},
        )

    def _start(self, task, work):
        return self._supervisor.start(task, work, lambda _, error: self._failed.append(error))

    # -- everybody else --------------------------------------------------------------------------

    async def rest(self, side, price, quantity):
        market = self._market
        ticks, lots = market.ticks(Decimal(price)), market.lots(Decimal(quantity))
        self._emulator.exchange.crowd_rest(market, SIDES[side], ticks, lots)

    async def hit(self, order, quantity):
        (there,) = self._there(order.id)
        if there.open:
            lots = self._market.lots(Decimal(quantity))
            self._emulator.exchange.fill_resting(there, lots)

    async def rise(self, price):
        exchange, market = self._emulator.exchange, self._market
        ticks, lots = market.ticks(Decimal(price)), market.lots(Decimal(1))
        exchange.crowd_take(market, BUY, ticks, 10 * lots)
        exchange.crowd_rest(market, SELL, ticks, lots)
        exchange.crowd_take(market, BUY, ticks, lots // 2)

    # -- what the venue knows --------------------------------------------------------------------

    def _all(self):
        return self._emulator.exchange.registry.all(self._account)

    def _there(self, name):
        client = client_id(RUN, name, self._case.traits.id_length)
        return [order for order in self._all() if order.ask.client_id == client]

    def open_there(self):
        return {n for n in self.orders if any(order.open for order in self._there(n))}

    def came_there(self):
        return len(self._all())

    def held_there(self):
        wallets, traded = self._emulator.exchange.wallets, self.instrument
        if traded.kind is not Kind.SPOT_CRYPTO:
            position = wallets.position(self._account, self._market)
            return {"units": position.size}
        wallet = wallets.of(self._account)
        return {"money": wallet.total(traded.currency), "units": wallet.total(traded.base)}

    # -- time ------------------------------------------------------------------------------------

    async def settle(self):
        await self._until(self._settled)

    def _settled(self):
        """Return whether order truth has caught up with the venue."""
        if self._failed or not self._machine.auditor.orderly or self._machine._waiting:
            return bool(self._failed)
        if self._case.traits.untold_fee and not self._told_of_fees():
            return False
        return all(self._caught_up(each) for each in self._machine.truth.orders.values())

    def _told_of_fees(self):
        """Return whether holdings have shown what the venue kept of the trades it had."""
        there = sum(len(order.fills) for order in self._all())
        return self._machine.auditor.settled == there

    def _caught_up(self, tracked):
        there = self._there(tracked.intent.order)
        if tracked.amend is not None or (tracked.cancel and not tracked.final):
            return False
        if tracked.unsure:
            return False  # the venue has it, and its answer is still on its way
        if not there:
            return tracked.final
        coins = tracked.filled * self._traded.multiplier
        return coins == there[0].filled and tracked.final != there[0].open

    async def _until(self, true, seconds=20.0):
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - the other side of a socket
                await asyncio.sleep(0.01)
        assert not self._failed, self._failed

    async def end(self):
        await self._supervisor.stop()

    async def close(self):
        """End everything and let go of what is left at the venue."""
        await self._supervisor.stop()
        await self._stack.aclose()
        self._emulator.exchange.cancel_all(self._account)
        self._emulator.exchange.last.pop(self._market.key, None)
        book = self._emulator.exchange.books[self._market.key]
        for side in (BUY, SELL):
            for resting in list(book.orders(side)):
                book.cancel(resting.order)


class Emulated(Stage):
    """One emulator for all tests of a module, an account for each.

    Attributes:
        case: what venue; said by each subclass.
    """

    case: Case

    def __enter__(self):
        case = self.case
        settings = EmulatorSettings(
            venue=case.venue, flow=False, limits=False, streams=case.traits.stream
        )
        self._runner = asyncio.Runner()
        self._opened = open_emulator(settings)
        self._emulator = self._runner.run(self._opened.__aenter__())
        self._accounts = 0
        return self

    def __exit__(self, *_):
        self._runner.run(self._opened.__aexit__(None, None, None))
        self._runner.close()

    def play(self, test, folder):
        self._accounts += 1
        rig = EmulatedRig(self.case, self._emulator, f"account-{self._accounts}", folder)
        self._runner.run(_whole(rig, test))


async def _whole(rig, test):
    try:
        await test(await rig.open())
    finally:
        await rig.close()
