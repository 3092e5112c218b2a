"""What is counted of every record of a run, while it still is in the cache of the processor.

Everything here is done for each of tens of thousands of records a second, whether somebody looks or
not; whatever can wait for a look is in ``watching.py``.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from magents.control.kinds import kinds_of, met_a_limit
from magents.control.marks import Marks
from magents.model.orders import Order, OrderState
from magents.model.records import (
    Adjustment,
    Allocation,
    Command,
    Entry,
    Fill,
    Halt,
    Notice,
    OrderEvent,
    Signal,
    Verdict,
)

RARE = frozenset({Halt, Command, Notice, Adjustment, Allocation})
"""Kinds of records of which none may be missed, however fast the run goes."""

Numbered = tuple[int, Entry]


class Found(NamedTuple):
    """What was found among some records.

    Attributes:
        rare: of them, with their numbers. refused: the last verdict that refused, with its number.
    """

    rare: tuple[Numbered, ...] = ()
    refused: Numbered | None = None


class Tally:
    """Counts.

    Attributes:
        counts: records by kind, see ``kinds_of``: refusals, breaches, fills, ... pod_fills: by pod.
        marks: what happened where.
        halted: when a pod was halted by an error.
    """

    def __init__(self) -> None:
        """Have counted nothing."""
        self.counts: dict[str, int] = {}
        self.pod_fills: dict[str, int] = {}
        self.halted: dict[str, int] = {}
        self.marks = Marks()

    def take(self, first: int, records: Sequence[Entry]) -> Found:
        """Count records, the first of which has this number."""
        fills, refused, others = _chosen(records)
        if fills:
            self._fills(fills)
        if refused:
            self._count("refusal", refused)
            self._count("breach", [verdict for verdict in refused if met_a_limit(verdict)])
        if not refused and not others:
            return NOTHING_FOUND
        rare = self._others(first, records) if others else ()
        return Found(rare, _last(first, records, refused))

    def _fills(self, fills: list[Fill]) -> None:
        self._count("fill", fills)
        by_pod = self.pod_fills
        for fill in fills:
            by_pod[fill.pod] = by_pod.get(fill.pod, 0) + 1

    def _count(self, kind: str, records: Sequence[Entry]) -> None:
        """Count records of a kind and mark them on the time line."""
        if records:
            self.counts[kind] = self.counts.get(kind, 0) + len(records)
        marked = -1
        for record in records:
            if record.ts != marked:
                marked = record.ts
                self.marks.add(marked, kind)

    def _others(self, first: int, records: Sequence[Entry]) -> tuple[Numbered, ...]:
        """Count what is neither fill nor verdict; return the rare ones, numbered."""
        for record in records:
            kind = type(record)
            if kind is OrderEvent or kind in RARE:
                for each in kinds_of(record):
                    self._count(each, [record])
            if isinstance(record, Halt):
                self.halted[record.pod] = record.ts
        return tuple((n, each) for n, each in enumerate(records, first) if type(each) in RARE)


def _chosen(records: Sequence[Any]) -> tuple[list[Fill], list[Verdict], bool]:
    """Return the fills, the verdicts that refuse, and whether there is anything else to count."""
    fills, refused, others = [], [], False
    for record in records:
        # Not isinstance: it is asked of every record, most of which are the first two kinds.
        kind = type(record)
        if kind is Signal or kind is Order:
            continue
        if kind is Verdict:
            if not record.accepted:
                refused.append(record)
        elif kind is Fill:
            fills.append(record)
        elif kind is OrderEvent:
            others = others or record.state is OrderState.REJECTED
        elif kind in RARE:
            others = True
    return fills, refused, others


NOTHING_FOUND = Found()


def _last(first: int, records: Sequence[Entry], chosen: list[Verdict]) -> Numbered | None:
    """Return the last of some of the records with its number, ``None`` where there are none."""
    if not chosen:
        return None
    last = chosen[-1]
    at = next(at for at in range(len(records) - 1, -1, -1) if records[at] is last)
    return first + at, last
