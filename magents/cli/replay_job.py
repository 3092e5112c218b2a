"""One replay of a recording from flags to exit code."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from magents.cli.console import err, out, print_json
from magents.cli.exits import FAILED, RunNotFoundError
from magents.cli.folders import find, journal_of
from magents.cli.job import run_folder
from magents.cli.keeping import keep
from magents.cli.options import overrides
from magents.cli.progress import progress_bar
from magents.cli.replaying import recording_at, replay_file, settings_of
from magents.cli.resolving import resolved
from magents.cli.serving import commands_of, serve
from magents.cli.tables import show_summary
from magents.config import Loaded
from magents.fund import Fund
from magents.journal.reading import stored_digest
from magents.model.errors import UserError
from magents.model.records import Command

REPLAY = "replay"
_SETTINGS = ("initial_capital", "strategies", "seed", "generate_report", "report_dir", "speed")


def replay(name: str, config: Path | None, flags: Mapping[str, Any]) -> int:
    """Replay a recording and show it; return the exit code.

    Raises:
        UserError: there is no such recording, or a setting is wrong.
    """
    from feeds.live.recording import files_of

    report_dir = Path(flags["report_dir"] or "results")
    place = recording_at(name, report_dir)
    if place is None:
        return _run_again(name, report_dir, flags)
    given = overrides({key: flags[key] for key in _SETTINGS})
    own = config is None and flags["strategies"] is None
    prepare = _told_again(name, report_dir) if own else _untold
    if flags["serve"] or flags["listen"]:
        (first, *_) = files_of(place)
        commands = _commands(name, report_dir) if own else []
        loaded = resolved(settings_of(first, config, given))
        return _served(loaded, first, flags, commands)
    digests, code = [], 0
    for path in files_of(place):
        loaded = resolved(settings_of(path, config, given))
        for _ in range(flags["times"]):
            quiet = flags["quiet"] or flags["as_json"]
            with run_folder(loaded, REPLAY) as folder:
                with progress_bar(err(), quiet=quiet) as show:
                    result = replay_file(
                        loaded, path, run_dir=folder, progress=show, prepare=prepare
                    )
                summary = keep(result, folder, report=loaded.settings.report.generate)
            digests.append(result.digest)
            _show(summary, folder, as_json=flags["as_json"], quiet=quiet)
        if len(set(digests[-flags["times"] :])) > 1:
            click.echo(f"Error: {path} did not come out the same each time", err=True)
            code = FAILED
    if own and len(files_of(place)) == 1:
        _compare(name, report_dir, digests[-1], quiet=flags["quiet"] or flags["as_json"])
    return code


def _run_again(name: str, report_dir: Path, flags: Mapping[str, Any]) -> int:
    """Run a finished backtest again, with its commands, and compare the digests."""
    from magents.cli.served import replay_run

    try:
        folder = find(name, report_dir)
    except RunNotFoundError as error:
        raise RunNotFoundError(f"{error}, and {name} is no recording") from None
    quiet = flags["quiet"] or flags["as_json"]
    given = overrides({key: flags[key] for key in ("speed", "report_dir", "generate_report")})
    digest, summary, fresh = replay_run(folder, given, flags)
    _show(summary, fresh, as_json=flags["as_json"], quiet=quiet)
    _compare(name, report_dir, digest, quiet=quiet)
    return 0


def _served(
    loaded: Loaded, path: Path, flags: Mapping[str, Any], commands: Sequence[Command]
) -> int:
    """Replay one file of a recording so that viewers may attach."""
    from feeds.live.replayed import Recorded
    from magents.cli.served import stage_of

    stage = stage_of(REPLAY, flags, commands, Recorded(path).feed)
    _, summary, folder = serve(loaded, stage)
    _show(summary, folder, as_json=flags["as_json"], quiet=flags["quiet"] or flags["as_json"])
    return 0


def _commands(name: str, report_dir: Path) -> list[Command]:
    """Return the commands of a session, none where it has no journal."""
    try:
        return commands_of(journal_of(name, report_dir))
    except UserError:
        return []


def _told_again(name: str, report_dir: Path) -> Callable[[Fund], None]:
    """Return what gives a fund the commands of the session again, at their instants."""
    commands = _commands(name, report_dir)
    return lambda fund: fund.commander.schedule(commands)


def _untold(_: Fund) -> None:
    """Tell a fund nothing."""


def _compare(name: str, report_dir: Path, digest: str, *, quiet: bool) -> None:
    """Say whether the session's own journal came out again, where it is there and whole."""
    try:
        found = stored_digest(journal_of(name, report_dir))
    except UserError:
        return
    if found is None or quiet:
        return
    same = found[0] == digest
    click.echo(
        "the journal is the session's, record by record"
        if same
        else f"the session's journal differs; `magents parity {name}` says where",
        err=True,
    )


def _show(summary: Mapping[str, Any], folder: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json(summary)
    elif not quiet:
        show_summary(summary, folder, out())
