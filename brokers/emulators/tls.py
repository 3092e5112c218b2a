"""Certificates for the real host names, from an authority made on the spot."""

import ssl
from collections.abc import Iterable

import trustme


class Authority:
    """A certificate authority that nobody knows but who is given its certificate."""

    def __init__(self) -> None:
        self._authority = trustme.CA()

    @property
    def pem(self) -> bytes:
        """Return its certificate, for clients to trust."""
        return self._authority.cert_pem.bytes()

    def server(self, hosts: Iterable[str]) -> ssl.SSLContext:
        """Return a context for a server that is called these names, or by its address."""
        certificate = self._authority.issue_cert(*hosts, "localhost", "127.0.0.1")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        return context
