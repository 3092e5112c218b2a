"""Emulators in tests: opened in process or in a thread, and unmodified clients led to them.

The clients use the real host names; a resolver leads them to loopback, TLS is real.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from brokers.emulators.doors import EmulatorResolver, ports, trusting
from brokers.emulators.serving import Emulator, open_emulator
from brokers.emulators.settings import EmulatorSettings, Keys


@asynccontextmanager
async def real_names(emulator: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    """Open an aiohttp session for which the venue's real host names are the emulator."""
    resolver = EmulatorResolver(ports(emulator.hosts, emulator.port))
    context = trusting(emulator.ca_pem)
    connector = aiohttp.TCPConnector(resolver=resolver, ssl=context)
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
        yield session


@asynccontextmanager
async def ccxt_client(
    emulator: Emulator, keys: Keys | None = None, mode: str = "sandbox", **options: Any
) -> AsyncIterator[Any]:
    """Open an unmodified ccxt.pro exchange whose real host names are the emulator.

    ``mode`` is ``sandbox``, ``demo`` or ``live``; ``options`` go to ccxt's options.
    """
    import ccxt.pro

    async with real_names(emulator) as session:
        config: dict[str, Any] = {"session": session, "enableRateLimit": False}
        config["options"] = options
        if keys is not None:
            config |= {"apiKey": keys.key, "secret": keys.secret, "password": keys.password}
        exchange = getattr(ccxt.pro, emulator.settings.venue)(config)
        exchange.number = str
        exchange.timeout_on_exit = 0  # the session is ours, and closed by us
        # Only what is emulated; else ccxt asks the futures hosts for their markets too.
        kinds = {"bybit": ["spot", "linear"], "okx": ["spot", "swap"], "binanceusdm": ["linear"]}
        kinds = kinds.get(emulator.settings.venue, ["spot"])
        exchange.options.setdefault("fetchMarkets", {})["types"] = kinds
        futures = emulator.settings.venue == "binanceusdm"  # its test account is demo trading
        if mode == "sandbox" and not futures:
            exchange.set_sandbox_mode(True)
        elif mode in {"sandbox", "demo"}:
            exchange.enable_demo_trading(True)
        try:
            yield exchange
        finally:
            await exchange.close()


@contextmanager
def threaded_emulator(settings: EmulatorSettings) -> Iterator[Emulator]:
    """Run an emulator on a loop of its own in a thread, for clients that block."""
    ready, holder = threading.Event(), {}

    async def run() -> None:
        done = holder["done"] = asyncio.Event()
        holder["loop"] = asyncio.get_running_loop()
        async with open_emulator(settings) as emulator:
            holder["emulator"] = emulator
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert ready.wait(20)
    try:
        yield holder["emulator"]
    finally:
        holder["loop"].call_soon_threadsafe(holder["done"].set)
        thread.join(20)


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something the other side of a socket does."""
    for _ in range(int(seconds * 200)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")


def listening(emulator: Emulator, account: str) -> Callable[[], bool]:
    """Return a condition: somebody gets an account's private events."""
    lines = emulator.venue.lines.open
    return lambda: any(line.account == account and line.topics for line in lines.values())


@contextmanager
def real_names_everywhere(
    emulator: Emulator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Lead every client of this process to the emulator: names by the system's lookup, CA by file.

    For clients with their own sockets, such as the venues' SDKs.  Other names are still refused.
    """
    lookup, table = socket.getaddrinfo, dict.fromkeys(emulator.hosts, emulator.port)

    def led(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host in table:
            return lookup("127.0.0.1", table[host], *args, **kwargs)
        return lookup(host, port, *args, **kwargs)

    ca = folder / "ca.pem"
    ca.write_bytes(emulator.ca_pem)
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", led)
        for name in ("REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE", "SSL_CERT_FILE"):
            patch.setenv(name, str(ca))
        yield ca
