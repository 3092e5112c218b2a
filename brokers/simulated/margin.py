"""Margin of an account, the margin call, and what is sold when it is not met.

The account's net positions are margined each by the rules of its kind, without offsets.  Below
maintenance the broker closes positions, the largest maintenance first, each by just as much as
brings equity back over what is needed, and takes a fee on what it closes.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from brokers.simulated.carry.moves import Units
from brokers.simulated.kinds.base import Quote
from brokers.simulated.kinds.registry import nature
from magents.model.instruments import Instrument
from magents.model.money import ONE, ZERO, on_grid, to_step


class Line(NamedTuple):
    """The margin of one net position, in the fund's currency.

    ``value`` is how much it stands for, never negative.
    """

    instrument: Instrument
    units: Decimal
    value: Decimal
    initial: Decimal
    maintenance: Decimal


class Margin(NamedTuple):
    """The margin of an account, in the fund's currency."""

    equity: Decimal
    initial: Decimal
    maintenance: Decimal
    lines: tuple[Line, ...]

    @property
    def excess(self) -> Decimal:
        """Return equity over initial margin: what may open new positions."""
        return self.equity - self.initial

    @property
    def called(self) -> bool:
        """Return whether there is a margin call: equity below maintenance."""
        return self.equity < self.maintenance

    @property
    def leverage(self) -> Decimal:
        """Return what all positions stand for over equity; 0 where there is no equity."""
        gross = sum((line.value for line in self.lines), ZERO)
        return gross / self.equity if self.equity > 0 else ZERO


class Sale(NamedTuple):
    """Units a pod's position is cut by, signed like a fill, and the fee for it."""

    pod: str
    instrument: str
    units: Decimal
    fee: Decimal


def line(instrument: Instrument, units: Decimal, quote: Quote, rate: Decimal = ONE) -> Line:
    """Return the margin of one position; ``rate`` is its currency's in the fund's."""
    kind = nature(instrument)
    value = abs(kind.worth(instrument, units, quote.price, quote.at))
    initial = kind.initial(instrument, units, quote)
    maintenance = kind.maintenance(instrument, units, quote)
    return Line(
        instrument,
        units,
        on_grid(value * rate),
        on_grid(initial * rate),
        on_grid(maintenance * rate),
    )


def margin(equity: Decimal, lines: Iterable[Line]) -> Margin:
    """Return the margin of an account from its value and its positions."""
    kept = tuple(each for each in lines if each.units)
    initial = sum((each.initial for each in kept), ZERO)
    maintenance = sum((each.maintenance for each in kept), ZERO)
    return Margin(equity, initial, maintenance, kept)


def may_open(before: Margin, more: Decimal) -> bool:
    """Return whether an account can carry that much more initial margin."""
    return before.excess >= more


def liquidate(state: Margin, holdings: Mapping[str, Units], fee: Decimal = ZERO) -> list[Sale]:
    """Return what is closed so that equity covers maintenance again; all of it if nothing does.

    Args:
        state: of the account. holdings: by instrument, by pod. fee: fraction of what is closed.
    """
    if not state.called:
        return []
    equity, needed = state.equity, state.maintenance
    sales: list[Sale] = []
    for each in sorted(state.lines, key=lambda e: (-e.maintenance, e.instrument.id)):
        if equity >= needed:
            break
        part = _part(each, needed - equity, fee)
        closed = part / abs(each.units)
        equity -= each.value * closed * fee
        needed -= each.maintenance * closed
        sales += _by_pod(each, part, holdings.get(each.instrument.id, {}), fee)
    return sales


def _part(each: Line, missing: Decimal, fee: Decimal) -> Decimal:
    """Return how many units to close: each frees its maintenance, less the fee on it."""
    units = abs(each.units)
    freed = (each.maintenance - each.value * fee) / units
    if freed <= 0:
        return units
    return min(units, to_step(missing / freed, each.instrument.lot, ROUND_UP))


def _by_pod(each: Line, part: Decimal, units: Units, fee: Decimal) -> list[Sale]:
    """Share a sale among the pods that hold that way, the largest first, ties by name."""
    sign = ONE if each.units > 0 else -ONE
    value = each.value / abs(each.units)
    found = []
    for held, pod in sorted((-sign * own, pod) for pod, own in units.items() if sign * own > 0):
        took = min(-held, part)
        if took > 0:
            cost = on_grid(value * took * fee)
            found.append(Sale(pod, each.instrument.id, -sign * took, cost))
            part -= took
    return found
