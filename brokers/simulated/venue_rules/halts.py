"""V9: while trading is halted nothing fills, and orders wait or are refused."""

from bisect import insort
from collections.abc import Iterable
from typing import NamedTuple

from brokers.simulated.venue_rules.base import Rule, VenueQuestion
from brokers.simulated.venue_rules.sessions import WhenClosed
from magents.model.time import iso

EVERYTHING = ""
"""Stands for all instruments in a halt."""


class Halted(NamedTuple):
    """Trading stands still from ``start`` until before ``end``, and why.

    ``known`` is whether a price that became known at the start has caused it: what happened inside
    the bar that closed then was before it.
    """

    start: int
    end: int
    instrument: str
    why: str = ""
    known: bool = False


class Halts:
    """The table of halts; circuit breakers add to it."""

    def __init__(self, halts: Iterable[Halted] = ()) -> None:
        """Sort the table."""
        self._halts: dict[str, list[Halted]] = {}
        for halt in halts:
            self.add(halt)

    def add(self, halt: Halted) -> None:
        """Put in another halt."""
        insort(self._halts.setdefault(halt.instrument, []), halt)

    def at(self, instrument: str, now: int, *, inside: bool = False) -> Halted | None:
        """Return the halt of an instrument that lasts longest of those in force, if any.

        Args:
            inside: whether it is asked for something inside a bar that closes now.
        """
        lines = (self._halts.get(name, ()) for name in (instrument, EVERYTHING))
        found = [h for line in lines for h in line if h.start + (inside and h.known) <= now < h.end]
        return max(found, key=lambda h: h.end, default=None)

    def until(self, instrument: str, now: int) -> int:
        """Return when an instrument trades again, through all halts that follow without a gap."""
        halt = self.at(instrument, now)
        while halt is not None:
            now = halt.end
            halt = self.at(instrument, now)
        return now


class HaltRule(Rule):
    """Refuses orders for what is halted, if it is set so.

    Args:
        halts: the table. when_halted: what becomes of orders.
    """

    number = "V9"

    def __init__(self, halts: Halts, when_halted: WhenClosed) -> None:
        """Keep the table."""
        self._halts = halts
        self._when_halted = when_halted

    def refusal(self, question: VenueQuestion) -> str:
        """Return the refusal."""
        if self._when_halted is WhenClosed.HOLD:
            return ""
        halt = self._halts.at(question.order.instrument, question.now)
        if halt is None:
            return ""
        why = f" ({halt.why})" if halt.why else ""
        return f"{question.order.instrument} is halted until {iso(halt.end)}{why}"
