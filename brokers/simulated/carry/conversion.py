"""Turning money of one currency into another's, at a rate less the dealer's spread."""

from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.carry.moves import Units, held
from magents.model.money import ONE, ZERO, on_grid
from magents.model.records import CashFlow


class Deal(NamedTuple):
    """Terms of a conversion: from, to, units of ``into`` for one of ``out_of``, spread."""

    out_of: str
    into: str
    rate: Decimal
    spread: Decimal = ZERO


def convert(ts: int, pod: str, amount: Decimal, deal: Deal) -> list[CashFlow]:
    """Return the two sides of a conversion; a negative amount is a debit that is paid back.

    The spread is always against the pod: it gets less for what it has, pays more for what it owes.
    """
    worse = ONE - deal.spread if amount > 0 else ONE + deal.spread
    got = on_grid(amount * deal.rate * worse)
    rate = float(deal.rate)
    return [
        CashFlow(ts, pod, "", "conversion", -amount, deal.out_of, amount, rate),
        CashFlow(ts, pod, "", "conversion", got, deal.into, amount, rate),
    ]


def sweep(ts: int, money: Units, deal: Deal) -> list[CashFlow]:
    """Return the conversion of all that each pod has, or owes, in a currency."""
    return [flow for pod, amount in held(money) for flow in convert(ts, pod, amount, deal)]
