"""``magents sweep --scheduler``: a real Dask cluster on loopback, and one of its workers killed."""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import ROOT, program

pytestmark = pytest.mark.slow

LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")
GRID = ("--vary", "ma.fast_window=2..9", "--vary", "ma.slow_window=20,30")


@contextmanager
def started(*command):
    """Run a program of this environment whose story is read on ``stderr``; end it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process, pattern):
    """Read what a process says until a line matches; return the first group."""
    said = []
    for line in process.stderr:
        said.append(line)
        found = re.search(pattern, line)
        if found:
            return found[1]
    pytest.fail("".join(said))


@contextmanager
def cluster(workers):
    """Yield the address of a scheduler and its worker processes, one thread each."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            started("distributed.cli.dask_scheduler", *LOOPBACK, "--port", 0)
        )
        address = heard(scheduler, r"Scheduler at:\s+(tcp://\S+)")
        command = ("distributed.cli.dask_worker", address, *LOOPBACK, "--no-nanny", "--nthreads", 1)
        crew = [stack.enter_context(started(*command)) for _ in range(workers)]
        for worker in crew:
            heard(worker, r"Registered to:\s+(tcp://\S+)")
        yield address, [scheduler, *crew]


def rows(results):
    found = pq.read_table(results / "sweep-0001" / "trials.parquet").to_pylist()
    return [{k: v for k, v in row.items() if k not in {"worker", "seconds"}} for row in found]


def workers_of(results):
    found = pq.read_table(results / "sweep-0001" / "trials.parquet", columns=["worker"])
    return {int(name.rpartition(":")[2]) for name in found["worker"].to_pylist()}


def test_killing_one_of_two_workers_loses_nothing(market, tmp_path):
    flags = ("sweep", "--strategies", "ma", "--data-dir", market, *GRID, "--report-dir")
    here = program(*flags, tmp_path / "here", "--workers", 1)
    assert here.returncode == 0, here.stderr
    with cluster(2) as (address, crew):
        away = (*flags, tmp_path / "away", "--scheduler", address)
        with started("magents", *away) as sweep:
            assert heard(sweep, r"16 trials, (\d) workers of tcp://127") == "2"
            heard(sweep, r"(4) of 16 trials")
            os.kill(crew[1].pid, signal.SIGKILL)
            _, told = sweep.communicate(timeout=300)
            assert sweep.returncode == 0, told
        assert rows(tmp_path / "away") == rows(tmp_path / "here")
        assert len(rows(tmp_path / "away")) == 16
        assert crew[2].pid in workers_of(tmp_path / "away")


def test_ctrl_c_on_a_cluster_keeps_what_is_done_and_the_rest_is_done_elsewhere(market, tmp_path):
    flags = ("sweep", "--strategies", "ma", "--data-dir", market, *GRID, "--report-dir", tmp_path)
    with cluster(1) as (address, _), started("magents", *flags, "--scheduler", address) as sweep:
        heard(sweep, r"(3) of 16 trials")
        interrupted(sweep)
    again = program(*flags, "--workers", 1)
    assert again.returncode == 0, again.stderr
    kept = int(re.search(r"16 trials, (\d+) of them are there", again.stderr)[1])
    assert 3 <= kept < 16
    assert [row["state"] for row in rows(tmp_path)] == ["ok"] * 16


def test_a_lost_scheduler_is_one_sentence_and_what_is_done_is_kept(market, tmp_path):
    flags = ("sweep", "--strategies", "ma", "--data-dir", market, *GRID, "--report-dir", tmp_path)
    with cluster(1) as (address, crew), started("magents", *flags, "--scheduler", address) as sweep:
        heard(sweep, r"(3) of 16 trials")
        os.kill(crew[0].pid, signal.SIGKILL)
        _, told = sweep.communicate(timeout=300)
    assert sweep.returncode == 1
    last = told.splitlines()[-1]
    assert last == (
        f"Error: the scheduler {address} is gone; what was done is kept, "
        "the same command goes on from there"
    )
    assert "Traceback" not in told
    assert sum(row["state"] == "ok" for row in rows(tmp_path)) >= 3


def interrupted(sweep):
    """Press Ctrl-C; the sweep ends with its code and keeps what it has."""
    sweep.send_signal(signal.SIGINT)
    _, told = sweep.communicate(timeout=300)
    assert sweep.returncode == 130, told
    assert re.search(r"interrupted: \d+ of 16 trials are kept", told)
    assert "Traceback" not in told
