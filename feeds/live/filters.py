"""What a venue asks of orders, as ccxt tells it or the venue's own description does."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from magents.model.instruments import Filters

Market = Mapping[str, Any]
NO_END = 1e9
"""The end of a band that has none: so many times the last price. Infinity is no JSON."""
_MOST_AT_MARKET = ("maxMktOrderQty", "maxMarketOrderQty")
"""What Bybit calls the largest order without a limit, of perpetuals and of coins."""
_MOST_WORTH = ("maxLmtAmt",)
"""What OKX calls the most that an order with a limit may be worth, in USD."""
_OKX_SIZE, _OKX_WORTH = "maxMktSz", "maxMktAmt"
"""The same for one without a limit; of coins the first is in quote currency, so a worth too."""


def filters_of(market: Market) -> Filters | None:
    """Return the filters of a market, ``None`` where it has none."""
    limits = market.get("limits") or {}
    amount, price, at_market, cost = (
        limits.get(name) or {} for name in ("amount", "price", "market", "cost")
    )
    own = {str(each.get("filterType")): each for each in _own(market)}
    lots = own.get("MARKET_LOT_SIZE", {})
    buy, sell = _bands(own, market)
    found = Filters(
        max_notional=positive(cost.get("max")) or _most(market, _MOST_WORTH),
        market_notional=_most_worth_at_market(own, market),
        min_quantity=positive(amount.get("min")),
        market_lot=positive(lots.get("stepSize")),
        market_min=positive(at_market.get("min")),
        market_max=positive(at_market.get("max")) or _most(market, _sizes_at_market(market)),
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


def _sizes_at_market(market: Market) -> tuple[str, ...]:
    return _MOST_AT_MARKET if market.get("spot") else (*_MOST_AT_MARKET, _OKX_SIZE)


def _most(market: Market, names: tuple[str, ...]) -> Decimal | None:
    """Return the first of some numbers that the venue lists."""
    info = market.get("info")
    if not isinstance(info, Mapping):
        return None
    sizes = info.get("lotSizeFilter") or info
    return next((most for name in names if (most := positive(sizes.get(name)))), None)


def _most_worth_at_market(own: Mapping[str, Mapping[str, Any]], market: Market) -> Decimal | None:
    """Return what an order without a limit may be worth: Binance says whether its most counts."""
    worth = own.get("NOTIONAL", {})
    if worth.get("applyMaxToMarket"):
        return positive(worth.get("maxNotional"))
    found = [_most(market, (_OKX_WORTH,))]
    found += [_most(market, (_OKX_SIZE,))] if market.get("spot") else []
    return min((most for most in found if most is not None), default=None)


def _bands(
    own: Mapping[str, Mapping[str, Any]], market: Market
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return the bands of buys and sells: one for both in PERCENT_PRICE, one each by side."""
    one = own.get("PERCENT_PRICE")
    if one is not None:
        both = _band(one, "multiplier")
        return both, both
    each = own.get("PERCENT_PRICE_BY_SIDE")
    if each is None:
        return _ratios(market)
    return _band(each, "bidMultiplier"), _band(each, "askMultiplier")


def _ratios(
    market: Market,
) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return Bybit's bands: buys have an upper end, sells a lower one.

    Of coins only: with contracts it moves the price into the band unless told otherwise.  Its
    premium over the index is left out, since here a band is around the last price.
    Source: Bybit API v5, "Set Price Limit Behaviour".
    """
    info = market.get("info")
    risk = info.get("riskParameters") if isinstance(info, Mapping) else None
    ratios = [positive((risk or {}).get(f"priceLimitRatio{name}")) for name in "XY"]
    near = min((ratio for ratio in ratios if ratio is not None), default=None)
    if near is None or not market.get("spot"):
        return None, None
    return (0.0, float(1 + near)), (float(1 - near), NO_END)


def _band(each: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    down, up = positive(each.get(f"{name}Down")), positive(each.get(f"{name}Up"))
    return (float(down), float(up)) if down is not None and up is not None else None


def _count(own: Mapping[str, Mapping[str, Any]], kind: str, name: str) -> int | None:
    """Return a number of orders; futures call theirs ``limit``."""
    each = own.get(kind, {})
    found = positive(each.get(name, each.get("limit")))
    return None if found is None else int(found)
