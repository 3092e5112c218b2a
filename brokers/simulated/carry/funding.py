"""Funding of perpetual swaps: longs pay shorts where the rate is positive.

``amount = -units * worth of a unit at the mark * rate`` (Binance, Bybit and OKX: position value
times rate; BitMEX: the same in the coin for inverse contracts).
"""

from decimal import Decimal

from brokers.simulated.carry.moves import Units, cash, held
from brokers.simulated.kinds.registry import nature
from magents.model.events import Funding
from magents.model.instruments import Instrument
from magents.model.money import ONE
from magents.model.records import CashFlow


def funding(event: Funding, instrument: Instrument, units: Units, mark: Decimal) -> list[CashFlow]:
    """Return what each pod pays or gets, in the currency the contract settles in."""
    flows = []
    for pod, each in held(units):
        size = abs(nature(instrument).worth(instrument, each, mark, event.ts))
        amount = size * event.rate * (-ONE if each > 0 else ONE)
        flows.append(cash(event.ts, pod, instrument, "funding", amount, each, float(event.rate)))
    return flows
