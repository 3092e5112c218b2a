"""How a client reaches an emulator under the real host names: a resolver, and a CA to trust."""

import socket
import ssl
from collections.abc import Iterable, Mapping

from aiohttp.abc import AbstractResolver, ResolveResult

LOOPBACK = "127.0.0.1"


class EmulatorResolver(AbstractResolver):
    """Sends known host names to a port on loopback, and refuses all others.

    Args:
        ports: by host name.
    """

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the emulator's address.

        Raises:
            OSError: the host is none of the emulated ones.
        """
        self.asked.append(host)
        if host not in self._ports:
            raise OSError(f"{host} is not emulated, and nothing else may be reached")
        return [
            ResolveResult(
                hostname=host,
                host=LOOPBACK,
                port=self._ports[host],
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Hold nothing."""


def trusting(ca_pem: bytes) -> ssl.SSLContext:
    """Return a TLS context that trusts one authority only."""
    context = ssl.create_default_context(cadata=ca_pem.decode())
    context.check_hostname = True
    return context


def ports(hosts: Iterable[str], port: int) -> dict[str, int]:
    """Return the table that sends hosts to one port."""
    return dict.fromkeys(hosts, port)
