"""A share turns into another and cash: a new symbol, or a merger."""

from decimal import Decimal

from brokers.simulated.carry.moves import Move, Units, cash, closed, held
from brokers.simulated.carry.splits import in_lieu
from magents.model.events import Exchange
from magents.model.instruments import Instrument
from magents.model.money import ONE, on_grid
from magents.model.records import Adjustment


def exchange(
    event: Exchange, old: Instrument, new: Instrument, units: Units, price: Decimal | None
) -> list[Move]:
    """Return the units that go, the units that come with their cost, and the cash.

    Args:
        event: what is exchanged. old, new: the two instruments. units: of the old one, by pod.
        price: the last of the new one, for fractions.
    """
    cause = "symbol" if event.ratio == ONE and not event.cash else "merger"
    moves: list[Move] = []
    for pod, each in held(units):
        if not event.ratio:
            paid = each * event.cash * old.multiplier
            moves += closed(event.ts, pod, old, cause, each, paid)
            continue
        coming = on_grid(each * event.ratio)
        moves.append(Adjustment(event.ts, pod, old.id, cause, -each, becomes=new.id))
        moves.append(Adjustment(event.ts, pod, new.id, cause, coming))
        if event.cash:
            paid = each * event.cash * old.multiplier
            moves.append(cash(event.ts, pod, new, "conversion", paid, each, float(event.cash)))
        moves += in_lieu(event.ts, new, pod, coming, price)
    return moves
