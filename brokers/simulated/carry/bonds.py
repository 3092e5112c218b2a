"""Bonds: coupons on their dates, the face value at maturity."""

from brokers.simulated.carry.moves import Move, Units, cash, closed, held
from magents.book.daycount import FACE, coupon, coupon_days, midnight
from magents.model.errors import BrokenPromiseError
from magents.model.instruments import BondTerms, Instrument
from magents.model.records import CashFlow


def bond_terms(instrument: Instrument) -> BondTerms:
    """Return the terms of a bond.

    Raises:
        BrokenPromiseError: it is none.
    """
    if isinstance(instrument.terms, BondTerms):
        return instrument.terms
    raise BrokenPromiseError(f"{instrument.id} has no terms of a bond")


def coupon_instants(instrument: Instrument) -> dict[int, int]:
    """Return when coupons are paid, with their numbers from 1: as their dates begin, UTC."""
    days = coupon_days(bond_terms(instrument))
    return {midnight(day): number for number, day in enumerate(days) if number}


def pay_coupon(ts: int, instrument: Instrument, units: Units, number: int) -> list[CashFlow]:
    """Return a coupon for each pod; shorts pay it."""
    amount = coupon(bond_terms(instrument), number)
    money = amount * instrument.multiplier
    return [
        cash(ts, pod, instrument, "coupon", each * money, each, float(amount))
        for pod, each in held(units)
    ]


def redeem(ts: int, instrument: Instrument, units: Units) -> list[Move]:
    """Return the face value of every position, and its end."""
    moves: list[Move] = []
    for pod, each in held(units):
        proceeds = each * FACE * instrument.multiplier
        moves += closed(ts, pod, instrument, "expiry", each, proceeds)
    return moves
