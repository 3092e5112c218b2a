"""A venue's markets, as ccxt describes them, to instruments with the venue's own filters."""

import difflib
from collections.abc import Mapping
from typing import Any, NamedTuple

from feeds.live.filters import filters_of, positive
from feeds.live.settings import Live
from magents.model.errors import ConfigError
from magents.model.instruments import Instrument, Kind, PerpetualTerms
from magents.model.money import GRID, ONE

Market = Mapping[str, Any]
Markets = Mapping[str, Mapping[str, Market]]
"""By venue, by symbol."""


def name_of(venue: str, symbol: str, *, several: bool) -> str:
    """Return an instrument's id: with its venue where the run has several."""
    return f"{symbol}@{venue}" if several else symbol


def chosen(live: Live, venue: str) -> list[str]:
    """Return the symbols that are asked of a venue."""
    found = []
    for each in live.symbols:
        symbol, at, where = each.partition("@")
        if not at or where == venue:
            found.append(symbol)
    return found


def anywhere(live: Live) -> list[str]:
    """Return the perpetuals of which a run with several venues does not say whose they are."""
    if len(live.venues) == 1:
        return []
    return [each for each in live.symbols if ":" in each and "@" not in each]


def picked(live: Live, venue: str, markets: Mapping[str, Market]) -> dict[str, dict[str, object]]:
    """Return the descriptions of the markets wanted of a venue.

    Raises:
        ConfigError: it has none of them, or not the one that was named for it.
    """
    found = {}
    for symbol in chosen(live, venue):
        market = markets.get(symbol)
        if market is not None:
            found[symbol] = dict(market)
        elif len(live.venues) == 1 or f"{symbol}@{venue}" in live.symbols:
            near = difflib.get_close_matches(symbol, list(markets), n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"live.symbols: {venue} has no market {symbol}{meant}")
    if not found:
        raise ConfigError(
            f"live.symbols: {venue} has none of {', '.join(live.symbols)}; leave it out of "
            f"live.venues, or name a market of its own, as in BTC/USDT@{venue}"
        )
    return found


def instrument_of(venue: str, symbol: str, market: Market, *, several: bool) -> Instrument:
    """Return the instrument of a market.

    Raises:
        ConfigError: it is of a kind that is not traded here.
    """
    kind = _kind(market)
    if kind is None:
        what = f"{venue} {symbol} is a {market.get('type')}"
        raise ConfigError(f"live.symbols: {what}; only spot and perpetuals are traded")
    limits, precision = market.get("limits") or {}, market.get("precision") or {}
    amount, cost = limits.get("amount") or {}, limits.get("cost") or {}
    return Instrument(
        id=name_of(venue, symbol, several=several),
        kind=kind,
        currency=str(market["quote"] if kind is Kind.SPOT_CRYPTO else market["settle"]),
        # Books have eight decimals; what a venue can divide finer is not traded finer here.
        lot=max(positive(precision.get("amount")) or GRID, GRID),
        tick=positive(precision.get("price")),
        multiplier=positive(market.get("contractSize")) or ONE,
        calendar="24/7",
        venue=venue,
        min_notional=positive(cost.get("min")),
        max_quantity=positive(amount.get("max")),
        filters=filters_of(market),
        shortable=kind is not Kind.SPOT_CRYPTO,
        base=str(market["base"]),
        terms=None if kind is Kind.SPOT_CRYPTO else PerpetualTerms(),
    )


class VenueFee(NamedTuple):
    """What a venue charges in one market: fractions, and in which currency it takes them."""

    instrument: str
    maker: float
    taker: float
    paid_in: str


_PAID_IN = {"get": "received", "quote": "quote", "base": "base"}
"""ccxt's word for the side that pays the fee, and ours."""


def fees_of(markets: Markets) -> list[VenueFee]:
    """Return the fees of the markets that say theirs, by instrument."""
    several = len(markets) > 1
    return [
        _fee(name_of(venue, symbol, several=several), market)
        for venue, each in sorted(markets.items())
        for symbol, market in sorted(each.items())
        if market.get("maker") is not None and market.get("taker") is not None
    ]


def _fee(name: str, market: Market) -> VenueFee:
    """Return the fee of a market; of coins most venues keep it from what the trade brings."""
    usual = "received" if market.get("spot") else "quote"
    paid_in = _PAID_IN.get(str(market.get("feeSide")), usual) if market.get("spot") else usual
    return VenueFee(name, float(market["maker"]), float(market["taker"]), paid_in)


def _kind(market: Market) -> Kind | None:
    if market.get("spot"):
        return Kind.SPOT_CRYPTO
    if market.get("swap"):
        return Kind.INVERSE_PERPETUAL if market.get("inverse") else Kind.PERPETUAL
    return None
