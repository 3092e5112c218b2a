"""Interest on cash: debits pay the benchmark and a spread, credits get it less a spread.

``amount = cash * rate * days / 360`` for the nights until the next session (money-market day
count act/360, ISDA 2006 section 4.16(e)).  The broker reckons on the fund's cash as a whole; each
pod is charged or credited on its own, and the house keeps the difference.
"""

from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.carry.moves import YEAR_360, Units, held
from magents.book.ledger import HOUSE
from magents.model.money import ZERO, on_grid
from magents.model.records import CashFlow


class Spreads(NamedTuple):
    """What a broker adds to the benchmark for debits and takes off it for credits, a year."""

    debit: Decimal = Decimal("0.015")
    credit: Decimal = Decimal("0.005")


class Terms(NamedTuple):
    """What money costs now: benchmark a year, spreads, nights, and the currency."""

    benchmark: Decimal
    spreads: Spreads
    days: int
    currency: str = ""


def yearly(amount: Decimal, terms: Terms) -> Decimal:
    """Return the rate on an amount; credits never cost anything."""
    if amount < 0:
        return terms.benchmark + terms.spreads.debit
    return max(ZERO, terms.benchmark - terms.spreads.credit)


def earned(amount: Decimal, terms: Terms) -> Decimal:
    """Return the interest on an amount, signed, on the grid."""
    return on_grid(amount * yearly(amount, terms) * terms.days / YEAR_360)


def interest(ts: int, money: Units, terms: Terms) -> list[CashFlow]:
    """Return each pod's interest, and what is left of the broker's for the house."""
    flows = [
        _flow(ts, pod, amount, earned(amount, terms), terms)
        for pod, amount in held(money)
        if pod != HOUSE
    ]
    total = earned(sum(money.values(), ZERO), terms)
    rest = total - sum((flow.amount for flow in flows), ZERO)
    flows.append(_flow(ts, HOUSE, money.get(HOUSE, ZERO), rest, terms))
    return [flow for flow in flows if flow.amount]


def _flow(ts: int, pod: str, on: Decimal, amount: Decimal, terms: Terms) -> CashFlow:
    rate = float(yearly(on, terms))
    return CashFlow(ts, pod, "", "interest", amount, terms.currency, on, rate)
