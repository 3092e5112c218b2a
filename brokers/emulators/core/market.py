"""What is traded, and in which units: ticks, lots and the filters of a market."""

from decimal import ROUND_DOWN, Decimal

import msgspec

SPOT, LINEAR = "spot", "linear"


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """One market of a venue.

    Attributes:
        symbol: as the venue writes it. base, quote: its currencies. kind: ``spot`` or ``linear``,
            a perpetual future settled in ``quote``.
        tick, step: smallest steps of price and quantity.
        min_price, max_price, min_quantity, max_quantity, max_market: limits of an order; the last
            is the largest market order.
        min_notional, max_notional: smallest price times quantity, and the largest with a limit.
        band_up, band_down: a limit may be so many times the last price, and no less than.
        one_sided: whether buys have only the upper end of the band, and sells only the lower.
        max_orders, max_stops: orders a client may have open, and of them stops.
        maker, taker: fees, fractions.
        leverage, maintenance: of a perpetual; the largest leverage, and the margin that is kept.
        face: coins in a contract, where the venue tells sizes in contracts; they are in coins here.
        recorded: the venue, market and symbol whose recording moves it.
    """

    symbol: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    kind: str = SPOT
    min_price: Decimal
    max_price: Decimal = Decimal(1000000)
    min_quantity: Decimal
    max_quantity: Decimal = Decimal(9000)
    max_market: Decimal = Decimal(120)
    min_notional: Decimal = Decimal(5)
    max_notional: Decimal | None = None
    band_up: Decimal = Decimal(5)
    band_down: Decimal = Decimal("0.2")
    one_sided: bool = False
    max_orders: int = 200
    max_stops: int = 5
    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.001")
    leverage: Decimal = Decimal(100)
    maintenance: Decimal = Decimal("0.005")
    face: Decimal = Decimal(1)
    recorded: tuple[str, str, str]

    @property
    def key(self) -> str:
        """Return the name that no other market of the venue has."""
        return f"{self.kind}:{self.symbol}"

    def ticks(self, price: Decimal) -> int:
        """Return a price in ticks, rounded to the nearest."""
        return round(price / self.tick)

    def lots(self, quantity: Decimal) -> int:
        """Return a quantity in lots, rounded down."""
        return int((quantity / self.step).to_integral_value(ROUND_DOWN))

    def price(self, ticks: int) -> Decimal:
        """Return ticks as a price."""
        return ticks * self.tick

    def quantity(self, lots: int) -> Decimal:
        """Return lots as a quantity."""
        return lots * self.step
