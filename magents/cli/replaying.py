"""Runs a fund on the recording of a session: the same code, the same instants, the same digest."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from magents.cli.folders import find
from magents.cli.live_running import at_venue
from magents.cli.running import JOURNAL, LOG, drive, hire
from magents.config import Loaded, from_plain, load, pace
from magents.fund import Fund, OnProgress
from magents.journal.live import LiveJournal
from magents.journal.past import Past
from magents.journal.writing import MemoryJournal, SqliteJournal
from magents.model.errors import UserError
from magents.model.results import RunResult
from magents.runtime.clock import VirtualClock
from magents.runtime.loop import VirtualLoop


def recording_at(name: str, report_dir: Path) -> Path | None:
    """Return the recording that a name means: a path, or a run that has one."""
    from feeds.live.recording import recording_of

    for path in (Path(name), report_dir / name):
        found = recording_of(path)
        if found is not None:
            return found
    try:
        return recording_of(find(name, report_dir))
    except UserError:
        return None


def settings_of(path: Path, config: Path | None, given: Mapping[str, Any]) -> Loaded:
    """Return the settings of a replay: those of the session, or others where they are given.

    Args:
        path: of one file of the recording. config, given: as for any run; without strategies in
            either, the session's own settings hold.
    """
    from feeds.live.replayed import Recorded

    recorded = Recorded(path)
    if config is None and "strategies" not in given and recorded.opening.settings:
        return from_plain(recorded.opening.settings, f"{path}", given)
    loaded = load(config, given)
    live = replace(loaded.settings, live=recorded.live)
    return Loaded(at_venue(Loaded(live, loaded.lines), recorded.opening), loaded.lines)


def _as_it_is(_: Fund) -> None:
    """Do nothing."""


def replay_file(  # noqa: PLR0913 - how a file is played
    loaded: Loaded,
    path: Path,
    *,
    run_dir: Path | None = None,
    progress: OnProgress | None = None,
    mode: str = "replay",
    prepare: Callable[[Fund], None] = _as_it_is,
    past: Past | None = None,
    until: int = 0,
) -> RunResult:
    """Run the fund of the settings on one file of a recording.

    Args:
        loaded: settings, see :func:`settings_of`. path: the file. run_dir: takes journal and log.
        progress: told at each block. mode: what the result calls itself.
        prepare: given the fund before it runs.
        past: what the files before came to, where ``run_dir`` has their journal.
        until: an instant up to which the session went on for sure.
    """
    from feeds.live.replayed import Recorded

    recorded = Recorded(path, until)
    loop = VirtualLoop(speed=pace(loaded.settings.run.speed))
    with ExitStack() as stack:
        log = None
        if run_dir is not None:
            from magents.cli.logs import open_log

            level = loaded.settings.run.log_level
            log = stack.enter_context(open_log(run_dir / LOG, level, loop.now))
        journal = _journal(run_dir, past)
        stack.callback(journal.close)
        fund = Fund(
            loaded.settings,
            recorded.feed(VirtualClock(loop)),
            hire(loaded),
            VirtualClock(loop),
            journal,
            log=log,
            progress=progress,
            run_id="" if run_dir is None else run_dir.name,
            mode=mode,
            past=past,
        )
        prepare(fund)
        return drive(loop, fund)


def _journal(run_dir: Path | None, past: Past | None) -> MemoryJournal:
    """Return a new journal, or the one that the files before have left."""
    if run_dir is None:
        return MemoryJournal()
    path = run_dir / JOURNAL
    return SqliteJournal(path) if past is None else LiveJournal(path)
