"""What a venue asks of orders, as ccxt tells it or the venue's own description does."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from magents.model.instruments import Filters

Market = Mapping[str, Any]
_MOST_AT_MARKET = ("maxMktOrderQty", "maxMarketOrderQty", "maxMktSz")
"""What Bybit (perpetuals, spot) and OKX call the largest order without a limit."""


def filters_of(market: Market) -> Filters | None:
    """Return the filters of a market, ``None`` where it has none."""
    limits = market.get("limits") or {}
    amount, price, at_market = (limits.get(name) or {} for name in ("amount", "price", "market"))
    own = {str(each.get("filterType")): each for each in _own(market)}
    lots = own.get("MARKET_LOT_SIZE", {})
    buy, sell = _bands(own)
    found = Filters(
        min_quantity=positive(amount.get("min")),
        market_lot=positive(lots.get("stepSize")),
        market_min=positive(at_market.get("min")),
        market_max=positive(at_market.get("max")) or _most_at_market(market),
        min_price=positive(price.get("min")),
        max_price=positive(price.get("max")),
        buy_band=buy,
        sell_band=sell,
        max_orders=_count(own, "MAX_NUM_ORDERS", "maxNumOrders"),
        max_stops=_count(own, "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders"),
    )
    return None if found == Filters() else found


def positive(value: object) -> Decimal | None:
    """Return an exact number above 0, ``None`` for anything else."""
    number = Decimal(str(value)) if value not in {None, ""} else Decimal(0)
    return number if number.is_finite() and number > 0 else None


def _own(market: Market) -> Iterator[Mapping[str, Any]]:
    """Yield the filters that the venue itself lists (Binance)."""
    info = market.get("info")
    filters = info.get("filters") if isinstance(info, Mapping) else None
    yield from filters if isinstance(filters, list) else ()


def _most_at_market(market: Market) -> Decimal | None:
    info = market.get("info")
    if not isinstance(info, Mapping):
        return None
    sizes = info.get("lotSizeFilter") or info
    return next((most for name in _MOST_AT_MARKET if (most := positive(sizes.get(name)))), None)


def _bands(
    own: Mapping[str, Mapping[str, Any]],
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return the bands of buys and sells: one for both in PERCENT_PRICE, one each by side."""
    one = own.get("PERCENT_PRICE")
    if one is not None:
        both = _band(one, "multiplier")
        return both, both
    each = own.get("PERCENT_PRICE_BY_SIDE")
    if each is None:
        return None, None
    return _band(each, "bidMultiplier"), _band(each, "askMultiplier")


def _band(each: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    down, up = positive(each.get(f"{name}Down")), positive(each.get(f"{name}Up"))
    return (float(down), float(up)) if down is not None and up is not None else None


def _count(own: Mapping[str, Mapping[str, Any]], kind: str, name: str) -> int | None:
    """Return a number of orders; futures call theirs ``limit``."""
    each = own.get(kind, {})
    found = positive(each.get(name, each.get("limit")))
    return None if found is None else int(found)
