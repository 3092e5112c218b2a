"""Opens a ccxt exchange for a test account, behind the guard."""

import logging
from collections.abc import Mapping
from typing import Any

from brokers.ccxt_sandbox.credentials import Credentials
from brokers.ccxt_sandbox.guard import check_hosts, guarded_session
from brokers.ccxt_sandbox.kraken_frames import MIXINS
from brokers.ccxt_sandbox.limiter import Limiter, retry_after
from brokers.ccxt_sandbox.outcomes import TOO_MANY
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.venue_clock import refuses_clock
from brokers.ccxt_sandbox.wire import note_reply
from magents.model.errors import ConfigError
from magents.model.time import SECOND
from magents.runtime import wall

BANNED = 418
TIMEOUT_MS = 10_000
KEEP_ALIVE_MS = 10_000
NAMES = {"key": "apiKey", "secret": "secret", "password": "password"}


def open_exchange(
    traits: Traits,
    credentials: Credentials,
    limiter: Limiter,
    doors: Mapping[str, tuple[str, int]] | None = None,
    ca: str = "",
) -> Any:  # noqa: ANN401 - ccxt has no types
    """Return an exchange that can reach the test account only; close it with :func:`shut`.

    Raises:
        ConfigError: this ccxt has no test account for the venue.
    """
    import ccxt.pro

    logging.getLogger("ccxt").setLevel(logging.WARNING)  # it would show signed headers
    base = getattr(ccxt.pro, traits.id, None)
    if base is None:
        raise ConfigError(f"this version of ccxt has no exchange {traits.id}")
    if not base().describe().get("urls", {}).get("demo" if traits.demo else "test"):
        raise ConfigError(f"this version of ccxt has no test account for {traits.id}")
    exchange = _watched(base, limiter)(_config(traits, credentials))
    exchange.session = guarded_session(traits, doors, ca)
    exchange.own_session = False
    exchange.timeout_on_exit = 0  # ccxt waits for connections to end; ours are ended by us
    if traits.demo:
        exchange.enable_demo_trading(True)  # noqa: FBT003 - as ccxt has it
    else:
        exchange.set_sandbox_mode(True)
    exchange.has = {**exchange.has, "fetchCurrencies": False}
    exchange.streaming = {**exchange.streaming, "keepAlive": KEEP_ALIVE_MS}
    check_hosts(traits, _filled(exchange.urls["api"], getattr(exchange, "hostname", "") or ""))
    return exchange


async def shut(exchange: Any) -> None:  # noqa: ANN401
    """Close all connections."""
    session = exchange.session
    await exchange.close()
    if session is not None:
        await session.close()


def _config(traits: Traits, credentials: Credentials) -> dict[str, Any]:
    options = {
        "fetchCurrencies": False,
        "fetchMargins": False,
        "adjustForTimeDifference": True,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
        "maxRetriesOnFailure": 0,
        **traits.options,
    }
    secrets = {NAMES[name]: credentials.reveal(name) for name in traits.secrets}
    return {
        **secrets,
        "enableRateLimit": False,  # our limiter has lanes; ccxt's has one queue
        "timeout": TIMEOUT_MS,
        "newUpdates": False,
        "number": str,
        "options": options,
    }


def _watched(base: Any, limiter: Limiter) -> Any:  # noqa: ANN401
    """Return the class with an eye on every answer."""

    def on_rest_response(exchange: Any, *answer: Any) -> Any:  # noqa: ANN401 - as ccxt calls it
        code, headers, body = answer[0], answer[4], answer[5]
        note_reply(code, body)
        if refuses_clock(body or ""):
            # What was refused for its time is tried again once the clocks were compared.
            exchange.options["clockDoubted"] = True
            limiter.pause(int(wall.monotonic() * SECOND), SECOND // 2, ban=False)
        if code in TOO_MANY:
            told = {name.lower(): value for name, value in headers.items()}
            span = retry_after(str(told.get("retry-after", "")))
            limiter.pause(int(wall.monotonic() * SECOND), span, ban=code == BANNED)
        return body

    mixed = [MIXINS[base.__name__]] if base.__name__ in MIXINS else []
    names = {"on_rest_response": on_rest_response, "number": str}
    return type(base.__name__, (*mixed, base), names)


def _filled(urls: object, hostname: str) -> object:
    if isinstance(urls, str):
        return urls.replace("{hostname}", hostname)
    if isinstance(urls, Mapping):
        return {name: _filled(each, hostname) for name, each in urls.items()}
    return urls
