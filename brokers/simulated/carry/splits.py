"""Splits: units change, what they cost together does not; fractions are paid in cash."""

from decimal import ROUND_DOWN, Decimal

from brokers.simulated.carry.moves import Move, Units, cash, held
from magents.model.events import Split
from magents.model.instruments import Instrument
from magents.model.money import on_grid, to_step
from magents.model.records import Adjustment

FRACTION = "fraction"


def split(event: Split, instrument: Instrument, units: Units, price: Decimal | None) -> list[Move]:
    """Return the new units of each pod.

    Args:
        event: the split. instrument: what is split. units: by pod.
        price: the last before the split; a fraction of a lot is paid for at price over ratio.
    """
    moves: list[Move] = []
    for pod, each in held(units):
        exactly = on_grid(each * event.ratio)
        moves.append(Adjustment(event.ts, pod, instrument.id, "split", exactly - each))
        after = None if price is None else price / event.ratio
        moves += in_lieu(event.ts, instrument, pod, exactly, after)
    return moves


def in_lieu(
    ts: int, instrument: Instrument, pod: str, units: Decimal, price: Decimal | None
) -> list[Move]:
    """Return cash for the part of a lot that units hold; nothing while there is no price."""
    rest = units - to_step(units, instrument.lot, ROUND_DOWN)
    if not rest or price is None:
        return []
    worth = rest * price * instrument.multiplier
    return [
        Adjustment(ts, pod, instrument.id, FRACTION, -rest),
        cash(ts, pod, instrument, "conversion", worth, rest),
    ]
