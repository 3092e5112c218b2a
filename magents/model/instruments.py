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


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """One tradable thing.

    Attributes:
        id: the name used everywhere, such as ``AAPL`` or ``BTC/USDT``.
        currency: the currency that prices, fees and cash are in.
        lot: the smallest change of a position, in units; 1 for whole shares.
        tick: the grid of prices; ``None`` leaves prices as the data have them.
        calendar: an ``exchange_calendars`` code, or ``24/7``.
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
