"""Opens ccxt exchanges: tapped, without keys, through a door where others stand in for them."""

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from feeds.live.polling import ASKED
from feeds.live.tap import tapped
from magents.model.errors import ConfigError, MagentsError, Retry
from magents.runtime.trust import trusting

KEEP_ALIVE_MS = 10_000
"""How often a connection is pinged: a quiet one still answers."""
SECRETS = ("apiKey", "secret", "password", "uid", "token", "privateKey", "walletAddress", "twofa")


@dataclass(frozen=True, slots=True)
class Door:
    """Where the hosts of a venue really are, for exchanges that stand on this machine.

    Attributes:
        hosts: real names to address and port; no other name is resolved. ca: PEM of who vouches.
    """

    hosts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    ca: str = ""


class DoorResolver(AbstractResolver):
    """Resolves the names of a door and no others."""

    def __init__(self, door: Door) -> None:
        """Stand at one door."""
        self._door = door

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where a name of the door is.

        Raises:
            OSError: it is another name.
        """
        there = self._door.hosts.get(host)
        if there is None:
            raise OSError(f"{host} is not behind this door")
        return [
            ResolveResult(
                hostname=host,
                host=there[0],
                port=there[1],
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Hold nothing."""


def check_venue(venue: str) -> None:
    """Refuse what ccxt.pro has no streams for.

    Raises:
        ConfigError: it has none of that name.
    """
    import difflib

    import ccxt.pro

    if venue not in ccxt.pro.exchanges:
        near = difflib.get_close_matches(venue, ccxt.pro.exchanges, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(f"live.venues: ccxt.pro has no exchange {venue}{meant}")


def names_of(venue: str) -> list[str]:
    """Return all names of hosts that ccxt may ask of a venue, real and for tests.

    Raises:
        ConfigError: ccxt.pro has no such exchange.
    """
    import ccxt.pro

    check_venue(venue)
    exchange = getattr(ccxt.pro, venue)()
    return sorted(set().union(*(_hosts(exchange, kind) for kind in ("api", "test", "demo"))))


def _hosts(exchange: Any, kind: str) -> set[str]:  # noqa: ANN401
    """Return the names of hosts in one kind of a venue's addresses."""
    text = json.dumps(exchange.urls.get(kind))
    text = text.replace("{hostname}", str(getattr(exchange, "hostname", "")))
    return set(re.findall(r"\w+://([^/:\"]+)", text))


def at_test(exchange: Any, door: Door | None, data_from: str) -> bool:  # noqa: ANN401
    """Lead an exchange to the venue's test network where its prices are wanted; return whether.

    What stands on this machine for the test network alone, knows more of its names than of the
    real market's.

    Raises:
        ConfigError: they are wanted, and ccxt knows no test network of the venue.
    """
    real, test = _hosts(exchange, "api"), _hosts(exchange, "test")
    if data_from == "test" and not test:
        raise ConfigError(f"live.data_from: ccxt knows no test network of {exchange.id}")
    alone = door is not None and len(test & set(door.hosts)) > len(real & set(door.hosts))
    if data_from == "test" or (data_from == "auto" and alone):
        exchange.set_sandbox_mode(True)
        return True
    return False


PERPETUALS_AT = {"binance": "fapi.binance.com"}
"""Venues whose perpetuals are at a host of their own."""


def coins_only(venue: str, door: Door | None) -> bool:
    """Return whether what stands for a venue on this machine has none of its perpetuals."""
    host = PERPETUALS_AT.get(venue)
    return door is not None and host is not None and host not in door.hosts


def open_exchange(venue: str, door: Door | None, *, spot_only: bool) -> Any:  # noqa: ANN401
    """Return a tapped exchange without keys; close it with :func:`close_exchange`.

    Raises:
        ConfigError: ccxt.pro has no such exchange.
    """
    check_venue(venue)
    config: dict[str, Any] = {
        "enableRateLimit": True,
        "newUpdates": False,
        "options": {"fetchCurrencies": False, "fetchMargins": False, "tradesLimit": 8},
    }
    if spot_only:
        config["options"]["fetchMarkets"] = {"types": ["spot"]}
        config["options"]["defaultType"] = "spot"
    resolver = None if door is None else DoorResolver(door)
    context = trusting("" if door is None else door.ca)
    connector = aiohttp.TCPConnector(resolver=resolver, ssl=context)
    config["session"] = aiohttp.ClientSession(connector=connector, trust_env=False)
    exchange = tapped(venue)(config)
    exchange.streaming = {**exchange.streaming, "keepAlive": KEEP_ALIVE_MS}
    exchange.has = {**exchange.has, "fetchCurrencies": False}
    if venue in ASKED:
        exchange.has["fetchTime"] = False  # it wants keys
    if any(getattr(exchange, name, None) for name in SECRETS):
        raise ConfigError(f"{venue} was opened with keys; a session on public data has none")
    return exchange


def unreached(venue: str, door: Door | None, error: Exception) -> MagentsError:
    """Return in one sentence why a venue could not be reached, and the mend where there is one.

    A host that is not behind a door is no failure of the network: what stands in for the venue has
    no such markets.
    """
    asked = re.search(r"https?://([^/\s:]+)", str(error))
    if door is not None and asked and asked.group(1) not in door.hosts:
        return ConfigError(
            f"live.symbols: the {venue} that runs on this machine has no {asked.group(1)}, so none "
            "of the markets there: its perpetuals are not among what it trades (Binance's are "
            "those of binanceusdm); ask for one of the markets that magents demo-exchange has named"
        )
    return Retry(f"{venue} cannot be reached: {type(error).__name__}: {error}")


async def close_exchange(exchange: Any) -> None:  # noqa: ANN401
    """Close all connections of an exchange, also a session that was given to it."""
    session = None if exchange.own_session else exchange.session
    await exchange.close()
    if session is not None:
        await session.close()
