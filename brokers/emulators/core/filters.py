"""What a venue refuses before it looks at the book; pure."""

from decimal import Decimal

from brokers.emulators.core.market import Market
from brokers.emulators.core.orders import ZERO, Ask, Kind, RefusedError, Why


def check_shape(ask: Ask, last: Decimal) -> None:
    """Check price, quantity and value of an order.

    Args:
        last: the last price, or the middle before the first; 0 where nobody knows.

    Raises:
        RefusedError: the first rule it breaks.
    """
    for price in (ask.price, ask.stop):
        if price is not None:
            check_price(ask.market, price)
    if ask.price is not None and last:
        check_band(ask, last)
    if not ask.spend:
        check_quantity(ask.market, ask.quantity, ask.kind)
    price = ask.price or ask.stop or last
    value = ask.spend or price * ask.quantity
    if price and value < ask.market.min_notional and not ask.reduce_only:
        raise RefusedError(Why.NOTIONAL)
    most = ask.market.max_notional
    if most is not None and ask.price is not None and value > most:
        raise RefusedError(Why.NOTIONAL)


def check_price(market: Market, price: Decimal) -> None:
    """Check a price."""
    if not market.min_price <= price <= market.max_price:
        raise RefusedError(Why.PRICE_RANGE)
    if price % market.tick:
        raise RefusedError(Why.TICK)


def check_band(ask: Ask, last: Decimal) -> None:
    """Check that a limit is near the market."""
    market = ask.market
    if ask.price is None:
        return
    below, above = ask.price < market.band_down * last, ask.price > market.band_up * last
    if market.one_sided:
        below, above = below and ask.side < 0, above and ask.side > 0
    if below or above:
        raise RefusedError(Why.BAND)


def check_quantity(market: Market, quantity: Decimal, kind: Kind) -> None:
    """Check a quantity."""
    if quantity < market.min_quantity or quantity <= ZERO:
        raise RefusedError(Why.TOO_SMALL)
    if quantity > market.max_quantity:
        raise RefusedError(Why.TOO_LARGE)
    if quantity % market.step:
        raise RefusedError(Why.STEP)
    if kind is Kind.MARKET and quantity > market.max_market:
        raise RefusedError(Why.MARKET_TOO_LARGE)
