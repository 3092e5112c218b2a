"""Whom a connection believes to be who it says."""

import ssl


def trusting(ca: str = "") -> ssl.SSLContext:
    """Return a TLS context.

    Args:
        ca: PEM of the only authority that is believed; empty for those of this machine (and of
            ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``) and the usual ones, which some machines lack.
    """
    if ca:
        return ssl.create_default_context(cadata=ca)
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
