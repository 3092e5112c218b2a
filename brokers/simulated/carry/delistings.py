"""Trading ends: holders get a last price, or nothing."""

from decimal import Decimal

from brokers.simulated.carry.moves import Move, Units, closed, held
from brokers.simulated.carry.settlement import finish
from brokers.simulated.kinds.registry import nature
from magents.model.events import Delisting
from magents.model.instruments import Instrument
from magents.model.money import ZERO


def delisting(
    event: Delisting, instrument: Instrument, units: Units, unpaid: Units, last: Decimal | None
) -> list[Move]:
    """Return the end of every position at the event's price, else at the last one, else at 0."""
    price = event.price if event.price is not None else last
    price = ZERO if price is None else price
    kind = nature(instrument)
    if not kind.paid:
        return finish(event.ts, instrument, units, unpaid, price, "delisting")
    moves: list[Move] = []
    for pod, each in held(units):
        worth = kind.worth(instrument, each, price, event.ts)
        moves += closed(event.ts, pod, instrument, "delisting", each, worth)
    return moves
