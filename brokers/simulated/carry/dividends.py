"""Cash dividends: whoever holds at the opening of the ex-date is paid, whoever is short pays."""

from brokers.simulated.carry.moves import Units, cash, held
from magents.model.events import Dividend
from magents.model.instruments import Instrument
from magents.model.records import CashFlow


def dividend(event: Dividend, instrument: Instrument, units: Units) -> list[CashFlow]:
    """Return ``units * amount`` for each pod.

    The lender of a short share is owed what the issuer pays (substitute payment).
    """
    ts, amount, rate = event.ts, event.amount, float(event.amount)
    return [
        cash(ts, pod, instrument, "dividend", each * amount, each, rate)
        for pod, each in held(units)
    ]
