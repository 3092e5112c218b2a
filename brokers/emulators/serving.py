"""An emulator in operation: the venue behind a socket on loopback."""

import asyncio
import os
import socket
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from aiohttp import web

from brokers.emulators.admin import Admin
from brokers.emulators.alpaca.app import AlpacaApp
from brokers.emulators.binance.app import BinanceApp
from brokers.emulators.binanceusdm.app import BinanceUsdmApp
from brokers.emulators.bybit.app import BybitApp
from brokers.emulators.clock import BEAT_MS
from brokers.emulators.core.exchange import Exchange
from brokers.emulators.doors import LOOPBACK
from brokers.emulators.faults import Faults
from brokers.emulators.krakenfutures.app import KrakenFuturesApp
from brokers.emulators.okx.app import OkxApp
from brokers.emulators.settings import EmulatorSettings, Keys
from brokers.emulators.sockets import Sockets
from brokers.emulators.tls import Authority
from brokers.emulators.venue import Seen, Venue
from magents.model.errors import UserError
from magents.runtime.supervisor import Supervisor

PROTOCOLS: Mapping[str, type[BinanceApp | BybitApp | OkxApp | KrakenFuturesApp | AlpacaApp]] = {
    "binance": BinanceApp,
    "binanceusdm": BinanceUsdmApp,
    "bybit": BybitApp,
    "okx": OkxApp,
    "krakenfutures": KrakenFuturesApp,
    "alpaca": AlpacaApp,
}
GONE = 0.02
"""Seconds that TLS connections take to be gone once they are cut."""


class Emulator:
    """A venue that listens. Made by :func:`open_emulator`.

    Attributes:
        venue: what is behind the protocol. port: where it listens, on loopback only.
        ca_pem: the authority of its certificate, empty without TLS.
    """

    def __init__(self, settings: EmulatorSettings, authority: Authority | None = None) -> None:
        self.settings = settings
        self.venue = Venue(settings)
        self._supervisor = Supervisor()
        sockets = Sockets(self.venue, self._supervisor)
        self.app = PROTOCOLS[settings.venue](self.venue, sockets)
        self.admin = Admin(self.venue)
        self.port, self.ca_pem = settings.port, b""
        self._authority = authority
        self._runner: web.AppRunner | None = None

    @property
    def exchange(self) -> Exchange:
        """Return the truth."""
        return self.venue.exchange

    @property
    def faults(self) -> Faults:
        """Return the rules in force."""
        return self.venue.faults

    @property
    def seen(self) -> deque[Seen]:
        """Return the requests that came."""
        return self.venue.seen

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the real host names it answers for."""
        return self.app.hosts

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"{'https' if self.settings.tls else 'http'}://{LOOPBACK}:{self.port}"

    def account(
        self, name: str, balances: Mapping[str, str | Decimal], *, withdraw: bool = False
    ) -> Keys:
        """Open an account and return its keys."""
        return self.venue.account(name, balances, withdraw=withdraw)

    def advance(self, seconds: float) -> None:
        """Move a stepped clock."""
        self.venue.advance(seconds)

    def act(self, act: Mapping[str, Any]) -> dict[str, Any]:
        """Do something to the venue, see docs/demo-exchange.md.

        Raises:
            ConfigError: it is nothing that can be done.
        """
        return self.admin.act(act)

    async def start(self) -> None:
        """Open trading, and listen.

        Raises:
            UserError: the port is taken.
        """
        self.venue.begin()
        application = web.Application(client_max_size=2**20)
        if self.settings.admin:
            application.add_routes(self.admin.routes())
        application.add_routes(self.app.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        try:
            listener = socket.create_server((LOOPBACK, self.settings.port))
        except OSError as error:
            await self._runner.cleanup()
            why = os.strerror(error.errno or 0)
            port = self.settings.port
            text = f"port {port} cannot be used: {why}; --port 0 takes a free one"
            raise UserError(text) from None
        context = None
        if self.settings.tls:
            authority = self._authority or Authority()
            context, self.ca_pem = authority.server(self.hosts), authority.pem
        self.port = listener.getsockname()[1]
        await web.SockSite(self._runner, listener, ssl_context=context).start()
        if self.settings.clock == "paced":
            self._supervisor.start("venue", self._run())

    async def stop(self) -> None:
        """Cut all connections and stop."""
        for line in list(self.venue.lines.open.values()):
            line.abort()
        if self._runner is not None:
            for handler in self._runner.server.connections if self._runner.server else ():
                if handler.transport is not None:
                    handler.transport.abort()
            await self._runner.cleanup()
        await self._supervisor.stop()
        # What was cut is gone only when the loop has come round.
        await asyncio.sleep(GONE)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(BEAT_MS / 1000)
            self.venue.beat()


@asynccontextmanager
async def open_emulator(
    settings: EmulatorSettings, authority: Authority | None = None
) -> AsyncIterator[Emulator]:
    """Open an emulator for as long as the block runs.

    Args:
        authority: signs its certificate; one of its own by default.
    """
    emulator = Emulator(settings, authority)
    await emulator.start()
    try:
        yield emulator
    finally:
        await emulator.stop()
