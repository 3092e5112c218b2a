"""The door to the network: only the hosts of test accounts, whatever anybody else believes.

No flag of ccxt is trusted. A name that is not on the list is not resolved, an address is not
dialled directly, a proxy is not used, and a request to a host that is shared with the real market
does not leave without the header that marks it as a test.
"""

import socket
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.wire import check_gate, note_sent
from magents.model.errors import BrokenPromiseError, ConfigError
from magents.runtime.trust import trusting


class Address(Protocol):
    """The parts of an address that matter here."""

    @property
    def host(self) -> str | None:
        """Return the name."""
        ...

    @property
    def scheme(self) -> str:
        """Return how it is spoken to."""
        ...


class ForbiddenHostError(BrokenPromiseError):
    """Something tried to reach a host that is not on the list of test hosts."""


class GuardedResolver(AbstractResolver):
    """Resolves the allowed names only.

    Args:
        allowed: names. doors: by name, address and port of a stand-in on this machine; where
            given, no name goes anywhere else.
    """

    def __init__(
        self, allowed: Iterable[str], doors: Mapping[str, tuple[str, int]] | None = None
    ) -> None:
        """Know the list."""
        self._allowed = frozenset(allowed)
        self._doors = doors
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where a host is.

        Raises:
            ForbiddenHostError: it is not on the list.
        """
        if host not in self._allowed:
            raise ForbiddenHostError(f"{host} is not a host of a test account: nothing was sent")
        if self._doors is None:
            return await self._inner.resolve(host, port, family)
        if host not in self._doors:
            raise ForbiddenHostError(f"{host} has no stand-in on this machine: nothing was sent")
        there, door = self._doors[host]
        return [
            ResolveResult(
                hostname=host,
                host=there,
                port=door,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Let go of the resolver behind."""
        await self._inner.close()


class GuardedConnector(aiohttp.TCPConnector):
    """A connector that asks the resolver about everything: addresses are not waved through."""

    async def _resolve_host(
        self,
        host: str,
        port: int,
        traces: Any = None,  # noqa: ANN401 - as aiohttp has it
    ) -> list[ResolveResult]:
        return await self._resolver.resolve(host, port, family=self._family)


def guarded_session(
    traits: Traits,
    doors: Mapping[str, tuple[str, int]] | None = None,
    ca: str = "",
) -> aiohttp.ClientSession:
    """Return a session that reaches a venue's test hosts and nothing else.

    Args:
        doors: stand-ins on this machine. ca: PEM of who vouches for them.
    """
    connector = GuardedConnector(
        resolver=GuardedResolver(traits.hosts, doors), ssl=trusting(ca), use_dns_cache=False
    )
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_checker(traits))
    # The gate is asked as late as can be: also after a connection had to be dialled.
    trace.on_connection_create_end.append(_at_gate)
    trace.on_connection_reuseconn.append(_at_gate)
    trace.on_request_headers_sent.append(_on_its_way)
    return aiohttp.ClientSession(connector=connector, trace_configs=[trace], trust_env=False)


def check_request(traits: Traits, url: Address, headers: Mapping[str, str]) -> None:
    """Refuse a request that may not leave.

    Raises:
        ForbiddenHostError: a host not on the list, no TLS, or no mark of a test.
    """
    if url.host not in traits.hosts:
        raise ForbiddenHostError(f"{url.host} is not a host of a test account: nothing was sent")
    if url.scheme not in {"https", "wss"}:
        raise ForbiddenHostError(f"{url.host} was to be asked without TLS: nothing was sent")
    for name, value in traits.headers.get(url.host or "", {}).items():
        if headers.get(name) != value:
            raise ForbiddenHostError(
                f"a request to {url.host} lacks {name}: {value}; it would be real: nothing was sent"
            )


def check_hosts(traits: Traits, urls: object) -> None:
    """Refuse an exchange none of whose addresses for trading is a test host.

    Raises:
        ConfigError: the sandbox mode did nothing.
    """
    hosts = set(_hosts(urls))
    if not hosts & traits.hosts:
        raise ConfigError(
            f"ccxt leads {traits.id} to {', '.join(sorted(hosts)) or 'nowhere'}, not to the "
            f"{traits.account}; nothing was sent"
        )


def _checker(traits: Traits) -> Any:  # noqa: ANN401 - aiohttp's type of a signal
    async def check(
        _: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        check_request(traits, params.url, params.headers)
        check_gate()

    return check


async def _at_gate(*_: object) -> None:
    check_gate()


async def _on_its_way(*_: object) -> None:
    note_sent()


def _hosts(urls: object) -> Iterable[str]:
    if isinstance(urls, str):
        yield urls.split("://")[-1].split("/", maxsplit=1)[0].split(":", maxsplit=1)[0]
    elif isinstance(urls, Mapping):
        for each in urls.values():
            yield from _hosts(each)
