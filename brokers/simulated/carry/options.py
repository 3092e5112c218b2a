"""Options at expiry: in the money they are exercised, whoever is short is assigned.

Exercise by exception as of OCC Rule 805: what is a cent or more in the money.  Cash-settled ones
pay their intrinsic value; physical ones turn into the underlying against the strike.
"""

from decimal import Decimal

from brokers.simulated.carry.moves import Move, Units, cash, closed, held
from brokers.simulated.kinds.option import intrinsic, terms_of
from brokers.simulated.kinds.registry import nature
from magents.model.instruments import Instrument
from magents.model.money import ZERO
from magents.model.records import Adjustment

EXERCISE = "exercise"
THRESHOLD = Decimal("0.01")


def expire(
    ts: int, option: Instrument, underlying: Instrument, units: Units, spot: Decimal
) -> list[Move]:
    """Return what becomes of every position at expiry.

    Args:
        ts: when. option, underlying: what is held, and what it is of. units: by pod.
        spot: the underlying's price.
    """
    terms = terms_of(option)
    value = intrinsic(terms, spot)
    if terms.settlement == "physical" and value >= THRESHOLD:
        return exercise(ts, option, underlying, units)
    paid = value if terms.settlement == "cash" else ZERO
    moves: list[Move] = []
    for pod, each in held(units):
        money = each * paid * option.multiplier
        moves += closed(ts, pod, option, "expiry", each, money)
    return moves


def exercise(ts: int, option: Instrument, underlying: Instrument, units: Units) -> list[Move]:
    """Return options turned into the underlying against the strike; shorts are assigned.

    What the options cost becomes part of what shares cost (IRS Publication 550).  A future comes
    at the strike without payment, and its next settlement pays the difference.
    """
    terms = terms_of(option)
    sign = 1 if terms.right == "call" else -1
    paid, each_is = nature(underlying).paid, option.multiplier / underlying.multiplier
    moves: list[Move] = []
    for pod, each in held(units):
        got = each * each_is * sign
        price = nature(underlying).worth(underlying, got, terms.strike, ts)
        becomes = underlying.id if paid else ""
        moves.append(Adjustment(ts, pod, option.id, EXERCISE, -each, becomes=becomes))
        moves.append(Adjustment(ts, pod, underlying.id, EXERCISE, got, price))
        if paid:
            moves.append(cash(ts, pod, underlying, EXERCISE, -price, got, float(terms.strike)))
    return moves


def exercised_early(option: Instrument, spot: Decimal, price: Decimal, dividend: Decimal) -> bool:
    """Return whether a call is exercised the evening before an ex-date.

    Rational for an American call when the dividend is more than its time value (Merton 1973);
    ``price`` is the option's.
    """
    terms = terms_of(option)
    value = intrinsic(terms, spot)
    alive = terms.style == "american" and terms.right == "call" and value > 0
    return alive and dividend > price - value
