"""Our adapter: ``python -m benchmarks.ours DATA WORKLOAD``.

Prints one JSON object as its last line: seconds of import, load and run, fills, final equity.
Everything is on as for any user: data team, pods, risk team with all default rules, simulated
exchange, ledger with its checks, journal with its digest (kept in memory, not in a file).

``--windows 5/20,10/30``, ``--budget 0.1`` and ``--block 512`` try other figures by the same way;
``--dense`` does the work by pods that are woken at every bar or tick.
"""

import json
import resource
import time

T0, C0 = time.perf_counter(), time.process_time()

import argparse  # noqa: E402 - the import is timed
import asyncio  # noqa: E402

from benchmarks.dense import dense_hires  # noqa: E402
from benchmarks.work import Job, add_job, job_of  # noqa: E402
from benchmarks.workloads import feed, hires, settings  # noqa: E402
from feeds.memory import MemoryFeed  # noqa: E402
from magents import __version__  # noqa: E402
from magents.cli.running import drive  # noqa: E402
from magents.fund import Fund  # noqa: E402
from magents.journal.writing import MemoryJournal  # noqa: E402
from magents.model.results import RunResult  # noqa: E402
from magents.runtime.clock import VirtualClock  # noqa: E402
from magents.runtime.loop import VirtualLoop  # noqa: E402


class Laps:
    """Wall and CPU seconds of each part."""

    def __init__(self) -> None:
        """Start where the process did."""
        self._last = (T0, C0)

    def lap(self) -> tuple[float, float]:
        """Return wall and CPU seconds since the last lap."""
        now = (time.perf_counter(), time.process_time())
        wall, cpu = now[0] - self._last[0], now[1] - self._last[1]
        self._last = now
        return wall, cpu


def measure(job: Job, block: int | None = None, *, dense: bool = False) -> dict[str, object]:
    """Run one workload and return its line."""
    laps = Laps()
    import_s, _ = laps.lap()
    with feed(job.data, job.name, job.work.bar) as history:
        bars = asyncio.run(MemoryFeed.of(history))
    load_s, _ = laps.lap()
    loop = VirtualLoop()
    staff = dense_hires(job.work) if dense else hires(job.work)
    fund = Fund(settings(block), bars, staff, VirtualClock(loop), MemoryJournal())
    result = drive(loop, fund)
    run_s, run_cpu_s = laps.lap()
    return {
        "peer": "magents",
        "version": __version__,
        "workload": job.name,
        "import_s": round(import_s, 4),
        "load_s": round(load_s, 4),
        "run_s": round(run_s, 5),
        "run_cpu_s": round(run_cpu_s, 5),
        **_answer(result, run_cpu_s),
    }


def _answer(result: RunResult, run_cpu_s: float) -> dict[str, object]:
    return {
        "events": result.bars,
        "events_per_s": round(result.bars / run_cpu_s),
        "fills": len(result.fills),
        "final_equity": float(result.final_equity),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "digest": result.digest,
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ours")
    add_job(parser)
    parser.add_argument("--block", type=int, help="rows of a block of data")
    parser.add_argument("--dense", action="store_true", help="free-form pods, woken at every bar")
    read = parser.parse_args()
    print(json.dumps(measure(job_of(read), read.block, dense=read.dense)))


if __name__ == "__main__":
    main()
