"""Keys, signatures and timestamps of Binance."""

import hmac
from collections.abc import Mapping
from typing import Any

from brokers.emulators.binance.errors import (
    BAD_KEY_FORMAT,
    BAD_SIGNATURE,
    BAD_TIME,
    BinanceError,
    unknown_key,
)
from brokers.emulators.binance.params import Params
from brokers.emulators.settings import Keys

WINDOW, LONGEST = 5000, 60_000
AHEAD = 1000
"""Milliseconds a request may come from the future."""


def check_key(key: str, by_key: Mapping[str, Keys]) -> Keys:
    """Return the account of a key.

    Raises:
        BinanceError: nobody has it.
    """
    if not key:
        raise BinanceError(BAD_KEY_FORMAT, "API-key format invalid.", 401)
    if key not in by_key:
        raise unknown_key()
    return by_key[key]


def check_time(params: Params, now: int) -> None:
    """Check that a request is not too old and not of the future.

    Raises:
        BinanceError: it is, or says no time.
    """
    stamp, window = params.number("timestamp"), params.number("recvWindow", WINDOW)
    if window > LONGEST:
        raise BinanceError(-1131, "recvWindow must be less than 60000.")
    if stamp >= now + AHEAD:
        text = "Timestamp for this request was 1000ms ahead of the server's time."
        raise BinanceError(BAD_TIME, text)
    if now - stamp > window:
        raise BinanceError(BAD_TIME, "Timestamp for this request is outside of the recvWindow.")


def check_signature(secret: str, payload: str, signature: str) -> None:
    """Check an HMAC-SHA256 signature.

    Raises:
        BinanceError: it is not of that secret and payload.
    """
    right = hmac.new(secret.encode(), payload.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(right, signature.lower()):
        raise BinanceError(BAD_SIGNATURE, "Signature for this request is not valid.")


def unsigned(raw: str) -> str:
    """Return a query or body without its signature, as it was signed."""
    return "&".join(part for part in raw.split("&") if not part.startswith("signature="))


def sorted_payload(params: Mapping[str, Any]) -> str:
    """Return what a request of the websocket API signs: all but the signature, by name."""
    plain = Params(params)
    return "&".join(
        f"{name}={plain.text(name, '')}" for name in sorted(params) if name != "signature"
    )
