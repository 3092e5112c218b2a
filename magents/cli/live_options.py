"""Options of the commands that listen to exchanges, and what they mean together."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from magents.cli.options import FILE, Names

if TYPE_CHECKING:
    from magents.config import Loaded

F = TypeVar("F", bound=Callable[..., Any])

LIVE_SETTINGS: Mapping[str, str] = {
    "venue": "live.venues",
    "symbols": "live.symbols",
    "bar": "live.bar",
    "bars_from": "live.bars_from",
    "book": "live.book",
}
"""Which setting a flag gives."""

_WHERE = (
    click.option("--venue", type=Names(), help="Exchanges, by their ccxt ids: binance,bybit."),
    click.option("--symbols", type=Names(), help="Markets: BTC/USDT; a perpetual: BTC/USDT:USDT."),
    click.option("--bar", metavar="LENGTH", help="Length of bars, 1s to 1d.  [1m]"),
    click.option(
        "--bars-from",
        type=click.Choice(["trades", "venue"]),
        help="Build bars from trades, or take the venue's.  [trades]",
    ),
    click.option(
        "--book",
        type=click.Choice(["depth", "quotes", "none"]),
        help="What fills orders: all levels, the best prices, or trades alone.  [depth]",
    ),
    click.option(
        "--demo",
        is_flag=True,
        help="The exchange is one that `magents demo-exchange` runs on this machine.",
    ),
    click.option(
        "--doors",
        type=FILE,
        help="Exchanges on this machine that are not of demo-exchange: a JSON file of where.",
    ),
    click.option("--duration", metavar="TIME", help="End by itself: 90s, 30m, 8h."),
)


def where_to_listen(command: F) -> F:
    """Add the flags that say what is listened to, and for how long."""
    for option in reversed(_WHERE):
        command = option(command)
    return command


def live_overrides(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that live flags give."""
    return {
        LIVE_SETTINGS[name]: value
        for name, value in flags.items()
        if name in LIVE_SETTINGS and value is not None
    }


def check_live(loaded: "Loaded") -> None:
    """Refuse a run that names no venue, no market, or a venue that ccxt does not stream.

    Raises:
        ConfigError: it does.
    """
    from magents.model.errors import ConfigError

    live = loaded.settings.live
    if not live.venues or not live.symbols:
        raise ConfigError("live: name venue and markets: --venue binance --symbols BTC/USDT")
    from feeds.live.connect import check_venue
    from feeds.live.polling import ASKED

    for venue in live.venues:
        check_venue(venue)
        if venue in ASKED:
            raise ConfigError(
                f"live.venues: {venue} lists its markets to account holders only, and a session "
                f"on public data has no keys; `magents sandbox --venue {venue}` trades its paper "
                "account, or take the same coin from another venue"
            )


def seconds(text: str | None, flag: str = "--duration") -> float | None:
    """Read a length of time such as ``90s`` or ``8h``.

    Raises:
        ConfigError: it is none.
    """
    from feeds.barlength import parse_length
    from magents.model.errors import ConfigError
    from magents.model.time import SECOND

    if text is None:
        return None
    try:
        return parse_length(text) / SECOND
    except ConfigError:
        raise ConfigError(f"{flag} expected a time such as 90s, 30m or 8h, got {text}") from None
