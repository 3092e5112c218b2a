"""Who may view: the owner over the socket, who has the token over TCP, and then under TLS only."""

import hmac
import os
import socket
import ssl
import stat
import struct
from pathlib import Path

from magents.model.errors import UserError

SHORTEST = 16
"""Characters of a token at least."""


def is_owner(connection: socket.socket) -> bool:
    """Return whether the process at the other end of a Unix socket is our user's, or root's."""
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return uid in {os.getuid(), 0}


def same_token(given: str, wanted: str) -> bool:
    """Return whether a token is the right one, in the same time whatever is wrong with it."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def read_token(path: Path) -> str:
    """Return the token in a file.

    Raises:
        UserError: it cannot be read, is too short, or others may read the file.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--token-file: {path} cannot be read: {error}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise UserError(f"--token-file: others may read {path}; take that away: chmod 600 {path}")
    if len(text) < SHORTEST:
        raise UserError(
            f"--token-file: the token in {path} has {len(text)} characters, at least {SHORTEST} "
            "are needed; `openssl rand -hex 32` makes one"
        )
    return text


def server_tls(cert: Path, key: Path) -> ssl.SSLContext:
    """Return how a fund speaks TLS.

    Raises:
        UserError: a file is missing or no certificate or key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise UserError(f"--tls-cert {cert}, --tls-key {key}: {error}") from None
    return context


def client_tls(authority: Path | None) -> ssl.SSLContext:
    """Return how a viewer speaks TLS; ``authority`` vouches for the fund's certificate.

    Raises:
        UserError: the file is missing or no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise UserError(f"--tls-ca {authority}: {error}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def host_and_port(address: str) -> tuple[str, int]:
    """Read ``host:port``; an IPv6 host stands in brackets.

    Raises:
        UserError: it is none.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:  # noqa: PLR2004 - the last port
        raise UserError(f"expected host:port such as 127.0.0.1:7411, got {address}")
    return host.strip("[]"), int(port)
