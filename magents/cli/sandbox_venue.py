"""Puts a test account in the place of the simulated exchange."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brokers.ccxt_sandbox.accounts import Latch
from brokers.ccxt_sandbox.books import Books
from brokers.ccxt_sandbox.credentials import Credentials
from brokers.ccxt_sandbox.gateway import CcxtGateway
from brokers.ccxt_sandbox.limiter import Limiter
from brokers.ccxt_sandbox.opening import open_exchange, shut
from brokers.ccxt_sandbox.session import MachineClock, Parts, Session
from brokers.ccxt_sandbox.store import SqliteStore
from brokers.ccxt_sandbox.stream import PrivateStream
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.holdings import Market
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.rows import Adopted
from brokers.ccxt_sandbox.truth.settings import Patience
from brokers.ccxt_sandbox.truth.state import Truth
from brokers.ccxt_sandbox.venue import SandboxVenue, poster, teller
from brokers.ccxt_sandbox.venue_clock import VenueClock
from magents.assembly import World
from magents.central.venue import Seat, Venue
from magents.config import Settings
from magents.model.instruments import Instrument, Kind
from magents.model.money import ZERO
from magents.model.time import SECOND
from magents.runtime import wall

if TYPE_CHECKING:
    from feeds.live.connect import Door

TRUTH = "truth.sqlite"
POLL = 2 * SECOND
"""Between two audits of a venue that tells nothing by itself."""
CASH_DUST = Decimal("0.01")


@dataclass(frozen=True)
class Account:
    """An account that this process has to itself.

    Attributes:
        run: folder of the run. latch: its kill switch. door: where its hosts really are.
    """

    traits: Traits
    credentials: Credentials
    run: Path
    latch: Latch
    door: "Door | None" = None
    keep_orders: bool = False

    def limiter(self) -> Limiter:
        """Return a limiter for it."""
        now = int(wall.monotonic() * SECOND)
        return Limiter(self.traits.per_minute, self.traits.burst, now)

    def exchange(self, limiter: Limiter) -> Any:  # noqa: ANN401 - ccxt has no types
        """Open it."""
        hosts = None if self.door is None else self.door.hosts
        ca = "" if self.door is None else self.door.ca
        return open_exchange(self.traits, self.credentials, limiter, hosts, ca)


def venue_of(
    account: Account, stack: ExitStack, shout: Callable[[str], None]
) -> Callable[[Settings, World, Seat], Venue]:
    """Return what opens the account for a fund; files are closed with ``stack``.

    Args:
        shout: tells people at once what they must know.
    """

    def open_venue(settings: Settings, world: World, seat: Seat) -> Venue:
        instruments = {_symbol(each): each for each in world.instruments}
        store = SqliteStore(account.run / TRUTH)
        stack.callback(store.close)
        currency = settings.global_.currency
        books = Books(
            instruments,
            world.booking,
            seat.capital,
            seat.clock.now,
            seat.sink,
            world.price,
        )
        limiter = account.limiter()
        exchange = account.exchange(limiter)
        gateway = CcxtGateway(exchange, account.traits, list(instruments), account.credentials)
        rows = store.load()
        machine = Machine(
            Truth.of(rows), _markets(instruments), _patience(account.traits, instruments)
        )
        post = poster()
        parts = Parts(
            machine,
            store,
            gateway,
            limiter,
            account.latch,
            teller(books, post, shout),
            MachineClock(),
            account.keep_orders,
        )
        session = Session(parts)
        begin = _Beginning(account, exchange, machine, session, seat, {currency: seat.capital})
        return SandboxVenue(
            account.run.name,
            account.traits,
            instruments,
            machine,
            session,
            books,
            post,
            begin,
            [row for row in rows if isinstance(row, Adopted)],
        )

    return open_venue


class _Beginning:
    """Connects, then starts machine and tasks."""

    def __init__(
        self,
        account: Account,
        exchange: Any,  # noqa: ANN401
        machine: Machine,
        session: Session,
        seat: Seat,
        opening: Mapping[str, Decimal],
    ) -> None:
        self._account = account
        self._exchange = exchange
        self._machine = machine
        self._session = session
        self._seat = seat
        self._opening = opening

    def __call__(self) -> None:
        """Start the task that holds the connection; it is the last to end."""
        self._seat.start("venue connection", self._connect())

    async def _connect(self) -> None:
        exchange, session, start = self._exchange, self._session, self._seat.start
        try:
            await exchange.load_markets()
            if self._account.traits.stream:
                redact = self._account.credentials.redact
                PrivateStream(exchange, session.offer, redact).start(start)
            session.begin(self._machine.start(session.now(), self._opening), start)
            clock = VenueClock(exchange, session.offer, MachineClock())
            if clock.needed:
                start("venue clock", clock.run())
            await asyncio.get_running_loop().create_future()
        finally:
            await shut(exchange)


def _symbol(instrument: Instrument) -> str:
    """Return the venue's symbol of an instrument of a live feed."""
    return instrument.id.partition("@")[0]


def _markets(instruments: Mapping[str, Instrument]) -> dict[str, Market]:
    return {
        symbol: Market(
            symbol,
            each.base,
            each.currency,
            each.lot,
            contract=each.kind is not Kind.SPOT_CRYPTO,
            multiplier=each.multiplier,
        )
        for symbol, each in instruments.items()
    }


def _patience(traits: Traits, instruments: Mapping[str, Instrument]) -> Patience:
    """Return how patient to be: a venue without a stream is asked often."""
    dust = {each.currency: CASH_DUST for each in instruments.values()}
    dust |= {each.base: each.lot / 2 for each in instruments.values()}
    dust |= {symbol: each.lot / 2 for symbol, each in instruments.items()}
    usual = Patience()
    return Patience(
        dust=dust,
        audit=usual.audit if traits.stream else POLL,
        overcharged=traits.untold_fee > ZERO,
    )
