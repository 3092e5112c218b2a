"""Certificates for the real host names, from an authority made on the spot."""

import ssl
from collections.abc import Iterable
from typing import NamedTuple


class Papers(NamedTuple):
    """A server's TLS context, and the authority a client has to trust."""

    context: ssl.SSLContext
    ca_pem: bytes


def make_papers(hosts: Iterable[str]) -> Papers:
    """Return a certificate for hosts, localhost and 127.0.0.1, signed by a fresh authority."""
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert(*hosts, "localhost", "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return Papers(context, authority.cert_pem.bytes())
