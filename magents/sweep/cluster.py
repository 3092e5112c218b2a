"""Workers of a Dask cluster: ``dask scheduler`` somewhere, ``dask worker`` wherever there is room.

The workers need magents and the data under the same path; trials are a few kilobytes, outcomes as
many, and each worker reads the data once.
"""

import logging
import signal
from asyncio import CancelledError
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import current_thread, main_thread
from typing import Any

from magents.model.errors import MagentsError, UserError
from magents.sweep.crew import ATTEMPTS, RunTrial
from magents.sweep.outcome import FAILED, Outcome
from magents.sweep.plan import Trial

_PATIENCE = "10s"
"""How long the scheduler has to answer."""

_AHEAD = 3
"""Trials handed out for each thread of the cluster: enough that none waits for us."""

SILENT = tuple(f"distributed.{part}" for part in ("client", "core", "batched", "comm"))
"""Loggers of the cluster that say at length what we say in one sentence: somebody is gone."""


class ClusterLostError(MagentsError):
    """The scheduler went away."""


class Cluster:
    """The workers of one Dask scheduler; more may join while it works.

    Args:
        run: does one trial. address: of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises:
        UserError: Dask is not installed, or nobody answers at that address.
    """

    def __init__(self, run: RunTrial, address: str) -> None:
        """Connect."""
        self._run = run
        self._address = address
        self._client = _connect(address)

    @property
    def about(self) -> str:
        """Say who works."""
        workers = self._client.nthreads()
        named = "1 worker" if len(workers) == 1 else f"{len(workers)} workers"
        return f"{named} of {self._address}"

    def work(self, trials: Sequence[Trial]) -> Generator[Outcome, None, None]:
        """See :class:`magents.sweep.crew.Crew`."""
        from distributed import as_completed

        waiting = iter(trials)
        asked: dict[str, Trial] = {}
        # Results come along with the word that they are there: nothing is asked for while waiting.
        done = as_completed([], loop=self._client.loop, with_results=True, raise_errors=False)
        try:
            self._hand_out(waiting, asked, done)
            for future, result in done:
                yield self._outcome(future.status, result, asked.pop(future.key))
                self._hand_out(waiting, asked, done)
        finally:
            self._leave(done)

    def _hand_out(self, waiting: Iterator[Trial], asked: dict[str, Trial], done: Any) -> None:
        """Give the cluster enough to do."""
        from distributed.client import ClosedClientError

        try:
            with _undisturbed():
                for trial in self._some(waiting, len(asked)):
                    done.add(self._submit(trial, asked))
        except (OSError, RuntimeError, CancelledError, ClosedClientError) as error:
            raise self._lost() from error

    def _some(self, waiting: Iterator[Trial], running: int) -> Iterator[Trial]:
        """Yield trials until the cluster has enough."""
        threads = sum(self._client.nthreads().values())
        for _ in range(max(_AHEAD * max(threads, 1) - running, 0)):
            trial = next(waiting, None)
            if trial is None:
                return
            yield trial

    def _submit(self, trial: Trial, asked: dict[str, Trial]) -> Any:
        key = f"magents-{trial.number}-{trial.key}"
        asked[key] = trial
        future: Any = self._client.submit(self._run, trial, key=key, pure=True, retries=ATTEMPTS)
        return future

    def _outcome(self, status: str, result: Any, trial: Trial) -> Outcome:
        """Return what came of a trial, or why nothing did."""
        if isinstance(result, Outcome):
            return result
        if status in {"cancelled", "lost"}:
            raise self._lost()
        error = result[1] if isinstance(result, tuple) else result
        return Outcome(trial.key, FAILED, f"{type(error).__name__}: {error}")

    def _lost(self) -> ClusterLostError:
        return ClusterLostError(
            f"the scheduler {self._address} is gone; what was done is kept, "
            "the same command goes on from there"
        )

    def _leave(self, done: Any) -> None:
        """Cancel what is not done and disconnect."""
        with _undisturbed(), suppress(Exception):
            self._client.cancel([each for each in done.futures if not each.done()])
        with _undisturbed(), suppress(Exception):
            self._client.close(timeout=2)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hear of Ctrl-C a moment later: Dask's own calls do not take it well in the middle."""
    if current_thread() is not main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        msg = "--scheduler needs Dask: pip install 'magents[cluster]'"
        raise UserError(msg) from None
    for name in (*SILENT, "tornado.application"):
        # What goes wrong comes to us as states and exceptions, and is told in a sentence.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        msg = f"--scheduler: nobody answers at {address} ({type(error).__name__}); is it started?"
        raise UserError(msg) from None
