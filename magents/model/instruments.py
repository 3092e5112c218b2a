"""What can be traded: one frozen description an instrument, kind-blind for everybody else."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from magents.model.money import ONE


class Kind(StrEnum):
    """The kinds of instrument; most of the code never asks."""

    EQUITY = "equity"
    ETF = "etf"
    SPOT_CRYPTO = "spot_crypto"
    FX = "fx"
    FUTURE = "future"
    PERPETUAL = "perpetual"
    INVERSE_PERPETUAL = "inverse_perpetual"
    OPTION = "option"
    BOND = "bond"


class FutureTerms(msgspec.Struct, frozen=True, tag="future"):
    """A future: gains and losses are settled in cash each day and at expiry.

    Attributes:
        expiry: instant of the last settlement. rolls_to: the next contract, if positions roll.
        initial, maintenance: margin, fractions of the contract's value.
    """

    expiry: int
    rolls_to: str = ""
    initial: float = 0.1
    maintenance: float = 0.08


class PerpetualTerms(msgspec.Struct, frozen=True, tag="perpetual"):
    """A perpetual swap: funding is exchanged at fixed times; for inverse ones in the coin.

    Attributes:
        initial, maintenance: margin, fractions of the position's value.
    """

    initial: float = 0.1
    maintenance: float = 0.05


class OptionTerms(msgspec.Struct, frozen=True, tag="option"):
    """A listed option.

    Attributes:
        right: ``call`` or ``put``. style: ``european`` or ``american``.
        expiry: instant. settlement: ``cash`` or ``physical``.
    """

    underlying: str
    strike: Decimal
    expiry: int
    right: str
    style: str = "european"
    settlement: str = "cash"


class BondTerms(msgspec.Struct, frozen=True, tag="bond"):
    """A bond priced clean, per 100 of face value; a unit is 100 of face.

    Attributes:
        coupon: yearly rate, a fraction. frequency: payments a year.
        issued, maturity: instants. daycount: ``30/360``, ``act/365`` or ``act/act``.
    """

    coupon: float
    maturity: int
    issued: int
    frequency: int = 2
    daycount: str = "30/360"


Terms = FutureTerms | PerpetualTerms | OptionTerms | BondTerms


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What some venues ask of orders besides lot, tick, least worth and largest order.

    ``None`` asks nothing.

    Attributes:
        min_quantity: the least of one order.
        max_notional, market_notional: the most that one order may be worth, with a limit or
            without one.
        market_lot, market_min, market_max: the same for orders that have no limit.
        min_price, max_price: the range of prices.
        buy_band, sell_band: the lowest and highest limit, as multiples of the last price.
        max_orders: that may be open in the instrument. max_stops: of them, that wait for a price.
    """

    min_quantity: Decimal | None = None
    max_notional: Decimal | None = None
    market_notional: Decimal | None = None
    market_lot: Decimal | None = None
    market_min: Decimal | None = None
    market_max: Decimal | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    buy_band: tuple[float, float] | None = None
    sell_band: tuple[float, float] | None = None
    max_orders: int | None = None
    max_stops: int | None = None


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """One tradable thing.

    Attributes:
        id: the name used everywhere, such as ``AAPL`` or ``BTC/USDT``.
        currency: the currency that prices, fees and cash are in.
        lot: the smallest change of a position, in units; 1 for whole shares.
        tick: the grid of prices; ``None`` leaves prices as the data have them.
        calendar: an ``exchange_calendars`` code, or ``24/7``.
        multiplier: money a unit of price, per unit held.
        min_notional, max_quantity: the venue's limits on one order; ``None`` for none.
        price_band: how far from the last price the venue takes a limit, a fraction.
        filters: what else a live venue asks of orders.
        shortable: whether it can be borrowed. borrow_rate: yearly fee on shorts, a fraction.
        base: what an FX or inverse contract is of: ``EUR`` of ``EUR/USD``, ``BTC``.
        terms: what only its kind has.
        sector: free text, where the data directory says.
    """

    id: str
    kind: Kind = Kind.EQUITY
    currency: str = "USD"
    lot: Decimal = ONE
    tick: Decimal | None = None
    multiplier: Decimal = ONE
    calendar: str = "XNYS"
    venue: str = "sim"
    sector: str = ""
    min_notional: Decimal | None = None
    max_quantity: Decimal | None = None
    price_band: float | None = None
    filters: Filters | None = None
    shortable: bool = True
    borrow_rate: float | None = None
    base: str = ""
    terms: Terms | None = None
