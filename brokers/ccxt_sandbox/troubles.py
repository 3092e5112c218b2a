"""What went wrong with a venue, in words that are true: silent, busy, closed, or wrong here."""

from collections.abc import Callable, Sequence

from magents.model.errors import MagentsError

LONGEST = 160
"""Characters of the error itself that are told."""


def trouble_of(error: Exception, redact: Callable[[str], str] = str) -> str:
    """Return what an error means, and the error itself in short.

    Args:
        redact: takes secrets out.
    """
    told = redact(f"{type(error).__name__}: {error}")[:LONGEST].strip()
    for kinds, words in _meanings():
        if isinstance(error, kinds):
            return f"{words} ({told})"
    return f"the trouble is here, not at the venue ({told})"


def _meanings() -> Sequence[tuple[tuple[type[BaseException], ...], str]]:
    """Return classes of errors, the narrow before the wide, and what they mean."""
    import ccxt

    return (
        ((ccxt.AuthenticationError,), "the venue does not take the keys"),
        (
            (ccxt.DDoSProtection, ccxt.RateLimitExceeded),
            "the venue wants to be left alone: too many requests",
        ),
        ((ccxt.OnMaintenance,), "the venue is closed for maintenance"),
        ((ccxt.RequestTimeout, TimeoutError), "the venue does not answer"),
        ((ccxt.InvalidNonce,), "the venue does not accept our clock"),
        ((ccxt.NetworkError, ccxt.ExchangeNotAvailable), "the venue cannot be reached or is down"),
        ((ccxt.BadResponse,), "the venue answers what cannot be read"),
        ((ccxt.BaseError,), "the venue refuses"),
        ((OSError,), "the venue cannot be reached"),
        ((MagentsError,), "the venue was not asked"),
    )
