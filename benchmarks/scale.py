"""How cost and memory grow: ``python -m benchmarks.scale [--quick] [--out FILE] [--picture FILE]``.

Three sizes of fund, each in a process of its own, once as it is and once with pods that judge every
bar and never want anything: the difference is what decisions cost. Resident memory is read at every
block.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from benchmarks.measure import ROOT
from benchmarks.scale_feed import WalkFeed
from benchmarks.workloads import settings
from magents.cli.running import drive
from magents.config import Settings
from magents.fund import Fund, Hire
from magents.journal.writing import MemoryJournal
from magents.model.agents import Opinion, SignalAgent
from magents.model.bars import BarBlock, Panel
from magents.model.facts import FactTable
from magents.model.results import Progress
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop
from pods.agents.crossover import CrossoverAgent
from pods.strategies.ma import MaConfig, MaPod


class Size(NamedTuple):
    """A fund: instruments, bars of each, length of a bar, pods."""

    about: str
    width: int
    length: int
    bar: str
    pods: int


SIZES = {
    "wide": Size("500 instruments, 10 years of days, 20 pods", 500, 3650, "1d", 20),
    "long": Size("1 instrument, 5 million minutes, 1 pod", 1, 5_000_000, "1m", 1),
    "both": Size("50 instruments, 1 year of minutes, 1 pod", 50, 525_600, "1m", 1),
}
QUICK = 50
"""How many times smaller the quick sizes are."""

POINTS = 400
"""Readings of memory and CPU kept of a run."""


class Still:
    """An agent that does all the work of another and wants nothing."""

    inputs: tuple[str, ...] = ()

    def __init__(self, other: CrossoverAgent) -> None:
        """Take the agent whose work is done."""
        self.name = other.name
        self._other = other

    def evaluate(self, block: BarBlock, news: Mapping[str, FactTable]) -> Opinion:
        """Judge, and keep it to oneself."""
        opinion = self._other.evaluate(block, news)
        return Opinion(np.zeros(opinion.conviction.shape), opinion.evidence)


class StillPod(MaPod):
    """A pod that never acts."""

    def agents(self, panel: Panel) -> Sequence[SignalAgent]:
        """Return one agent that wants nothing."""
        del panel
        return [Still(CrossoverAgent(self.config.fast_window, self.config.slow_window))]


def measure(size: Size, *, still: bool) -> dict[str, Any]:
    """Run one fund and return what it took."""
    feed = WalkFeed(size.width, size.length, size.bar)
    readings: list[tuple[int, float, float]] = []
    before = resident()

    def progress(at: Progress) -> None:
        spent = time.process_time() - began - feed.seconds
        readings.append((at.bars, round(resident(), 2), round(spent, 3)))

    began = time.process_time()
    loop = VirtualLoop()
    fund = Fund(
        _rich(),
        feed,
        _hires(size, still=still),
        VirtualClock(loop),
        MemoryJournal(),
        progress=progress,
    )
    began = time.process_time()
    result = drive(loop, fund)
    seconds = time.process_time() - began - feed.seconds
    step = max(len(readings) // POINTS, 1)
    return {
        "bars": result.bars,
        "orders": sum(result.orders.values()),
        "fills": len(result.fills),
        "cpu_s": round(seconds, 3),
        "before_mb": round(before, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "readings": readings[::step],
        "digest": result.digest,
    }


def resident() -> float:
    """Return the resident memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _rich() -> Settings:
    """Return the settings of the benchmarks, with capital that costs do not eat up on the way."""
    usual = settings(None)
    own = replace(usual.global_, initial_capital=Decimal(1_000_000_000))
    return replace(usual, global_=own)


def _hires(size: Size, *, still: bool) -> list[Hire]:
    """Return pods of different speeds whose positions are some 100,000 dollars each."""
    kind = StillPod if still else MaPod
    made = [(10 + 5 * n, 30 + 15 * n) for n in range(size.pods)]
    return [
        Hire(kind(f"ma_{fast:03d}", MaConfig(fast, slow, position_fraction=1e-4 * size.pods)))
        for fast, slow in made
    ]


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} times smaller")
    parser.add_argument("--only", choices=SIZES, help="one size, here, as JSON")
    parser.add_argument("--still", action="store_true", help="with --only: pods that never act")
    parser.add_argument("--out", type=Path, help="where the tables go")
    parser.add_argument("--picture", type=Path, help="where the plot goes")
    read = parser.parse_args()
    if read.only:
        size = smaller(SIZES[read.only]) if read.quick else SIZES[read.only]
        print(json.dumps(measure(size, still=read.still)))
        return
    from benchmarks.scale_report import draw, page

    found = {
        name: (_apart(name, read.quick), _apart(name, read.quick, "--still")) for name in SIZES
    }
    text = page({name: size.about for name, size in SIZES.items()}, found)
    print(text)
    if read.out:
        read.out.write_text(text, "utf-8")
    if read.picture:
        draw({name: size.about for name, size in SIZES.items()}, found, read.picture)


def smaller(size: Size) -> Size:
    """Return a size for a quick look."""
    return size._replace(length=max(size.length // QUICK, 200), pods=min(size.pods, 4))


def _apart(name: str, quick: bool, *flags: str) -> dict[str, Any]:  # noqa: FBT001 - a flag passed on
    """Measure in a process of its own, so that its peak is its own."""
    command = [sys.executable, "-m", "benchmarks.scale", "--only", name, *flags]
    command += ["--quick"] if quick else []
    done = subprocess.run(  # noqa: S603 - ourselves
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    main()
