"""Settlement of margined positions: gains are paid in cash; at expiry the position ends or rolls.

Variation margin as of CME Rulebook 814 and 818: each day ``(settlement price - last one, or the
trade's) * units * multiplier``.  Here it is the position's worth less what is unpaid, which is
the same sum over all its trades, exactly.
"""

from decimal import Decimal

from brokers.simulated.carry.moves import Move, Units, cash, held
from brokers.simulated.kinds.registry import nature
from magents.model.instruments import Instrument
from magents.model.money import ZERO
from magents.model.records import Adjustment, CashFlow


def settle(
    ts: int, instrument: Instrument, units: Units, unpaid: Units, price: Decimal
) -> list[CashFlow]:
    """Return the gains since the last settlement, for each pod with any.

    A pod that is flat again settles what it made since.
    """
    flows = []
    for pod in sorted({*units, *unpaid}):
        each = units.get(pod, ZERO)
        gain = nature(instrument).worth(instrument, each, price, ts) - unpaid.get(pod, ZERO)
        if gain:
            flows.append(cash(ts, pod, instrument, "settlement", gain, each, float(price)))
    return flows


def finish(
    ts: int,
    instrument: Instrument,
    units: Units,
    unpaid: Units,
    price: Decimal,
    cause: str = "expiry",
) -> list[Move]:
    """Return the last settlement, and the end of every position at that price."""
    moves: list[Move] = [*settle(ts, instrument, units, unpaid, price)]
    for pod, each in held(units):
        worth = nature(instrument).worth(instrument, each, price, ts)
        moves.append(Adjustment(ts, pod, instrument.id, cause, -each, -worth))
    return moves


def roll(  # noqa: PLR0913 - two contracts, two prices
    ts: int,
    old: Instrument,
    new: Instrument,
    units: Units,
    unpaid: Units,
    prices: tuple[Decimal, Decimal],
    cost: Decimal = ZERO,
) -> list[Move]:
    """Return the end of the old contract and as many units of the next, at their prices.

    Args:
        ts: when. old, new: the contracts. units, unpaid: of the old one, by pod.
        prices: of the old and of the new one. cost: of each of the two trades, a fraction.
    """
    moves = finish(ts, old, units, unpaid, prices[0])
    for pod, each in held(units):
        leaves = nature(old).worth(old, each, prices[0], ts)
        comes = nature(new).worth(new, each, prices[1], ts)
        moves.append(Adjustment(ts, pod, new.id, "roll", each, comes))
        if cost:
            fee = -(abs(leaves) + abs(comes)) * cost
            moves.append(cash(ts, pod, new, "roll", fee, each, float(cost)))
    return moves
