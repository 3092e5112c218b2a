"""Tables of what was measured, in Markdown."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks.measure import Sample
from benchmarks.oracle import Answer
from benchmarks.peers import PEERS

OURS = "magents"
DENSE = "magents-dense"
"""The same work by pods that are woken at every bar or tick, as in most other simulators."""
Right = Mapping[str, Mapping[str, Answer]]
"""By workload, by convention."""


class Entry(NamedTuple):
    """One simulator on one workload: its samples, or why there are none."""

    workload: str
    name: str
    samples: list[Sample]
    failures: list[str]

    def median(self, field: str) -> float:
        """Return the median of a field of the samples."""
        return statistics.median(getattr(sample, field) for sample in self.samples)


def convention(name: str, workload: str) -> str:
    """Return the convention in which a simulator's answer is right."""
    if name not in {OURS, DENSE}:
        return PEERS[name].convention(workload)
    return "next_tick" if workload == "W4" else "exact"


def check(entry: Entry, right: Right) -> str:
    """Return whether the answer is the oracle's, in which convention."""
    way = convention(entry.name, entry.workload)
    answer, last = right[entry.workload][way], entry.samples[-1]
    if answer.agrees(last.fills, last.equity):
        return "right" if way in {"exact", "next_tick"} else f"right ({way})"
    return f"WRONG, not {answer.fills} and {answer.equity:,.2f}"


HEAD = (
    "work",
    "simulator",
    "version",
    "runs",
    "CPU / ours",
    "wall / ours",
    "process / ours",
    "fills",
    "equity",
    "answer",
)
SECONDS = (
    "work",
    "simulator",
    "run CPU s (min to max)",
    "run wall s",
    "process wall s",
    "events a CPU s",
    "MB",
)
WORDS = 3
"""Columns at the left that are words: the others are aligned right."""


def row(cells: Sequence[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"


def head(names: Sequence[str]) -> list[str]:
    """Return the two lines at the top of a table."""
    return [row(names), row(["---" if n < WORDS else "--:" for n in range(len(names))])]


def ratio_lines(wanted: Sequence[Entry], right: Right) -> Iterator[str]:
    """Yield the table of ratios: more than 1 is slower than we are."""
    yield from head(HEAD)
    ours = {entry.workload: entry for entry in wanted if entry.name == OURS and entry.samples}
    for entry in wanted:
        if not entry.samples:
            yield row([entry.workload, entry.name, "", "0", *[""] * 5, entry.failures[0]])
            continue
        base, last = ours.get(entry.workload), entry.samples[-1]
        ratios = [
            f"{entry.median(field) / base.median(field):.2f}" if base else ""
            for field in ("run_cpu", "run_wall", "wall")
        ]
        cells = [entry.workload, entry.name, last.version, str(len(entry.samples)), *ratios]
        cells += [f"{last.fills:,}", f"{last.equity:,.2f}", check(entry, right)]
        yield row(cells)


def second_lines(wanted: Sequence[Entry]) -> Iterator[str]:
    """Yield the table of seconds, of this machine and this hour only."""
    yield from head(SECONDS)
    for entry in wanted:
        if entry.samples:
            cpu = [sample.run_cpu for sample in entry.samples]
            middle = entry.median("run_cpu")
            cells = [
                entry.workload,
                entry.name,
                f"{middle:.4g} ({min(cpu):.4g} to {max(cpu):.4g})",
                f"{entry.median('run_wall'):.4g}",
                f"{entry.median('wall'):.2f}",
                f"{entry.samples[-1].events / middle:,.0f}",
                f"{entry.median('rss'):.0f}",
            ]
            yield row(cells)
