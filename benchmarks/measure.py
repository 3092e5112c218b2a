"""One run of one simulator in a process of its own, pinned to one CPU."""

import functools
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Sample(NamedTuple):
    """What one run took, and what it came to.

    Attributes:
        run_wall, run_cpu: seconds of the run alone, as the adapter measured them.
        wall, cpu: seconds of the whole process. rss: its peak memory, MB.
    """

    version: str
    events: int
    fills: int
    equity: float
    run_wall: float
    run_cpu: float
    wall: float
    cpu: float
    rss: float


class FailedRunError(Exception):
    """A run ended without an answer."""


def run_once(
    command: Sequence[str], env: Mapping[str, str], cpu: int | None, limit: float
) -> Sample:
    """Run a command and read its line.

    Args:
        cpu: the only one it may use, ``None`` for all. limit: seconds until it is killed.

    Raises:
        FailedRunError: it failed, took too long, or printed no answer.
    """
    pin = None if cpu is None else functools.partial(os.sched_setaffinity, 0, {cpu})
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as answers:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own adapters
            command,
            cwd=ROOT,
            env={**os.environ, **env, "PYTHONWARNINGS": "ignore"},
            stdout=answers,
            stderr=errors,
            preexec_fn=pin,  # noqa: PLW1509 - no threads here that could hold a lock
        )
        status, used = _wait(process, limit)
        wall = time.perf_counter() - began
        lines = [_last_line(file) for file in (answers, errors)]
    if status != 0:
        why = "took too long" if status == -signal.SIGKILL else f"exit {status}"
        raise FailedRunError(f"{why}: {lines[1][:100]}")
    return _sample(lines[0], wall, used)


def _wait(process: "subprocess.Popen[bytes]", limit: float) -> tuple[int, tuple[float, float]]:
    """Return the exit status, and CPU seconds and MB used."""
    timer = threading.Timer(limit, process.kill)
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _last_line(file: "tempfile._TemporaryFileWrapper[bytes]") -> str:
    file.seek(0)
    lines = file.read().decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "")


def _sample(line: str, wall: float, used: tuple[float, float]) -> Sample:
    try:
        said = json.loads(line)
        return Sample(
            said["version"],
            said["events"],
            said["fills"],
            said["final_equity"],
            said["run_s"],
            said["run_cpu_s"],
            wall,
            *used,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FailedRunError(f"no answer, but: {line[:100]}") from error
