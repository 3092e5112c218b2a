"""Holding a currency pair over night: it is money of its base currency, and earns like it.

``amount = worth * base rate * days / 360``, in the quote currency, with the broker's spreads; a
short pair pays it.  What was paid for the pair is cash and has its own interest, so that together
a pair earns one rate and pays the other: the swap points of covered interest parity, day by day.
"""

from decimal import Decimal

from brokers.simulated.carry.interest import Terms, earned, yearly
from brokers.simulated.carry.moves import Units, cash, held
from magents.book.worth import worth
from magents.model.instruments import Instrument
from magents.model.records import CashFlow


def rollover(
    ts: int, pair: Instrument, units: Units, price: Decimal, base: Terms
) -> list[CashFlow]:
    """Return what each pod earns or pays; ``base`` is what money of the base currency costs."""
    flows = []
    for pod, each in held(units):
        value = worth(pair, each, price)
        amount, rate = earned(value, base), float(yearly(value, base))
        flows.append(cash(ts, pod, pair, "interest", amount, each, rate))
    return flows
