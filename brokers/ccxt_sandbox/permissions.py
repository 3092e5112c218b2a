"""A first look at an account. Keys that may take money out are refused, where the venue tells."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from brokers.ccxt_sandbox.credentials import Credentials
from brokers.ccxt_sandbox.outcomes import Reply
from brokers.ccxt_sandbox.parsing import holdings_of
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.wire import REPLY
from magents.model.errors import ConfigError, MagentsError, Retry

NOT_KNOWN = frozenset({400, 403, 404, 405, 410, 501})
"""How a host answers, without words of the venue's own, what it does not know."""

Rights = Sequence[str] | None
"""What a key may do, as the venue words it; ``None`` where it does not tell."""
Asks = Callable[[Any], Awaitable[Rights]]


@dataclass(frozen=True, slots=True)
class Account:
    """What a first look has shown: what is held, and what the key may do, in words."""

    holdings: Mapping[str, Decimal]
    rights: str


async def look(exchange: Any, traits: Traits, credentials: Credentials) -> Account:  # noqa: ANN401
    """Ask for markets, rights and holdings.

    Raises:
        ConfigError: the keys are not taken, or may withdraw. Retry: the venue does not answer.
    """
    import ccxt

    try:
        await exchange.load_markets()
        rights = await check_permissions(exchange, traits)
        if traits.contract and traits.id == "okx":
            await check_mode(exchange)
        return Account(holdings_of(await exchange.fetch_balance()), rights)
    except MagentsError:
        raise
    except ccxt.AuthenticationError as error:
        text = credentials.redact(str(error))[:200]
        raise ConfigError(
            f"the {traits.account} of {traits.id} does not take these keys, which are from "
            f"{credentials.source}: {text}"
        ) from None
    except (ccxt.BaseError, OSError) as error:
        text = credentials.redact(f"{type(error).__name__}: {error}")[:200]
        raise Retry(f"the {traits.account} of {traits.id} cannot be reached: {text}") from None


async def check_permissions(exchange: Any, traits: Traits) -> str:  # noqa: ANN401
    """Refuse keys with withdrawal rights; return what could be found out, in words.

    Raises:
        ConfigError: the key may withdraw.
    """
    asks = ASKED.get(traits.id)
    rights = None if asks is None else await _told(asks, exchange)
    if rights is None:
        return f"{traits.id} does not say whether the key may withdraw"
    if any("withdraw" in right.lower() for right in rights):
        raise ConfigError(
            f"this key of {traits.id} may withdraw money; make one that may only trade"
        )
    return "the key may not withdraw"


async def check_mode(exchange: Any) -> None:  # noqa: ANN401
    """Refuse an OKX account that is set up for something else than one position a swap.

    Source: OKX v5, "Get account configuration": acctLv 1 is spot mode, which has no swaps;
    long_short_mode has two positions a swap.

    Raises:
        ConfigError: it is, with the setting to change.
    """
    told = (await exchange.private_get_account_config())["data"][0]
    if str(told.get("acctLv")) == "1":
        raise ConfigError(
            "this account of okx is in spot mode, which has no perpetuals; choose futures mode in "
            "the account settings of demo trading"
        )
    if told.get("posMode") != "net_mode":
        raise ConfigError(
            "this account of okx holds long and short at once; choose one-way mode (net_mode) in "
            "the account settings of demo trading"
        )


async def _told(asks: Asks, exchange: Any) -> Rights:  # noqa: ANN401
    """Return what a key may do, ``None`` where a test host does not know the question.

    A host that does not know it may say so in many ways: no such path (404, often as a page), or
    a refusal in the venue's own words. Keys that are not taken, and a venue that is too busy, say
    nothing of the question.
    """
    from ccxt import AuthenticationError, ExchangeError

    reply = Reply()
    token = REPLY.set(reply)
    try:
        return await asks(exchange)
    except AuthenticationError:
        raise
    except ExchangeError:
        return None
    except _of_ccxt():
        if reply.status in NOT_KNOWN:
            return None
        raise
    except (KeyError, TypeError, IndexError, AttributeError):
        return None  # An answer of another form tells nothing either.
    finally:
        REPLY.reset(token)


async def _binance(exchange: Any) -> Rights:  # noqa: ANN401
    """Ask for the restrictions of the key: ``enableWithdrawals`` is its right to withdraw.

    ``canWithdraw`` of the account is of the account, not of the key, so it is not what is asked.
    ccxt knows this question on the real host only, and a test host need not answer it: then
    nothing is known.  Source: Binance, Wallet endpoints, "Get API Key Permission".
    """
    api = exchange.urls["api"]
    exchange.urls["api"] = {**api, "sapi": api["private"].replace("/api/v3", "/sapi/v1")}
    try:
        told = await exchange.sapi_get_account_apirestrictions()
    finally:
        exchange.urls["api"] = api
    if told.get("enableWithdrawals") is None:
        return None
    return [name for name, may in told.items() if may in {True, "true"}]


def _of_ccxt() -> type[Exception]:
    import ccxt

    error: type[Exception] = ccxt.BaseError
    return error


async def _bybit(exchange: Any) -> Rights:  # noqa: ANN401
    told = await exchange.private_get_v5_user_query_api()
    rights = told["result"].get("permissions")
    return None if not rights else [str(right) for right in rights.get("Wallet") or []]


async def _okx(exchange: Any) -> Rights:  # noqa: ANN401
    told = await exchange.private_get_account_config()
    rights = told["data"][0].get("perm")
    return None if not rights else str(rights).split(",")


ASKED: Mapping[str, Asks] = {
    "binance": _binance,
    "bybit": _bybit,
    "okx": _okx,
}
