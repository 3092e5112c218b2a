"""What every test has: hypothesis profiles, and no way out to the network."""

import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("fast", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("deep", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As a shell starts what runs in the background; the programs that tests interrupt inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _is_local(host: object) -> bool:
    """Say whether a host is this machine; names other than localhost never are."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    # pytest.fail raises past `except Exception`: no retry or supervisor can swallow it.
    pytest.fail(f"tests must not use the network, and this one reached for {host!r}")


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def checked(sock: socket.socket, address: Any) -> Any:
        if sock.family != getattr(socket, "AF_UNIX", None) and not _is_local(address[0]):
            _refuse(address[0])
        return connect(sock, address)

    return checked


def _guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def checked(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_local(host):
            _refuse(host)
        return lookup(host, *args, **kwargs)

    return checked


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Let sockets of this process reach this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield
