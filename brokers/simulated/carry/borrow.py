"""Borrowed shares: a daily fee on shorts, and recall when the lender wants them back.

Fee: ``market value * rate * days / 360`` for the nights until the next session (the usual terms
of lending agreements; GMSLA 2010, clause 5).  Recall: GMSLA 2010, clause 8; whoever does not
return in time is bought in.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from brokers.simulated.carry.moves import YEAR_360, Units, cash, held
from magents.book.worth import worth
from magents.model.instruments import Instrument
from magents.model.money import ZERO
from magents.model.records import CashFlow


class BuyIn(NamedTuple):
    """Units that a pod's short must be cut by, at the market, whatever the price."""

    pod: str
    instrument: str
    units: Decimal


def fee(
    ts: int, instrument: Instrument, units: Units, price: Decimal, rate: Decimal, days: int
) -> list[CashFlow]:
    """Return the fee that each pod pays on its short for some nights."""
    return [
        cash(
            ts,
            pod,
            instrument,
            "borrow",
            worth(instrument, each, price, ts) * rate * days / YEAR_360,
            each,
            float(rate),
        )
        for pod, each in held(units)
        if each < 0
    ]


def needed(units: Units) -> Decimal:
    """Return how many units the fund must borrow: pods' longs lend to their shorts first."""
    return max(ZERO, -sum(units.values(), ZERO))


def buy_ins(instrument: str, units: Units, excess: Decimal) -> list[BuyIn]:
    """Return who must buy back how much: the largest short first, ties by name."""
    shorts = sorted((each, pod) for pod, each in units.items() if each < 0)
    found = []
    for each, pod in shorts:
        part = min(-each, excess)
        if part > 0:
            found.append(BuyIn(pod, instrument, part))
            excess -= part
    return found


class Recalls:
    """Which loans were called back, and since how many sessions.

    Attributes:
        fresh: what was called back at the last session close, by instrument.

    Args:
        notice: sessions between the recall and the buy-in.
    """

    def __init__(self, notice: int) -> None:
        """Nothing is called back yet."""
        self._notice = notice
        self._since: dict[str, int] = {}
        self.fresh: dict[str, Decimal] = {}

    def session(
        self, holdings: Mapping[str, Units], available: Mapping[str, Decimal | None]
    ) -> list[BuyIn]:
        """Count one more session close; return what must be bought in at the next open.

        Args:
            holdings: by instrument, by pod. available: by instrument; ``None`` is plenty.
        """
        found: list[BuyIn] = []
        self.fresh = {}
        for name in sorted(available):
            limit, units = available[name], holdings.get(name, {})
            excess = ZERO if limit is None else needed(units) - limit
            if excess <= 0:
                self._since.pop(name, None)
                continue
            if name not in self._since:
                self.fresh[name] = excess
            self._since[name] = self._since.get(name, -1) + 1
            if self._since[name] >= self._notice:
                found += buy_ins(name, units, excess)
        return found
