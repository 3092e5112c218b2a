"""Times us and the installed peers side by side: ``python -m benchmarks.run``.

Every run is a process of its own, all pinned to one CPU, taken in turns, so that a busy machine is
busy for everybody.  The table shows medians, ratios to ours, and whether the answer is right.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.data import provide
from benchmarks.measure import ROOT, FailedRunError, run_once
from benchmarks.oracle import Answer, answers
from benchmarks.peers import ALL, PEERS, VENVS, installed
from benchmarks.tables import DENSE, OURS, Entry, check, convention, ratio_lines, second_lines
from benchmarks.work import Job, add_choices, chosen, windows_text

WOKEN = frozenset({"W2", "W4"})
"""Workloads that are also done by pods woken at every bar or tick."""


class Options(NamedTuple):
    """How to measure.

    Attributes:
        runs: of each. cpu: to pin to, ``None`` for none. limit: seconds of one run.
        spend: seconds of one simulator on one workload after which it is not run again.
    """

    runs: int
    cpu: int | None
    limit: float
    spend: float
    venvs: Path
    choices: tuple[str, ...]


def command(name: str, job: Job, options: Options) -> tuple[list[str], dict[str, str]]:
    """Return what to run, and the variables it needs."""
    call = [str(job.data.resolve()), job.name, *options.choices]
    if name in {OURS, DENSE}:
        how = ["--dense"] if name == DENSE else []
        return [sys.executable, "-m", "benchmarks.ours", *call, *how], {}
    peer = PEERS[name]
    python = str(peer.python(options.venvs).absolute())
    return [python, "-m", f"benchmarks.adapters.{peer.adapter}", *call], dict(peer.env)


def entries(workloads: Sequence[str], peers: Sequence[str]) -> list[Entry]:
    """Return who is to run what; we come first."""
    wanted = []
    for workload in workloads:
        wanted.append(Entry(workload, OURS, [], []))
        if workload in WOKEN:
            wanted.append(Entry(workload, DENSE, [], []))
        wanted += [
            Entry(workload, name, [], []) for name in peers if workload in PEERS[name].workloads
        ]
    return wanted


def measure(wanted: Sequence[Entry], jobs: dict[str, Job], options: Options) -> None:
    """Fill the entries, one run of each in turn."""
    for number in range(options.runs):
        for entry in wanted:
            spent = sum(sample.wall for sample in entry.samples)
            if entry.failures or spent > options.spend:
                continue
            call, env = command(entry.name, jobs[entry.workload], options)
            try:
                sample = run_once(call, env, options.cpu, options.limit)
            except FailedRunError as failure:
                entry.failures.append(str(failure))
                continue
            entry.samples.append(sample)
            text = f"{entry.workload} {entry.name}: {sample.run_cpu:.3f} CPU s"
            print(f"  round {number + 1}: {text}", file=sys.stderr, flush=True)


def notes(
    read: argparse.Namespace, peers: Sequence[str], right: dict[str, dict[str, Answer]]
) -> Iterator[str]:
    """Yield what is left out, and why, and what makes answers doubtful."""
    for name, ways in right.items():
        if ties := max(answer.ties for answer in ways.values()):
            yield f"{name}: {ties} closes have equal means; simulators may decide them either way"
    where = f"{read.venvs}/<name>" if read.venvs else f"set {VENVS} or --venvs"
    for name in PEERS:
        if name not in peers and (not read.peers or name in read.peers):
            yield f"{name}: left out, not installed ({where}; see benchmarks/README.md)"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    names = lambda text: [name for name in text.split(",") if name]  # noqa: E731
    parser.add_argument("--workloads", type=names, default=list(ALL), help="such as W1,W3")
    parser.add_argument("--peers", type=names, default=[], help="default: all that are installed")
    venvs = os.environ.get(VENVS)
    parser.add_argument("--venvs", type=Path, default=Path(venvs) if venvs else None)
    parser.add_argument("--data", type=Path, help="directory with W1.csv, ...; made if not given")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cpu", type=int, default=0, help="to pin to; -1 for none")
    parser.add_argument("--limit", type=float, default=600, help="seconds of one run")
    parser.add_argument("--spend", type=float, default=120, help="seconds of one simulator's runs")
    parser.add_argument("--json", type=Path, help="write every sample here")
    add_choices(parser)
    read = parser.parse_args()
    for name in {*read.workloads} - {*ALL} | {*read.peers} - {*PEERS}:
        parser.error(f"there is no {name}; there are {', '.join([*ALL, *PEERS])}")
    return read


def choices(read: argparse.Namespace) -> tuple[str, ...]:
    """Return what everybody is asked to do differently, as arguments."""
    asked = []
    if read.windows:
        asked += ["--windows", windows_text(read.windows)]
    if read.budget:
        asked += ["--budget", str(read.budget)]
    return tuple(asked)


def options(read: argparse.Namespace) -> Options:
    """Return how to measure."""
    pin = read.cpu >= 0 and hasattr(os, "sched_setaffinity")
    cpu, venvs = read.cpu if pin else None, read.venvs or Path()
    return Options(read.runs, cpu, read.limit, read.spend, venvs, choices(read))


def right_answers(wanted: Sequence[Entry], jobs: dict[str, Job]) -> dict[str, dict[str, Answer]]:
    """Return the oracle's answers to what was measured."""
    ways: dict[str, set[str]] = {}
    for entry in wanted:
        ways.setdefault(entry.workload, set()).add(convention(entry.name, entry.workload))
    return {name: answers(jobs[name], asked) for name, asked in ways.items()}


def made_data(read: argparse.Namespace) -> Path:
    """Make data where none are given, and keep them: without ties of the windows asked for."""
    kind = windows_text(read.windows).translate({ord("/"): "-", ord(","): "_"})
    place = ROOT / "results" / "bench-data" / (kind or "own")
    return provide(place, read.workloads, windows=read.windows)


def main() -> int:
    """Measure and print; 1 where an answer is wrong or a run failed."""
    read = arguments()
    data = read.data or made_data(read)
    jobs = {n: Job(data, n, chosen(n, read.windows, read.budget)) for n in read.workloads}
    there = installed(read.venvs) if read.venvs else []
    peers = [name for name in there if not read.peers or name in read.peers]
    wanted = entries(read.workloads, peers)
    measure(wanted, jobs, options(read))
    right = right_answers(wanted, jobs)
    tables = (ratio_lines(wanted, right), second_lines(wanted), notes(read, peers, right))
    print("\n\n".join("\n".join(table) for table in tables))
    if read.json:
        told = {f"{e.workload}/{e.name}": [s._asdict() for s in e.samples] for e in wanted}
        read.json.write_text(json.dumps(told, indent=1))
    return int(any(e.failures or not check(e, right).startswith("right") for e in wanted))


if __name__ == "__main__":
    sys.exit(main())
