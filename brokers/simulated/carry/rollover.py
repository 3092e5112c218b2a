"""Holding a currency pair over night: the base currency earns its rate, the other costs its own.

``amount = worth * (base rate - quote rate) * days / 360``, in the quote currency: the swap points
of covered interest parity, day by day.
"""

from decimal import Decimal

from brokers.simulated.carry.moves import YEAR_360, Units, cash, held
from magents.book.worth import worth
from magents.model.instruments import Instrument
from magents.model.records import CashFlow


def rollover(
    ts: int, pair: Instrument, units: Units, price: Decimal, difference: Decimal, days: int
) -> list[CashFlow]:
    """Return what each pod earns or pays; ``difference`` is base less quote rate, a year."""
    return [
        cash(
            ts,
            pod,
            pair,
            "interest",
            worth(pair, each, price) * difference * days / YEAR_360,
            each,
            float(difference),
        )
        for pod, each in held(units)
    ]
