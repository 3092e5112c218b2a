"""Where a microsecond goes: ``python -m benchmarks.profile DATA W2``.

Looks at the running fund a thousand times a CPU second and counts whose code it is in: each look
counts for the innermost frame that belongs to a part of the fund, so what a part makes others do
for it (numpy, decimals, hashing) is its own.  The run is repeated until there are enough looks.
"""

import argparse
import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from benchmarks.adapters.common import Timer
from benchmarks.dense import dense_hires
from benchmarks.work import add_job, job_of
from benchmarks.workloads import feed, hires, settings
from feeds.memory import MemoryFeed
from magents.cli.running import drive
from magents.fund import Fund
from magents.journal.writing import MemoryJournal
from magents.model.results import RunResult
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop

EVERY = 0.001
"""CPU seconds between two looks."""
ENOUGH = 4_000
"""Looks."""

PARTS = (
    ("magents/journal/", "journal: encode and hash"),
    ("magents/central/risk", "risk team"),
    ("magents/central/exposure", "risk team"),
    ("magents/central/judging", "risk team"),
    ("magents/central/back_office", "back office"),
    ("magents/book/ledger", "back office"),
    ("magents/book/position", "back office"),
    ("magents/central/orders", "table of orders"),
    ("magents/book/", "value over time and marks"),
    ("magents/central/execution_team", "execution team"),
    ("magents/central/data_team", "data team"),
    ("magents/central/signals", "signals"),
    ("magents/central/history", "data team"),
    ("pods/agents/execution", "pod: decide and order"),
    ("pods/agents/", "signals"),
    ("pods/indicators", "signals"),
    ("benchmarks/ticking", "signals"),
    ("pods/", "pod: decide and order"),
    ("benchmarks/", "pod: decide and order"),
    ("brokers/simulated/", "exchange"),
    ("magents/runtime/", "loop and inboxes"),
    ("asyncio/", "loop and inboxes"),
    ("magents/", "fund"),
)


def part_of(frame: FrameType | None) -> str:
    """Return whose code a frame is in, or was called from."""
    while frame is not None:
        path = frame.f_code.co_filename
        for piece, part in PARTS:
            if piece in path and "site-packages" not in path:
                return part
        frame = frame.f_back
    return "fund"


@contextmanager
def looking(seen: Counter[str]) -> Iterator[None]:
    """Count parts while the body runs."""

    def look(_: int, frame: FrameType | None) -> None:
        seen[part_of(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def main() -> None:
    """Profile one workload."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    add_job(parser)
    parser.add_argument("--dense", action="store_true", help="free-form pods, woken at every bar")
    read = parser.parse_args()
    job = job_of(read)
    with feed(job.data, job.name, job.work.bar) as history:
        bars = asyncio.run(MemoryFeed.of(history))

    def run() -> tuple[RunResult, float]:
        loop = VirtualLoop()
        staff = dense_hires(job.work) if read.dense else hires(job.work)
        fund = Fund(settings(None), bars, staff, VirtualClock(loop), MemoryJournal())
        with Timer() as timer:
            result = drive(loop, fund)
        return result, timer.cpu

    result, best = run()
    seen: Counter[str] = Counter()
    while seen.total() < ENOUGH:
        best = min(best, run()[1])
        with looking(seen):
            run()
    show(job.name, result, best, seen)


def show(name: str, result: RunResult, cpu: float, seen: Counter[str]) -> None:
    """Print the table; the shares are of the looks, the times of the best run without looks."""
    fills = len(result.fills)
    print(f"{name}: {result.bars:,} bars or ticks, {fills:,} fills, {result.records:,} records\n")
    print("| part | share | us a fill | ns a bar or tick |")
    print("| --- | --: | --: | --: |")
    for part, count in [*seen.most_common(), ("all", seen.total())]:
        share = count / seen.total()
        each, bar = share * cpu / fills * 1e6, share * cpu / result.bars * 1e9
        print(f"| {part} | {share:.1%} | {each:.1f} | {bar:.1f} |")


if __name__ == "__main__":
    main()
