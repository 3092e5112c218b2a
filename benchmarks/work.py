"""What is measured, in figures only: read by us, by the oracle, and by every peer's adapter.

Standard library only, because each peer runs in a Python environment of its own.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

CAPITAL = 1_000_000
"""Cash at the start."""
COMMISSION = 0.001
"""Of the notional of each fill."""

TICK_MEAN = 100
"""Prices in the rolling mean of W4."""
TICK_EVERY = 10_000
"""Ticks from one order of W4 to the next."""
TICK_UNITS = 10
"""Units of each order of W4."""

Windows = tuple[tuple[int, int], ...]


class Work(NamedTuple):
    """One workload.

    Attributes:
        windows: fast and slow window of each strategy. budget: of one entry, as a fraction of the
            capital. bar: length of a bar, or ``tick``.
    """

    windows: Windows
    budget: float
    bar: str


WORKS = {
    "W1": Work(((10, 30),), 0.10, "1d"),
    "W2": Work(((10, 30),), 0.10, "1m"),
    "W3": Work(((5, 20), (10, 30), (20, 60), (50, 200)), 0.004, "1d"),
    "W4": Work((), 0.0, "tick"),
}


class Job(NamedTuple):
    """A workload, where its data are, and the work as asked for."""

    data: Path
    name: str
    work: Work


def parse_windows(text: str) -> Windows:
    """Return pairs from text such as ``5/20,10/30``.

    Raises:
        ValueError: this is no list of pairs, each with the shorter window first.
    """
    pairs = []
    for part in text.split(","):
        fast, _, slow = part.partition("/")
        if not 0 < int(fast) < int(slow):
            msg = f"windows are pairs such as 5/20, the shorter first, not {part}"
            raise ValueError(msg)
        pairs.append((int(fast), int(slow)))
    return tuple(pairs)


def windows_text(windows: Windows | None) -> str:
    """Return what :func:`parse_windows` reads."""
    return ",".join(f"{fast}/{slow}" for fast, slow in windows or ())


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Let a command line try other windows and another budget."""
    parser.add_argument(
        "--windows", type=parse_windows, help="fast/slow of each strategy: 5/20,10/30"
    )
    parser.add_argument("--budget", type=float, help="of one entry, as a fraction of the capital")


def chosen(name: str, windows: Windows | None, budget: float | None) -> Work:
    """Return a workload with what was asked for instead of its own figures."""
    work = WORKS[name]
    if work.bar == "tick":
        return work
    return work._replace(windows=windows or work.windows, budget=budget or work.budget)


def add_job(parser: argparse.ArgumentParser) -> None:
    """Let a command line say ``DATA WORKLOAD``, as every adapter is called."""
    add_choices(parser)
    parser.add_argument("data", type=Path, help="directory with W1.csv, W2.csv, ...")
    parser.add_argument("workload", choices=sorted(WORKS))


def job_of(read: argparse.Namespace) -> Job:
    """Return the job that a command line asks for."""
    return Job(read.data, read.workload, chosen(read.workload, read.windows, read.budget))
