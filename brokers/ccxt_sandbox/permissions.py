"""A first look at an account. Keys that may take money out are refused, where the venue tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from brokers.ccxt_sandbox.credentials import Credentials
from brokers.ccxt_sandbox.parsing import holdings_of
from brokers.ccxt_sandbox.traits import Traits
from magents.model.errors import ConfigError, MagentsError, Retry

TELLS = frozenset({"bybit", "okx"})


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
    rights: list[str] = []
    if traits.id == "bybit":
        told = await exchange.private_get_v5_user_query_api()
        rights = [str(r) for r in (told["result"].get("permissions") or {}).get("Wallet") or []]
    elif traits.id == "okx":
        told = await exchange.private_get_account_config()
        rights = str(told["data"][0].get("perm", "")).split(",")
    if any("withdraw" in right.lower() for right in rights):
        raise ConfigError(
            f"this key of {traits.id} may withdraw money; make one that may only trade"
        )
    if traits.id in TELLS:
        return "the key may not withdraw"
    return f"{traits.id} does not say whether the key may withdraw"
