"""One trial, in whatever process: settings to a fund, a fund to an outcome. Data are read once."""

import json
from pathlib import Path
from threading import Lock

import msgspec

from feeds.archive import Archive
from feeds.history import sample_directory
from magents.cli.running import open_feed, run
from magents.config import Loaded
from magents.model.errors import DataError
from magents.model.time import parse_instant
from magents.runtime import wall
from magents.sweep.outcome import FAILED, Outcome, outcome_of
from magents.sweep.plan import Trial, day, loaded_from, stamp_of
from magents.sweep.processes import name_here

_MOST = 2
"""Data kept in memory at once; more than one only where a setting of ``data`` is varied."""

_archives: dict[str, Archive] = {}
_one_at_a_time = Lock()


def run_trial(trial: Trial) -> Outcome:
    """Do a trial; what goes wrong in it is its outcome, and the sweep goes on.

    Threads of one process take turns: they would share one interpreter anyway, and this way they
    share the data too.
    """
    with _one_at_a_time:
        started = wall.cpu_seconds()
        try:
            outcome = _run(trial)
        except Exception as error:  # noqa: BLE001 - see above
            outcome = Outcome(trial.key, FAILED, f"{type(error).__name__}: {error}")
        seconds = wall.cpu_seconds() - started
        return msgspec.structs.replace(outcome, seconds=seconds, worker=name_here())


def directory_of(loaded: Loaded) -> Path:
    """Return where the data of some settings are."""
    place = loaded.settings.data.dir
    return sample_directory() if place is None else Path(place)


def _run(trial: Trial) -> Outcome:
    loaded = loaded_from(trial.settings)
    feed = _archive(loaded, trial.stamp).window(day(trial.start), day(trial.end))
    result = run(loaded, feed=feed)
    if result.stopped:
        raise InterruptedError(result.stopped)
    cut = None if trial.cut is None else parse_instant(trial.cut)
    return outcome_of(result, trial.key, cut)


def _archive(loaded: Loaded, stamp: str) -> Archive:
    """Return the data of some settings, opened at the first trial that has them.

    Raises:
        DataError: they are not the data that the sweep was planned on.
    """
    settings = loaded.settings
    key = json.dumps([msgspec.to_builtins(settings.data), settings.global_.fractional, stamp])
    if key not in _archives:
        directory = directory_of(loaded)
        if not directory.is_dir() or stamp_of(directory) != stamp:
            msg = f"{directory} does not hold the data of this sweep on {name_here()}"
            raise DataError(f"{msg}; copy them there, the same files under the same path")
        while len(_archives) >= _MOST:
            _archives.pop(next(iter(_archives)))
        _archives[key] = Archive(open_feed(loaded))
    return _archives[key]
