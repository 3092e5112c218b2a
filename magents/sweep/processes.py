"""Workers on this machine: processes that are handed one trial at a time through a pipe.

Not :mod:`concurrent.futures`: its pool is lost as a whole when one worker is, and does not say
which trial it was; and it waits for running trials where a person who pressed Ctrl-C does not.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from magents.sweep.crew import ATTEMPTS, RunTrial
from magents.sweep.outcome import FAILED, Outcome
from magents.sweep.plan import Trial

_SPAWN = multiprocessing.get_context("spawn")
"""Fresh interpreters: a fork would copy locks that other threads hold."""

_PATIENCE = 5.0
"""Seconds a worker has to end by itself."""


@dataclass(slots=True)
class _Worker:
    """A process, our end of its pipe, and what it does."""

    process: BaseProcess
    pipe: "Connection[Trial | None, Outcome]"
    trial: Trial | None = None


class Processes:
    """Some processes of this machine.

    Args:
        run: does one trial. count: how many processes, 1 or more.
    """

    def __init__(self, run: RunTrial, count: int) -> None:
        """Start nothing yet."""
        self._run = run
        self._count = count
        self._workers: list[_Worker] = []
        self._tries: dict[str, int] = {}

    @property
    def about(self) -> str:
        """Say who works."""
        return "1 process" if self._count == 1 else f"{self._count} processes"

    def work(self, trials: Sequence[Trial]) -> Generator[Outcome, None, None]:
        """See :class:`magents.sweep.crew.Crew`."""
        waiting = deque(trials)
        try:
            for _ in range(min(self._count, len(waiting))):
                self._give(self._hire(), waiting)
            while busy := [worker for worker in self._workers if worker.trial is not None]:
                for worker in self._heard(busy):
                    outcome = self._outcome(worker, waiting)
                    if outcome is not None:
                        # Kept before the next is begun, whatever the next may do.
                        yield outcome
                    self._give(worker if worker in self._workers else self._hire(), waiting)
        finally:
            self._dismiss()

    def _hire(self) -> _Worker:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs, self._run), daemon=True)
        with _deaf():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _give(self, worker: _Worker, waiting: deque[Trial]) -> None:
        worker.trial = waiting.popleft() if waiting else None
        if worker.trial is None:
            return
        try:
            worker.pipe.send(worker.trial)
        except OSError:
            # It is dead already; reading from it will say so.
            return

    def _heard(self, busy: list[_Worker]) -> list[_Worker]:
        """Wait for word from workers, be it that they died."""
        ready = wait([worker.pipe for worker in busy])
        return [worker for worker in busy if worker.pipe in ready]

    def _outcome(self, worker: _Worker, waiting: deque[Trial]) -> Outcome | None:
        """Return what a worker has done; where it died its trial goes back, up to a limit."""
        try:
            return worker.pipe.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
        worker.process.join(_PATIENCE)
        worker.pipe.close()
        trial = worker.trial
        if trial is None:
            return None
        self._tries[trial.key] = self._tries.get(trial.key, 0) + 1
        if self._tries[trial.key] < ATTEMPTS:
            waiting.append(trial)
            return None
        return Outcome(trial.key, FAILED, _epitaph(worker.process.exitcode))

    def _dismiss(self) -> None:
        """End all workers: those that are idle by word, those that work at once."""
        for worker in self._workers:
            if worker.trial is not None:
                worker.process.kill()
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(_PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()


def _epitaph(code: int | None) -> str:
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    return f"its worker process died {ATTEMPTS} times ({how}); is there memory enough?"


def _serve(pipe: "Connection[Outcome, Trial | None]", run: RunTrial) -> None:
    """Do trials until nobody hands out any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            trial = pipe.recv()
        except (EOFError, OSError):
            return
        if trial is None:
            return
        outcome = run(trial)
        try:
            pipe.send(outcome)
        except OSError:
            return


def name_here() -> str:
    """Return what this process is called in the table."""
    return f"{os.uname().nodename}:{os.getpid()}"


@contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started here not hear Ctrl-C: that is for us, who then end it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
